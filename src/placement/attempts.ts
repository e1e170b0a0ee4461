import { err, failure, ok, RUN_LIMITS, type CellId, type Env, type FabricFailure, type Result } from '../core/index.ts';
import { choose, type Target, type Wish } from './choose.ts';
import type { RoomQueue } from './room-queue.ts';
import type { AttemptFault, LostAttempt, Placed, Scheduled, SchedulerPorts } from './run.ts';

interface Landing<Done> {
  readonly cell: CellId;
  readonly attempt: number;
  readonly result: Result<Done, AttemptFault>;
}

interface Flight<Done> {
  readonly startedAtMs: number;
  readonly landing: Promise<Landing<Done>>;
}

/**
 * One run's way to an outcome: one attempt at a cell, the next at another when that cell is lost or lags, never two at
 * one. The first outcome that stands is the run's; whoever still works on it is told to stop.
 */
export class Attempts<Run extends Scheduled, Done> {
  readonly #env: Env;
  readonly #ports: SchedulerPorts<Run, Done>;
  readonly #run: Run;
  readonly #room: RoomQueue;
  /** Cells that have had the run, in this replica of it or another. */
  readonly #visited: Set<CellId>;
  readonly #flights = new Map<CellId, Flight<Done>>();
  readonly #refusals = new Map<CellId, FabricFailure>();
  readonly #lost: LostAttempt[] = [];
  readonly #untilMs: number;
  #target: Target;
  #attemptsMade: number;
  #isCancelled = false;
  #wake: (() => void) | undefined;

  constructor(env: Env, ports: SchedulerPorts<Run, Done>, run: Run, room: RoomQueue, visited: Set<CellId>) {
    this.#env = env;
    this.#ports = ports;
    this.#run = run;
    this.#room = room;
    this.#visited = visited;
    this.#target = run.target;
    this.#attemptsMade = run.attemptsMade ?? 0;
    this.#untilMs = env.clock.nowMs() + run.deadlineMs;
  }

