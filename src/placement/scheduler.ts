import {
  err,
  failure,
  ok,
  RUN_LIMITS,
  type CellId,
  type Env,
  type FabricFailure,
  type Result,
  type RunId,
} from '../core/index.ts';
import { choose, type Candidate, type Target } from './choose.ts';

/** What one attempt at one cell came to. */
export interface Attempt<Done> {
  readonly result: Result<Done, { readonly failure: FabricFailure; readonly begun: boolean }>;
}

/** How a run is taken to a cell; the scheduler does not know what a run is. */
export interface SchedulerPorts<Run, Done> {
  candidates(): readonly Candidate[];
  /** One attempt at one cell; the run carries what is left of its deadline. */
  deliver(to: CellId, run: Run): Promise<Attempt<Done>['result']>;
  /** Asks the cell where the run is to stop it. */
  cancel(runId: RunId): void;
}

export interface Scheduled {
  readonly runId: RunId;
  readonly target: Target;
  readonly memoryBytes: number;
  readonly deadlineMs: number;
}

export interface Placed<Done> {
  readonly cell: CellId;
  readonly done: Done;
}

interface Entry {
  readonly refusals: Map<CellId, FabricFailure>;
  isCancelled: boolean;
  wake?: () => void;
}

/**
 * Takes runs to cells: best cell first, a denial moves on to the next with all reasons kept, a full fabric is asked again
 * until the run's deadline. A run that may have begun somewhere is not tried elsewhere.
 */
export class Scheduler<Run extends Scheduled, Done> {
  readonly #env: Env;
  readonly #ports: SchedulerPorts<Run, Done>;
  readonly #entries = new Map<RunId, Entry>();

  constructor(env: Env, ports: SchedulerPorts<Run, Done>) {
    this.#env = env;
    this.#ports = ports;
  }

  /** Settles always; never later than the run's deadline plus the courier's own margin. */
  async schedule(run: Run): Promise<Result<Placed<Done>, FabricFailure>> {
    if (this.#entries.size >= RUN_LIMITS.outgoingMax) {
      return err(failure('capacity_exceeded', `this cell already has ${RUN_LIMITS.outgoingMax} runs under way`));
    }
    const entry: Entry = { refusals: new Map(), isCancelled: false };
    this.#entries.set(run.runId, entry);
    try {
      return await this.#place(run, entry, this.#env.clock.nowMs() + run.deadlineMs);
    } finally {
      this.#entries.delete(run.runId);
    }
  }

  /** Ends a run wherever it is: in the queue at once, at a cell as soon as that cell says so. */
  cancel(runId: RunId): void {
    const entry = this.#entries.get(runId);
    if (!entry) return;
    entry.isCancelled = true;
    entry.wake?.();
    this.#ports.cancel(runId);
  }

  async #place(run: Run, entry: Entry, untilMs: number): Promise<Result<Placed<Done>, FabricFailure>> {
    for (;;) {
      if (entry.isCancelled) return err(CANCELLED);
      const chosen = choose(this.#ports.candidates(), {
        target: run.target,
        memoryBytes: run.memoryBytes,
        refusals: entry.refusals,
      });
      const remainingMs = Math.floor(untilMs - this.#env.clock.nowMs());
      const isLate = remainingMs < 1;
      if (!chosen.ok) {
        if (chosen.error.code !== 'capacity_exceeded' || isLate) return chosen;
        await this.#pause(entry);
        continue;
      }
      if (isLate) return err(failure('deadline_exceeded', `no cell took the run within its ${run.deadlineMs} ms`));
      const attempt = await this.#ports.deliver(chosen.value, { ...run, deadlineMs: remainingMs });
      if (attempt.ok) return ok({ cell: chosen.value, done: attempt.value });
      const { failure: fault, begun } = attempt.error;
      if (begun) return err(fault);
      // A full cell may have room a moment later; any other refusal stands for this run.
      if (fault.code === 'capacity_exceeded') await this.#pause(entry);
      else entry.refusals.set(chosen.value, fault);
    }
  }

  #pause(entry: Entry): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#env.timers.after(RUN_LIMITS.retryDelayMs, resolve);
      entry.wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}

const CANCELLED = failure('cancelled', 'the run was cancelled before it was placed');
