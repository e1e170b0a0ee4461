import { err, failure, forgetOldest, type FabricFailure, type Result } from '../../core/index.ts';
import type { Store } from '../../cell/index.ts';
import { METER_VERSION, type AdmissionOrder } from '../../tasklet/index.ts';
import { WorkerWatch } from '../both/index.ts';
import type { CompiledMessage, CompiledTasklet, CompileMessage, MeteredBytes } from '../tasklet/index.ts';

/** Compiled modules kept, the one used longest ago making room. */
const KEPT_MAX = 32;
const COMPILE_DEADLINE_MS = 20_000;

type Compiled = Result<CompiledTasklet, FabricFailure>;

/**
 * Admits and compiles modules in a worker of its own, each (hash, memory bound) once. What this profile has metered is
 * kept across reloads, by this version of the meter; nothing metered elsewhere is ever used. A dead worker is replaced.
 */
export class Compiler {
  readonly #spawn: () => Worker;
  readonly #store: Store<MeteredBytes>;
  readonly #kept = new Map<string, Promise<Compiled>>();
  readonly #waiting = new Map<number, (compiled: Compiled) => void>();
  #worker: { readonly worker: Worker; readonly watch: WorkerWatch } | undefined;
  #nextId = 1;

  constructor(spawn: () => Worker, store: Store<MeteredBytes>) {
    this.#spawn = spawn;
    this.#store = store;
  }

  compile(order: AdmissionOrder): Promise<Compiled> {
    const key = `${order.hash}/${order.memoryBytesMax}`;
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    const compiled = kept ?? this.#compile(order);
    this.#kept.set(key, compiled);
    forgetOldest(this.#kept, KEPT_MAX);
    // A worker's death says nothing about the module: the next order tries again.
    void compiled.then((result) => {
      if (!result.ok && result.error.code !== 'module_rejected') this.#kept.delete(key);
    });
    return compiled;
  }

  close(): void {
    this.#worker?.worker.terminate();
    this.#worker = undefined;
  }

  async #compile(order: AdmissionOrder): Promise<Compiled> {
    const { hash, bytes, memoryBytesMax } = order;
    const name = `${hash}/${METER_VERSION}/${memoryBytesMax}`;
    // A store that fails is as good as an empty one: the module is metered again.
    const metered = await this.#store.get(name).catch(() => undefined);
    const id = this.#nextId++;
    const compiled = await this.#ask(
      metered ? { id, kind: 'known', metered } : { id, kind: 'admit', hash, bytes, memoryBytesMax },
    );
    if (compiled.ok && compiled.value.metered)
      void this.#store.put(name, compiled.value.metered).catch(() => undefined);
    return compiled;
  }

  async #ask(message: CompileMessage): Promise<Compiled> {
    const { worker, watch } = (this.#worker ??= this.#start());
    const { id } = message;
    const answer = new Promise<Compiled>((resolve) => this.#waiting.set(id, resolve));
    worker.postMessage(message);
    try {
      return await watch.guard(answer, COMPILE_DEADLINE_MS, 'compiling the module');
    } catch (error) {
      this.#drop(worker);
      return err(failure('worker_died', error instanceof Error ? error.message : String(error)));
    } finally {
      this.#waiting.delete(id);
    }
  }

  /** The next order starts a fresh worker. */
  #drop(worker: Worker): void {
    if (this.#worker?.worker === worker) this.close();
  }

  #start(): { readonly worker: Worker; readonly watch: WorkerWatch } {
    const worker = this.#spawn();
    const watch = new WorkerWatch(() => this.#drop(worker));
    watch.observe(worker, 'compiler worker');
    worker.addEventListener('message', (event: MessageEvent<CompiledMessage>) =>
      this.#waiting.get(event.data.id)?.(event.data.compiled),
    );
    return { worker, watch };
  }
}
