import { contentHash, err, isRunId, ok, type Bytes, type ContentHash, type Result } from '../../core/index.ts';
import {
  admit,
  encodeContext,
  FUEL_GLOBAL,
  runTasklet,
  WASM_PAGE_BYTES,
  type Instantiate,
  type TaskletExports,
  type TaskletResult,
} from '../../tasklet/index.ts';
import { regionsOf, type FixtureLease } from './fixture-regions.ts';

/** One run of one fixture, with everything it depends on. */
export interface FixtureOrder {
  readonly program: string;
  readonly tasklet: string;
  readonly hash: ContentHash;
  readonly module: Bytes;
  readonly input: Bytes;
  readonly fuel: number;
  readonly memoryBytes: number;
  /** The leases it is handed, by index. */
  readonly leases: readonly FixtureLease[];
}

export interface FixtureResult {
  readonly result: TaskletResult;
  /** What its memory had grown to at the end: it never shrinks. */
  readonly peakMemoryBytes: number;
}

/** The same for every fixture, so that clock and random numbers are the same in every report. */
const RUN_ID = '0'.repeat(32);
const SUBMITTED_WALL_MS = 1_700_000_000_000;

const admitted = new Map<string, WebAssembly.Module>();

/** Runs a tasklet on one input as a cell does: admitted, metered, in a fresh instance. */
export function runFixture(order: FixtureOrder): FixtureResult {
  const { program, tasklet, input, fuel, memoryBytes, hash, leases } = order;
  const module = admittedModule(order);
  if (!isRunId(RUN_ID)) throw new TypeError(RUN_ID);
  const head = { runId: RUN_ID, submittedWallMs: SUBMITTED_WALL_MS, fuelLimit: fuel };
  const context = encodeContext({
    ...head,
    leaseCount: leases.length,
    memoryPagesMax: memoryBytes / WASM_PAGE_BYTES,
    module: hash,
    input: contentHash(input),
    program,
    tasklet,
  });
  let memory: WebAssembly.Memory | undefined;
  const instantiate: Instantiate = (imports) => {
    const { exports } = new WebAssembly.Instance(module, imports);
    if (exports['memory'] instanceof WebAssembly.Memory) memory = exports['memory'];
    return exportsOf(exports);
  };
  const result = runTasklet(instantiate, { ...head, context, input, regions: regionsOf(leases) }, () => undefined);
  return { result, peakMemoryBytes: memory?.buffer.byteLength ?? 0 };
}

function admittedModule({ hash, module, memoryBytes }: FixtureOrder): WebAssembly.Module {
  const key = `${hash} ${memoryBytes}`;
  const known = admitted.get(key);
  if (known !== undefined) return known;
  const admission = admit(module, { expectedHash: hash, memoryBytesMax: memoryBytes });
  if (!admission.ok) throw new Error(admission.error.map(({ message }) => message).join('; '));
  const compiled = new WebAssembly.Module(admission.value.metered);
  admitted.set(key, compiled);
  return compiled;
}

/** The profile's exports. Admission has checked them; this only gives them their types. */
function exportsOf(exports: WebAssembly.Exports): Result<TaskletExports, string> {
  const memory = exports['memory'];
  const fuel = exports[FUEL_GLOBAL];
  if (!(memory instanceof WebAssembly.Memory) || !(fuel instanceof WebAssembly.Global)) {
    return err('the module does not export what the profile asks for');
  }
  return ok({
    memory,
    fuel: {
      get value() {
        const left: unknown = fuel.value;
        return typeof left === 'bigint' ? left : 0n;
      },
      set value(left: bigint) {
        fuel.value = left;
      },
    },
    init: (contextBytes) => void call(exports, '_grafos_tasklet_init', [contextBytes, 0]),
    run: (inputBytes) => Number(call(exports, '_grafos_tasklet_run', [inputBytes, 0])),
    finalize: (status) => void call(exports, '_grafos_tasklet_finalize', [status]),
  });
}

function call(exports: WebAssembly.Exports, name: string, words: readonly number[]): unknown {
  const exported = exports[name];
  if (typeof exported !== 'function') throw new TypeError(`${name} is not exported`);
  return Reflect.apply(exported, undefined, words);
}