  /** Ends it wherever it is: in the queue at once, at a cell as soon as that cell says so. */
  cancel(): void {
    this.#isCancelled = true;
    this.#wake?.();
    for (const cell of this.#flights.keys()) this.#ports.cancel(this.#run.runId, cell);
  }

  async outcome(): Promise<Result<Placed<Done>, FabricFailure>> {
    for (;;) {
      if (this.#flights.size === 0) {
        const refusal = await this.#findCell();
        if (refusal) return err(this.#lost.at(-1)?.failure ?? refusal);
      }
      const landing = await this.#next();
      if (!landing) {
        this.#tryElsewhere();
        continue;
      }
      const settled = await this.#landed(landing);
      if (settled) return settled;
    }
  }

  /** Starts an attempt at the best cell, as soon as one has room. Answers why there is none. */
  async #findCell(): Promise<FabricFailure | undefined> {
    for (;;) {
      if (this.#isCancelled) return CANCELLED;
      const chosen = choose(this.#ports.candidates(this.#run), this.#wish());
      const isLate = this.#remainingMs() < 1;
      if (chosen.ok) {
        if (isLate) return failure('deadline_exceeded', `no cell took the run within its ${this.#run.deadlineMs} ms`);
        this.#launch(chosen.value);
        return undefined;
      }
      if (chosen.error.code === 'capacity_exceeded' && !isLate) await this.#pause();
      else if (!this.#degrades()) return chosen.error;
    }
  }

  /** A run that no other cell takes may be done here, where its program declares so. */
  #degrades(): boolean {
    if (this.#run.recovery !== 'degrade' || this.#target !== 'other') return false;
    this.#target = 'any';
    return true;
  }

  /** A straggler is started once more, where there is room now. */
  #tryElsewhere(): void {
    const chosen = choose(this.#ports.candidates(this.#run), this.#wish());
    if (chosen.ok) this.#launch(chosen.value);
  }

  #launch(to: CellId): void {
    this.#visited.add(to);
    const attempt = ++this.#attemptsMade;
    const run = { ...this.#run, deadlineMs: this.#remainingMs() };
    const landing = this.#ports.deliver(to, run, attempt).then((result) => ({ cell: to, attempt, result }));
    this.#flights.set(to, { startedAtMs: this.#env.clock.nowMs(), landing });
  }

  /** The next attempt to end; undefined when the only one under way lags and another may be started. */
  async #next(): Promise<Landing<Done> | undefined> {
    const landings = [...this.#flights.values()].map(({ landing }) => landing);
    const [only] = this.#flights.values();
    const mayHedge = this.#flights.size === 1 && this.#mayTryAgain() && this.#ports.isStraggler !== undefined;
    if (!only || !mayHedge) return Promise.race(landings);
    for (;;) {
      const { landing, wait } = this.#orLater(only);
      const first = await landing;
      wait.cancel();
      if (first) return first;
      if (this.#ports.isStraggler?.(this.#run, this.#env.clock.nowMs() - only.startedAtMs) === true) return undefined;
    }
  }

  #orLater({ landing }: Flight<Done>) {
    let wait = { cancel: (): void => undefined };
    const later = new Promise<undefined>((resolve) => {
      wait = this.#env.timers.after(RUN_LIMITS.stragglerLookMs, () => resolve(undefined));
    });
    return { landing: Promise.race([landing, later]), wait };
  }

  /** What an attempt's end means for the run; undefined when it goes on. */
  async #landed(landing: Landing<Done>): Promise<Result<Placed<Done>, FabricFailure> | undefined> {
    const { cell, attempt, result } = landing;
    this.#flights.delete(cell);
    this.#room.roomMade();
    if (!result.ok && !result.error.begun) return this.#refused(cell, result.error.failure);
    const loss = result.ok ? this.#ports.lossOf(result.value) : result.error.failure;
    if (loss && !this.#isCancelled && (this.#flights.size > 0 || this.#mayTryAgain())) {
      this.#lost.push({ attempt, cell, failure: loss });
      // Nobody else may be there to try it: then this outcome, signed by its cell, says most.
      if (this.#flights.size > 0 || this.#isAnybodyElse()) return undefined;
      this.#lost.pop();
    }
    for (const other of this.#flights.keys()) this.#ports.cancel(this.#run.runId, other);
    if (!result.ok) return err(result.error.failure);
    const isDegraded = this.#target !== this.#run.target;
    return ok({ cell, done: result.value, attempt, lost: [...this.#lost], isDegraded });
  }

  /** A full cell may have room a moment later; any other refusal stands for this run. */
  async #refused(cell: CellId, fault: FabricFailure): Promise<undefined> {
    this.#visited.delete(cell);
    this.#attemptsMade--;
    if (fault.code === 'capacity_exceeded') await this.#pause();
    else this.#refusals.set(cell, fault);
    return undefined;
  }

  #mayTryAgain(): boolean {
    return this.#run.recovery !== 'fail' && this.#attemptsMade < (this.#run.attemptsMax ?? 1);
  }

  #isAnybodyElse(): boolean {
    const chosen = choose(this.#ports.candidates(this.#run), this.#wish());
    return chosen.ok || chosen.error.code === 'capacity_exceeded' || this.#degrades();
  }

  #wish(): Wish {
    const { memoryBytes, affinity, strategy, near } = this.#run;
    return {
      target: this.#target,
      memoryBytes,
      refusals: this.#refusals,
      excluded: new Set([...this.#visited, ...(this.#ports.distrusted?.() ?? [])]),
      ...(affinity ? { affinity } : {}),
      ...(strategy ? { strategy } : {}),
      ...(near ? { near } : {}),
    };
  }

  #remainingMs(): number {
    return Math.floor(this.#untilMs - this.#env.clock.nowMs());
  }

  async #pause(): Promise<void> {
    const turn = this.#room.wait();
    this.#wake = () => turn.wake();
    await turn.over;
    this.#wake = undefined;
  }
}

const CANCELLED = failure('cancelled', 'the run was cancelled before it was placed');
