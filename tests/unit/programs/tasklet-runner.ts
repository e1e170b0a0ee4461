import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, contentHash, err, isRunId, ok, type Bytes, type Result, type RunId } from '../../../src/core/index.ts';
import { buildProgram, formatBuildProblem, type BuiltProgram } from '../../../src/cli/build/index.ts';
import {
  encodeContext,
  runTasklet,
  type ImportFunction,
  type TaskletExports,
  type TaskletRegion,
  type TaskletResult,
  WASM_PAGE_BYTES,
} from '../../../src/tasklet/index.ts';

const PROGRAMS_DIRECTORY = fileURLToPath(new URL('../../../src/programs/', import.meta.url));
const SUBMITTED_WALL_MS = 1_700_000_000_000;

/** A run id whose 32 characters all are `digit`. */
export function runIdOf(digit: string): RunId {
  const id = digit.repeat(32);
  assert(isRunId(id), 'a hex digit makes a run id');
  return id;
}

/** One program's built modules, run here without a meter: what they compute does not depend on it. */
export class ProgramRunner {
  readonly program: BuiltProgram;
  private readonly modules: ReadonlyMap<string, WebAssembly.Module>;

  private constructor(program: BuiltProgram, modules: ReadonlyMap<string, WebAssembly.Module>) {
    this.program = program;
    this.modules = modules;
  }

  static async open(name: string): Promise<ProgramRunner> {
    return ProgramRunner.openDirectory(join(PROGRAMS_DIRECTORY, name));
  }

  static async openDirectory(directory: string): Promise<ProgramRunner> {
    const built = await buildProgram(directory);
    if (!built.ok) throw new Error(built.error.map(formatBuildProblem).join('\n'));
    const modules = new Map<string, WebAssembly.Module>();
    for (const { declared, path } of built.value.tasklets) {
      modules.set(declared.name, await WebAssembly.compile(await readFile(path)));
    }
    return new ProgramRunner(built.value, modules);
  }

  run(tasklet: string, input: Bytes, options: RunOptions = {}): TaskletResult {
    const module = this.modules.get(tasklet);
    const built = this.program.tasklets.find(({ declared }) => declared.name === tasklet);
    assert(module !== undefined && built !== undefined, `${tasklet} is declared`);
    const { declared } = built;
    const runId = options.runId ?? runIdOf('7');
    const context = encodeContext({
      submittedWallMs: SUBMITTED_WALL_MS,
      fuelLimit: declared.fuel,
      leaseCount: options.regions?.length ?? 0,
      memoryPagesMax: declared.memoryBytes / WASM_PAGE_BYTES,
      runId,
      module: built.module,
      input: contentHash(input),
      program: this.program.manifest.program.name,
      tasklet,
    });
    const order = {
      runId,
      context,
      input,
      submittedWallMs: SUBMITTED_WALL_MS,
      fuelLimit: declared.fuel,
      regions: options.regions ?? [],
    };
    return runTasklet((imports) => instantiate(module, imports), order, options.progress ?? (() => undefined));
  }
}

export interface RunOptions {
  readonly runId?: RunId;
  readonly progress?: (done: number, total: number) => void;
  readonly regions?: readonly TaskletRegion[];
}

function instantiate(
  module: WebAssembly.Module,
  imports: Readonly<Record<string, Readonly<Record<string, ImportFunction>>>>,
): Result<TaskletExports, string> {
  const { exports } = new WebAssembly.Instance(module, imports);
  const { memory } = exports;
  if (!(memory instanceof WebAssembly.Memory)) return err('no memory');
  return ok({
    memory,
    fuel: { value: 0n }, // no meter, so only imports charge
    init: (contextBytes) => void call(exports, '_grafos_tasklet_init', contextBytes),
    run: (inputBytes) => Number(call(exports, '_grafos_tasklet_run', inputBytes)),
    finalize: (status) => void call(exports, '_grafos_tasklet_finalize', status),
  });
}

function call(exports: WebAssembly.Exports, name: string, first: number): unknown {
  const exported = exports[name];
  assert(typeof exported === 'function', `${name} is exported`);
  return Reflect.apply(exported, undefined, [first, 0]);
}
