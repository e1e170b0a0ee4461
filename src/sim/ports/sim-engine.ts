import { err, failure, ok, type Env, type FabricFailure, type Result } from '../../core/index.ts';
import {
  callFailed,
  callSucceeded,
  type AdmissionOrder,
  type AdmittedTasklet,
  type CallEnd,
  type KeepOrder,
  type KeptTasklet,
  type RunningTasklet,
  type RunOrder,
  type TaskletEngine,
  type TaskletResult,
} from '../../tasklet/index.ts';
import type { Later } from '../time/index.ts';
import { SimKept } from './sim-kept.ts';
import { readModule, resultOf, type SimTasklet } from './sim-tasklet.ts';

const WASM_PAGE_BYTES = 65_536;

/** What somebody who watches a tab's workers sees. */
export interface EngineWatch {
  runStarted(run: SimRun): void;
  runSettled(run: SimRun, result: TaskletResult): void;
}

/** One execution in a worker. */
export class SimRun implements RunningTasklet {
  readonly finished: Promise<TaskletResult>;
  readonly order: RunOrder;
  readonly #watch: EngineWatch;
  #resolve: (result: TaskletResult) => void = () => undefined;
  #isSettled = false;

  constructor(order: RunOrder, watch: EngineWatch) {
    this.order = order;
    this.#watch = watch;
    this.finished = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  settle(result: TaskletResult): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#watch.runSettled(this, result);
    this.#resolve(result);
  }

  stop(error: FabricFailure): void {
    this.settle({ status: 'failed', error, output: new Uint8Array(0), fuelUsed: 0, log: [] });
  }
}

/** The engine's twin in simulated time: runs take as long as their modules say, and workers crash when told to. */
export class SimEngine implements TaskletEngine {
  readonly slots: number;
  readonly #later: Later;
  readonly #watch: EngineWatch;
  readonly #tasklets = new Map<string, SimTasklet>();
  readonly #running = new Set<SimRun>();
  readonly #kept = new Set<SimKept>();
  readonly #env: Pick<Env, 'clock' | 'timers'>;

  constructor(slots: number, env: Pick<Env, 'clock' | 'timers'>, later: Later, watch: EngineWatch) {
    this.slots = slots;
    this.#env = env;
    this.#later = later;
    this.#watch = watch;
  }

  /** Executions that have not ended. */
  running(): readonly SimRun[] {
    return [...this.#running];
  }

  admit(order: AdmissionOrder): Promise<Result<AdmittedTasklet, FabricFailure>> {
    const isKnown = this.#tasklets.has(order.hash);
    return this.#later.answer('admitted', isKnown ? 0 : 1, isKnown ? 0.1 : 8, () => {
      const tasklet = readModule(order.bytes);
      if (!tasklet) return err(failure('module_rejected', 'this is no simulated tasklet'));
      this.#tasklets.set(order.hash, tasklet);
      return ok({ hash: order.hash, memoryPagesMax: Math.floor(order.memoryBytesMax / WASM_PAGE_BYTES) });
    });
  }

  run(admitted: AdmittedTasklet, order: RunOrder): RunningTasklet {
    const run = new SimRun(order, {
      runStarted: () => undefined,
      runSettled: (settled, result) => {
        this.#running.delete(settled);
        this.#watch.runSettled(settled, result);
      },
    });
    this.#running.add(run);
    this.#watch.runStarted(run);
    const tasklet = this.#tasklets.get(admitted.hash);
    if (tasklet) this.#play(run, tasklet);
    else run.stop(failure('internal', 'a tasklet that was never admitted'));
    return run;
  }

  keep(admitted: AdmittedTasklet, order: KeepOrder): KeptTasklet {
    const tasklet = this.#tasklets.get(admitted.hash);
    const kept = new SimKept(admitted, order, this.#env, (input) => {
      const result = tasklet && resultOf(tasklet, input, order.fuelLimit);
      return result && { end: callEndOf(result), durationMs: tasklet.durationMs };
    });
    this.#kept.add(kept);
    void kept.ended.then(() => this.#kept.delete(kept));
    return kept;
  }

  /** The worker of this run dies; the pool notices and replaces it. */
  crash(run: SimRun): void {
    run.stop(failure('worker_died', 'the worker of this run stopped'));
  }

  close(): void {
    for (const one of [...this.#running, ...this.#kept]) one.stop(failure('worker_died', 'the engine was closed'));
  }

  #play(run: SimRun, tasklet: SimTasklet): void {
    const { order } = run;
    this.#later.act('run half done', tasklet.durationMs / 2, 0, () => {
      if (!run.isSettled) order.progress(1, 2);
    });
    this.#later.act('run done', tasklet.durationMs, 0, () => {
      const result = resultOf(tasklet, order.input, order.fuelLimit);
      if (result) run.settle(result);
    });
  }
}

function callEndOf({ error, output, fuelUsed }: TaskletResult): CallEnd {
  return error ? callFailed(error, fuelUsed) : callSucceeded(output, fuelUsed);
}
