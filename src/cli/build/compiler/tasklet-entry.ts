import type { AscJob } from './asc-process.ts';

/** Name of the generated file. A file of the program by this name is never read. */
export const ENTRY_FILE = 'grafos-tasklet-entry.ts';
/** What the compiler is told to call the initialiser of the globals, until init takes it in. */
export const START_EXPORT = '_grafos_start';

const INIT_FUNCTION = 'begin';

/** How init is put together after compilation: the initialiser of the globals, then `begin`. */
export const INIT: AscJob['init'] = {
  startExport: START_EXPORT,
  functionName: INIT_FUNCTION,
  // The compiler names a function after its file.
  internalName: `${ENTRY_FILE.replace(/\.ts$/, '')}/${INIT_FUNCTION}`,
  exportName: '_grafos_tasklet_init',
};

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
