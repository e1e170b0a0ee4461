import { err, ok, type Result } from '../../core/index.ts';
import type { Instantiate, TaskletExports } from '../../tasklet/index.ts';

/** How instances of a compiled module are made in this thread. */
export function instantiateWith(module: WebAssembly.Module): Instantiate {
  return (imports) => {
    try {
      return exportsOf(new WebAssembly.Instance(module, imports));
    } catch (error) {
      return err(error instanceof Error ? error.message : String(error));
    }
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
