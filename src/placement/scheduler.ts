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
import { Attempts } from './attempts.ts';
import { feasibleFor } from './choose.ts';
import { RoomQueue } from './room-queue.ts';
import type { Placed, Scheduled, SchedulerPorts } from './run.ts';
import { verdictOf, type Verdict } from './verdict.ts';

/** A run that several cells did, and what they made of it. */
export interface Verified<Done> extends Placed<Done> {
  readonly verdict: Verdict;
}

/**
 * Takes runs to cells: best cell first, a denial moves on to the next with all reasons kept, a full fabric is asked again
 * until the run's deadline, a lost cell is replaced by another as often as the run allows. At most one attempt a cell.
 */
export class Scheduler<Run extends Scheduled, Done> {
  readonly #env: Env;
  readonly #ports: SchedulerPorts<Run, Done>;
  readonly #room: RoomQueue;
  readonly #underWay = new Map<RunId, readonly Attempts<Run, Done>[]>();

  constructor(env: Env, ports: SchedulerPorts<Run, Done>) {
    this.#env = env;
    this.#ports = ports;
    this.#room = new RoomQueue(env);
  }

  /** Settles always; never later than the run's deadline plus the courier's own margin. */
  async schedule(run: Run): Promise<Result<Placed<Done>, FabricFailure>> {
    const [outcome] = await this.#together(run, 1);
    return outcome ?? err(tooMany());
  }

  /**
   * Has `replicas` different cells do the run and believes what more than half of them say; `voteOf` is what must be the
   * same. Refuses with `runtime_not_ready` when too few cells are here, unless the run may be degraded.
   */
  async verify(
    run: Run,
    replicas: number,
    voteOf: (done: Done) => string,
  ): Promise<Result<Verified<Done>, FabricFailure>> {
    const excluded = new Set([...(run.visited ?? []), ...(this.#ports.distrusted?.() ?? [])]);
    const able = feasibleFor(this.#ports.candidates(run), { ...run, excluded });
    if (!able.ok) return able;
    const count = Math.min(replicas, able.value.length);
    if (count < replicas && run.recovery !== 'degrade') {
      return err(failure('runtime_not_ready', `verify: ${replicas} takes ${replicas} cells, and ${count} can do it`));
    }
    const outcomes = await this.#together(run, count);
    const placed = outcomes.flatMap((outcome) => (outcome.ok ? outcome.value : []));
    const verdict = verdictOf(
      placed.map(({ cell, done }) => ({ cell, text: voteOf(done) })),
      count,
    );
    const first = placed.find(({ cell }) => verdict?.agreed.includes(cell));
    if (verdict && first) return ok({ ...first, isDegraded: first.isDegraded || count < replicas, verdict });
    const refusal = outcomes.find((outcome) => !outcome.ok);
    if (refusal) return refusal;
    return err(failure('verification_failed', `${count} cells did the run, and no majority of them says the same`));
  }

  /** Ends a run wherever it is. */
  cancel(runId: RunId): void {
    for (const attempts of this.#underWay.get(runId) ?? []) attempts.cancel();
  }

  /** Some cell may have room again. */
  roomMade(): void {
    this.#room.roomMade();
  }

  async #together(run: Run, replicas: number): Promise<readonly Result<Placed<Done>, FabricFailure>[]> {
    if (this.#underWay.size >= RUN_LIMITS.outgoingMax) return [err(tooMany())];
    const visited = new Set<CellId>(run.visited);
    const all = Array.from({ length: replicas }, () => new Attempts(this.#env, this.#ports, run, this.#room, visited));
    this.#underWay.set(run.runId, all);
    try {
      return await Promise.all(all.map((attempts) => attempts.outcome()));
    } finally {
      this.#underWay.delete(run.runId);
    }
  }
}

function tooMany(): FabricFailure {
  return failure('capacity_exceeded', `this cell already has ${RUN_LIMITS.outgoingMax} runs under way`);
}
