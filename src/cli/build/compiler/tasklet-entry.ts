import type { BinaryenTools, CompiledModule } from './asc.ts';

/** Name of the generated file. A file of the program by this name is never read. */
export const ENTRY_FILE = 'grafos-tasklet-entry.ts';
/** What the compiler is told to call the initialiser of the globals, until {@link InitTransform} takes it in. */
export const START_EXPORT = '_grafos_start';

const INIT_FUNCTION = 'begin';
/** The compiler names a function after its file. */
const INIT_INTERNAL_NAME = `${ENTRY_FILE.replace(/\.ts$/, '')}/${INIT_FUNCTION}`;
const INIT_EXPORT = '_grafos_tasklet_init';

/** The source that makes a whole tasklet of one exported function: the three exports of ABI.md §1 around it. */
export function entrySource(source: string, functionName: string): string {
  const module = JSON.stringify(`./${source.replace(/\.ts$/, '')}`);
  return `import { ${functionName} as declared } from ${module};
import { begin as remember, deliver, readInput } from "grafos-std/tasklet";
import "grafos-std/builtins";
export function ${INIT_FUNCTION}(contextLength: i32, reserved: i32): void { remember(contextLength); }
export function _grafos_tasklet_run(inputLength: i32, reserved: i32): i32 {
  return deliver(declared(readInput(inputLength)));
}
export function _grafos_tasklet_finalize(status: i32): void {}
`;
}

/**
 * Makes init initialise the globals first. The profile refuses a start section, and a function of the language cannot
 * call the compiler's own initialiser; so the call is put in after compilation.
 */
export class InitTransform {
  /** Set by the compiler before it calls. */
  declare readonly binaryen: BinaryenTools;

  afterCompile(module: CompiledModule): void {
    const { i32, none, createType } = this.binaryen;
    const body = module.block(null, [
      module.call('~start', [], none),
      module.call(INIT_INTERNAL_NAME, [module.local.get(0, i32), module.local.get(1, i32)], none),
    ]);
    module.addFunction(INIT_EXPORT, createType([i32, i32]), none, [], body);
    module.removeExport(START_EXPORT);
    module.removeExport(INIT_FUNCTION);
    module.addFunctionExport(INIT_EXPORT, INIT_EXPORT);
  }
}
