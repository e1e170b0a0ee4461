import {
  assert,
  failure,
  MEMORY_LIMITS,
  ok,
  type ContentHash,
  type FabricFailure,
  type Result,
} from '../../core/index.ts';
import type {
  AdmissionOrder,
  AdmittedTasklet,
  KeepOrder,
  KeptTasklet,
  RunningTasklet,
  RunOrder,
  TaskletEngine,
  TaskletResult,
} from '../../tasklet/index.ts';
import { MailClerk, threadNumberOf, type WordWaits } from '../../memory/index.ts';
import type { Store } from '../../cell/index.ts';
import { Compiler } from './compiler.ts';
import type {
  CompiledTasklet,
  HandedMemoryMessage,
  MeteredBytes,
  RunMessage,
  TaskletWorkerMessage,
} from '../tasklet/index.ts';
import { KeptWorker } from './kept-worker.ts';
import { PooledWorker } from './pooled-worker.ts';

class CompiledModule implements AdmittedTasklet {
  readonly hash: ContentHash;
  readonly memoryPagesMax: number;
  readonly module: WebAssembly.Module;

  constructor(hash: ContentHash, compiled: CompiledTasklet) {
    this.hash = hash;
    this.memoryPagesMax = compiled.memoryPagesMax;
    this.module = compiled.module;
  }
}

export interface TaskletPoolSize {
  readonly slots: number;
  /** The tab's, among those that share memory. */
  readonly tabNumber: number;
}

export interface TaskletPoolDoors {
  readonly spawnTaskletWorker: () => Worker;
  readonly spawnCompiler: () => Worker;
  /** Where metered modules are kept across reloads. */
  readonly meteredModules: Store<MeteredBytes>;
  /** How the cell's worker waits for words of shared memory. */
  readonly waits: WordWaits;
}

/** Idle workers kept warm besides the ones at work, so that a run after a kill does not wait for a start. */
const SPARES = 1;
/** The page and the cell's worker come before. */
const FIRST_THREAD_INDEX = 16;

/**
 * Runs tasklets in dedicated workers, one run a worker at a time, with one warm spare.
 * A run is stopped by ending its worker: nothing a tasklet does can keep its slot.
 */
export class TaskletPool implements TaskletEngine {
  readonly slots: number;
  readonly #doors: TaskletPoolDoors;
  readonly #compiler: Compiler;
  readonly #idle: PooledWorker[] = [];
  readonly #tab: number;
  readonly #threadsAlive = new Set<number>();
  readonly #kept = new Set<KeptWorker>();
  #lastThread = FIRST_THREAD_INDEX;
  readonly #busy = new Set<PooledWorker>();
  #isClosed = false;

  constructor({ slots, tabNumber }: TaskletPoolSize, doors: TaskletPoolDoors) {
    this.slots = slots;
    this.#tab = tabNumber;
    this.#doors = doors;
    this.#compiler = new Compiler(doors.spawnCompiler, doors.meteredModules);
  }

  async admit(order: AdmissionOrder): Promise<Result<AdmittedTasklet, FabricFailure>> {
    this.#fill();
    const compiled = await this.#compiler.compile(order);
    return compiled.ok ? ok(new CompiledModule(order.hash, compiled.value)) : compiled;
  }

  run(tasklet: AdmittedTasklet, order: RunOrder): RunningTasklet {
    assert(tasklet instanceof CompiledModule, 'a tasklet runs in the engine that admitted it');
    if (order.regions.length > 0 && typeof SharedArrayBuffer === 'undefined') return notShared();
    const pooled = this.#take();
    const { worker } = pooled;
    const memory = order.regions.length > 0 ? pooled.handed(order.regions) : undefined;
    const clerk = memory && new MailClerk(memory.mailbox, order.regions);
    let stop: (cause: FabricFailure) => void = () => undefined;
    const finished = new Promise<TaskletResult>((resolve) => {
      let isOver = false;
      const end = (result: TaskletResult, keepsWorker: boolean): void => {
        if (isOver) return;
        isOver = true;
        this.#release(pooled, keepsWorker, order.regions);
        resolve(result);
      };
      stop = (cause) => end(stopped(cause), false);
      worker.onmessage = (event: MessageEvent<TaskletWorkerMessage>) => {
        const message = event.data;
        if (message.kind === 'asked') clerk?.rung();
        if (message.kind === 'crowded') this.#crowded(pooled);
        if (message.kind === 'progress') order.progress(message.done, message.total);
        if (message.kind === 'finished') end(message.result, true);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        end(stopped(failure('worker_died', `the tasklet's worker stopped: ${event.message}`)), false);
      };
    });
    worker.postMessage(runMessage(tasklet.module, order, memory));
    return { finished, stop };
  }

