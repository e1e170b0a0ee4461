import { park } from './handed-regions.ts';
import { err, ok, type Result } from '../../core/index.ts';
import type { Instantiate, TaskletExports } from '../../tasklet/index.ts';

/** How long is waited, one time after the other, for others to give memory back. */
const CROWDED_WAITS_MS = [20, 50, 100, 200, 400, 800, 1_600];

/**
 * How instances of a compiled module are made in this thread. An engine has address space for some hundred memories in all
 * threads of a process together, and collects those of the thread alone that finds none left: `crowded` is to have the others let
 * go of theirs meanwhile.
 */
export function instantiateWith(module: WebAssembly.Module, crowded: () => void): Instantiate {
  return (imports) => {
    for (const waitMs of [...CROWDED_WAITS_MS, undefined]) {
      try {
        return exportsOf(new WebAssembly.Instance(module, imports));
      } catch (error) {
        const isLast = waitMs === undefined || typeof SharedArrayBuffer === 'undefined';
        if (isLast || !(error instanceof RangeError))
          return err(error instanceof Error ? error.message : String(error));
        crowded();
        park(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
      }
    }
    return err('no memory');
  };
}

/** The profile's exports. Admission has checked them; this only gives them their types. */
function exportsOf(instance: WebAssembly.Instance): Result<TaskletExports, string> {
  const { exports } = instance;
  const memory = exports['memory'];
  const fuel = exports['__grafos_fuel'];
  const init = exports['_grafos_tasklet_init'];
  const run = exports['_grafos_tasklet_run'];
  const finalize = exports['_grafos_tasklet_finalize'];
  const isWhole =
    memory instanceof WebAssembly.Memory &&
    fuel instanceof WebAssembly.Global &&
    typeof init === 'function' &&
    typeof run === 'function' &&
    typeof finalize === 'function';
  if (!isWhole) return err('the module does not export what the profile asks for');
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
    init: (contextBytes) => void Reflect.apply(init, undefined, [contextBytes, 0]),
    run: (inputBytes) => Number(Reflect.apply(run, undefined, [inputBytes, 0])),
    finalize: (status) => void Reflect.apply(finalize, undefined, [status]),
  });
}
