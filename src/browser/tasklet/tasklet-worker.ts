import { err, ok, RUN_LIMITS, type Result } from '../../core/index.ts';
import { runTasklet, type Instantiate, type TaskletExports } from '../../tasklet/index.ts';
import { handedRegions } from './handed-regions.ts';
import type { RunMessage, TaskletWorkerMessage } from './tasklet-messages.ts';

/** The inside of a tasklet worker: one run at a time, each in a fresh instance. It owns no channel and no storage. */
export function serveTasklets(scope: DedicatedWorkerGlobalScope): void {
  const post = (message: TaskletWorkerMessage): void => scope.postMessage(message);
  scope.onmessage = (event: MessageEvent<RunMessage>) => {
    const { module, memory, ...order } = event.data;
    const regions = memory ? handedRegions(memory, () => post({ kind: 'asked' })) : [];
    let toldAtMs = -Infinity;
    const result = runTasklet(instantiateWith(module), { ...order, regions }, (done, total) => {
      const nowMs = performance.now();
      if (done < total && nowMs - toldAtMs < RUN_LIMITS.progressIntervalMs) return;
      toldAtMs = nowMs;
      post({ kind: 'progress', done, total });
    });
    post({ kind: 'finished', result });
  };
  post({ kind: 'ready' });
}

function instantiateWith(module: WebAssembly.Module): Instantiate {
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