  keep(tasklet: AdmittedTasklet, order: KeepOrder): KeptTasklet {
    assert(tasklet instanceof CompiledModule, 'a tasklet is kept by the engine that admitted it');
    const pooled = this.#take();
    const kept = new KeptWorker(pooled, tasklet, order, {
      waits: this.#doors.waits,
      crowded: () => this.#crowded(pooled),
      released: (keepsWorker) => {
        this.#kept.delete(kept);
        this.#release(pooled, keepsWorker, order.regions);
      },
    });
    this.#kept.add(kept);
    return kept;
  }

  close(): void {
    this.#isClosed = true;
    for (const kept of [...this.#kept]) kept.stop(failure('worker_died', 'this cell was closed'));
    for (const worker of this.#idle.splice(0)) worker.end();
    this.#compiler.close();
  }

  #take(): PooledWorker {
    const pooled = this.#idle.pop() ?? this.#spawn();
    pooled.hasRun = true;
    this.#busy.add(pooled);
    return pooled;
  }

  /** A worker has done its work, or is to be ended with whatever it does. */
  #release(pooled: PooledWorker, keepsWorker: boolean, regions: RunOrder['regions']): void {
    this.#busy.delete(pooled);
    forget(pooled.worker);
    if (keepsWorker && !pooled.isWorn && !this.#isClosed) this.#idle.push(pooled);
    else pooled.end(regions);
    this.#fill();
  }

  /** A worker finds no memory for an instance: the end of others frees what they have not collected. */
  #crowded(by: PooledWorker): void {
    for (const worker of this.#idle.splice(0)) {
      if (worker.hasRun) worker.end();
      else this.#idle.push(worker);
    }
    for (const worker of this.#busy) if (worker !== by) worker.isWorn = true;
    this.#fill();
  }

  /** Keeps one worker warm, and no more idle ones than slots could use. */
  #fill(): void {
    if (this.#isClosed) return;
    while (this.#idle.length < SPARES && this.#busy.size < this.slots + SPARES) {
      const pooled = this.#spawn();
      pooled.worker.onerror = (event) => {
        event.preventDefault();
        pooled.end();
        const place = this.#idle.indexOf(pooled);
        if (place >= 0) this.#idle.splice(place, 1);
      };
      this.#idle.push(pooled);
    }
    for (const surplus of this.#idle.splice(this.slots + SPARES - this.#busy.size)) surplus.end();
  }

  #spawn(): PooledWorker {
    const index = this.#freshThread();
    const ended = (): void => void this.#threadsAlive.delete(index);
    return new PooledWorker(this.#doors.spawnTaskletWorker(), threadNumberOf(this.#tab, index), ended);
  }

  /** One that no worker has, and that comes back as late as may be: an ended worker may take a moment to be gone. */
  #freshThread(): number {
    do {
      this.#lastThread++;
      if (this.#lastThread >= MEMORY_LIMITS.threadsPerTabMax) this.#lastThread = FIRST_THREAD_INDEX;
    } while (this.#threadsAlive.has(this.#lastThread));
    this.#threadsAlive.add(this.#lastThread);
    return this.#lastThread;
  }
}

/** Without shared memory a worker cannot wait for what it asks. */
function notShared(): RunningTasklet {
  const cause = failure(
    'browser_unsupported',
    'this tab is not isolated, so its tasklets cannot work on leased memory',
  );
  return { finished: Promise.resolve(stopped(cause)), stop: () => undefined };
}

function forget(worker: Worker): void {
  worker.onmessage = null;
  worker.onerror = null;
}

function stopped(cause: FabricFailure): TaskletResult {
  return { status: 'failed', error: cause, output: new Uint8Array(0), fuelUsed: 0, log: [] };
}

function runMessage(module: WebAssembly.Module, order: RunOrder, memory?: HandedMemoryMessage): RunMessage {
  const { runId, context, input, submittedWallMs, fuelLimit } = order;
  return { kind: 'run', module, runId, context, input, submittedWallMs, fuelLimit, ...(memory ? { memory } : {}) };
}
