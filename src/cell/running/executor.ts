import {
  err,
  failure,
  failureOf,
  ok,
  RUN_LIMITS,
  type Bytes,
  type CellId,
  type Env,
  type FabricFailure,
  type LeaseId,
  type Result,
  type RunId,
  type Signer,
} from '../../core/index.ts';
import type { Lease } from '../../lease/index.ts';
import {
  encodeContext,
  type AdmittedTasklet,
  type RunningTasklet,
  type TaskletEngine,
  type TaskletResult,
} from '../../tasklet/index.ts';
import type { Switchboard } from '../../transport/index.ts';
import { EVENT, REQUEST, type Refusal, type RunOrderMessage } from '../../wire/index.ts';
import type { Contents } from '../contents.ts';
import type { AuditSink, Lending } from '../lending/index.ts';
import { signedOutcome } from '../outcome.ts';
import type { Materials } from './materials.ts';
import type { HandedMemory, RunMemory } from './run-memory.ts';

export interface ExecutorDeps {
  readonly env: Env;
  readonly board: Switchboard;
  readonly lending: Lending;
  readonly audit: AuditSink;
  readonly engine: TaskletEngine;
  readonly contents: Contents;
  readonly materials: Materials;
  readonly memory: RunMemory;
  readonly signer: Signer;
  readonly changed: () => void;
  /** Whether something else than a run goes on under a lease. */
  readonly isCarrying: (leaseId: LeaseId) => boolean;
}

/** A run this cell executes for some cell, as others may see it. */
export interface IncomingRun {
  readonly order: RunOrderMessage;
  readonly submitter: CellId;
  readonly memory: HandedMemory;
  readonly acceptedAtMs: number;
  status: 'admitted' | 'placed' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  progress?: { done: number; total: number };
  fuelUsed?: number;
  error?: FabricFailure;
  startedAtMs?: number;
  endedAtMs?: number;
  stop?: (cause: FabricFailure) => void;
  stopped?: FabricFailure;
  /** Settles when the engine is done with it; absent while the engine has not begun. */
  engaged?: Promise<unknown>;
}

/**
 * Runs tasklets for holders of leases of this cell.
 * 1. Nothing runs without a live cpu lease and a live mem lease that the cell that asks holds or has open, each with a
 *    token that verifies; a lease carries one run at a time. Nor without every lease of memory that the run was handed.
 * 2. Every accepted run ends in exactly one signed outcome, sent to its submitter: by its own end, its deadline, the end
 *    of a lease, or its submitter's cancel.
 * 3. The same run id accepted twice runs once.
 */
export class Executor {
  readonly #deps: ExecutorDeps;
  readonly #runs = new Map<RunId, IncomingRun>();
  /** Runs whose tokens are being checked. */
  readonly #accepting = new Map<
    RunId,
    { readonly submitter: CellId; readonly answer: Promise<Result<object, Refusal>> }
  >();

  constructor(deps: ExecutorDeps) {
    this.#deps = deps;
    deps.board.handlers.onRequest(REQUEST.runSubmit, (from, order) => this.#accept(from, order));
    deps.board.handlers.onRequest(REQUEST.runCancel, (from, { runId }) => {
      const run = this.#runs.get(runId);
      if (run?.submitter === from) this.#stop(run, failure('cancelled', 'the submitter cancelled the run'));
      return ok({});
    });
  }

  /** Runs not yet ended, and the latest of those that have, oldest first. */
  runs(): readonly IncomingRun[] {
    return [...this.#runs.values()];
  }

  /** Whether a run that has not ended goes on under a lease. */
  carries(leaseId: LeaseId): boolean {
    return this.#active().some(({ order }) => order.cpuLease === leaseId || order.memLease === leaseId);
  }

  /** A lease has ended: whatever ran on it stops now. Answers what settles when the engine is done with it. */
  leaseEnded(lease: Lease): readonly Promise<unknown>[] {
    const engaged: Promise<unknown>[] = [];
    for (const run of this.#runs.values()) {
      if (run.endedAtMs !== undefined) continue;
      if (run.order.cpuLease !== lease.leaseId && run.order.memLease !== lease.leaseId) continue;
      this.#stop(run, leaseEndFailure(lease, 'run'));
      if (run.engaged) engaged.push(run.engaged);
    }
    return engaged;
  }

  #accept(from: CellId, order: RunOrderMessage): Result<object, Refusal> | Promise<Result<object, Refusal>> {
    const known = this.#runs.get(order.runId) ?? this.#accepting.get(order.runId);
    if (known && known.submitter !== from) return refused('invalid_argument', 'that run id is taken');
    if (known) return 'answer' in known ? known.answer : ok({});
    const answer = this.#prepared(from, order).then((memory) => {
      this.#accepting.delete(order.runId);
      return memory.ok ? this.#begin(from, order, memory.value) : memory;
    });
    this.#accepting.set(order.runId, { submitter: from, answer });
    return answer;
  }

  /** Checks the tokens of both leases, and opens the memory that the run was handed. */
  async #prepared(from: CellId, order: RunOrderMessage): Promise<Result<HandedMemory, Refusal>> {
    const shown = { presenter: from, module: order.module };
    const { lending, memory } = this.#deps;
    const cpu = await lending.admitRun(shown, order.cpuLease, 'cpu', order.cpuToken);
    const mem = cpu.ok ? await lending.admitRun(shown, order.memLease, 'mem', order.memToken) : cpu;
    return mem.ok ? memory.open(order) : mem;
  }

  #begin(from: CellId, order: RunOrderMessage, memory: HandedMemory): Result<object, Refusal> {
    const refusal = this.#leaseRefusal(from, order);
    if (refusal) {
      memory.close();
      return this.#deps.lending.refused(from, refusal);
    }
    this.#forgetOldest();
    const { env, changed } = this.#deps;
    const run: IncomingRun = { order, submitter: from, memory, acceptedAtMs: env.clock.nowMs(), status: 'placed' };
    this.#runs.set(order.runId, run);
    changed();
    void this.#execute(run);
    return ok({});
  }

  #leaseRefusal(from: CellId, order: RunOrderMessage): Refusal | undefined {
    const { lending, isCarrying } = this.#deps;
    if (this.#active().length >= RUN_LIMITS.incomingMax)
      return { code: 'capacity_exceeded', message: 'too many runs here' };
    const cpu = lending.check(from, order.cpuLease, 'cpu');
    if (!cpu.ok) return cpu.error;
    const mem = lending.check(from, order.memLease, 'mem');
    if (!mem.ok) return mem.error;
    const isTaken = [order.cpuLease, order.memLease].some((leaseId) => this.carries(leaseId) || isCarrying(leaseId));
    if (isTaken) return { code: 'lease_denied', message: 'one of those leases already carries a run' };
    return undefined;
  }

  /** Ends with the work's own result or with what stopped it, whichever comes first. */
  async #execute(run: IncomingRun): Promise<void> {
    const { env } = this.#deps;
    const stopped = new Promise<TaskletResult>((resolve) => {
      run.stop = (cause) => resolve(failedResult(cause));
    });
    const deadline = env.timers.after(run.order.deadlineMs, () =>
      this.#stop(run, failure('deadline_exceeded', 'the run did not end within its deadline')),
    );
    const result = await Promise.race([this.#work(run), stopped]);
    deadline.cancel();
    run.memory.close();
    const lapsed = run.stopped ? undefined : this.#lapsed(run);
    await this.#conclude(run, lapsed ? failedResult(lapsed) : result);
  }

  /** How a lease of the run ended that nobody has come to end yet, as in a tab that was frozen and has just woken up. */
  #lapsed({ submitter, order }: IncomingRun): FabricFailure | undefined {
    const { lending } = this.#deps;
    const checks = [lending.check(submitter, order.cpuLease, 'cpu'), lending.check(submitter, order.memLease, 'mem')];
    const denials = checks.flatMap((checked) => (checked.ok ? [] : checked.error));
    const lapsed = denials.find(({ code }) => LAPSED.has(code));
    return lapsed && failureOf(lapsed);
  }

  /** Fetches, admits and runs. Starts nothing once the run is stopped. */
  async #work(run: IncomingRun): Promise<TaskletResult> {
    const input = await this.#deps.materials.input(run.submitter, run.order);
    if (!input.ok) return failedResult(input.error);
    const tasklet = await this.#admit(run);
    if (!tasklet.ok) return failedResult(tasklet.error);
    return run.stopped ? failedResult(run.stopped) : this.#start(run, tasklet.value, input.value).finished;
  }

  async #admit(run: IncomingRun): Promise<Result<AdmittedTasklet, FabricFailure>> {
    const bytes = await this.#deps.materials.module(run.submitter, run.order);
    if (!bytes.ok) return bytes;
    const mem = this.#deps.lending.check(run.submitter, run.order.memLease, 'mem');
    if (!mem.ok) return err(failureOf(mem.error));
    const order = { hash: run.order.module, memoryBytesMax: mem.value.quantity, bytes: bytes.value };
    const admitted = await this.#deps.engine.admit(order);
    if (!admitted.ok) this.#deps.lending.refused(run.submitter, admitted.error);
    if (!admitted.ok || run.stopped) return admitted;
    this.#deps.audit.append({
      kind: 'module.admitted',
      tenant: run.submitter,
      runId: run.order.runId,
      module: run.order.module,
    });
    this.#advance(run, 'admitted');
    return admitted;
  }

  #start(run: IncomingRun, tasklet: AdmittedTasklet, input: Bytes): RunningTasklet {
    const { order } = run;
    const { regions } = run.memory;
    run.startedAtMs = this.#deps.env.clock.nowMs();
    const context = encodeContext({ ...order, memoryPagesMax: tasklet.memoryPagesMax, leaseCount: regions.length });
    const { runId, fuelLimit, submittedWallMs } = order;
    const running = this.#deps.engine.run(tasklet, {
      runId,
      context,
      input,
      fuelLimit,
      submittedWallMs,
      regions,
      progress: (done, total) => {
        run.progress = { done, total };
        this.#advance(run, 'running');
      },
    });
    run.engaged = running.finished;
    run.stop = (cause) => running.stop(cause);
    this.#advance(run, 'running');
    return running;
  }

  #advance(run: IncomingRun, status: 'admitted' | 'running'): void {
    run.status = status;
    const progress = run.progress ? { progress: run.progress } : {};
    this.#deps.board.notify(run.submitter, EVENT.runProgressed, { runId: run.order.runId, status, ...progress });
    this.#deps.changed();
  }

  #stop(run: IncomingRun, cause: FabricFailure): void {
    if (run.endedAtMs !== undefined || run.stopped) return;
    run.stopped = cause;
    run.stop?.(cause);
  }

  async #conclude(run: IncomingRun, result: TaskletResult): Promise<void> {
    const { env, board, contents, signer } = this.#deps;
    run.endedAtMs = env.clock.nowMs();
    run.fuelUsed = result.fuelUsed;
    run.status = result.error?.code === 'cancelled' ? 'cancelled' : result.status;
    if (result.error) run.error = result.error;
    contents.put(result.output);
    const startedAtMs = run.startedAtMs ?? run.endedAtMs;
    const admittedMs = Math.round(startedAtMs - run.acceptedAtMs);
    const runMs = Math.round(run.endedAtMs - startedAtMs);
    const outcome = await signedOutcome(run.order, board.self, signer, result, { admittedMs, runMs });
    board.notify(run.submitter, EVENT.runFinished, { runId: run.order.runId, outcome });
    this.#deps.changed();
  }

  #active(): readonly IncomingRun[] {
    return this.runs().filter((run) => run.endedAtMs === undefined);
  }

  #forgetOldest(): void {
    const ended = this.runs().filter((run) => run.endedAtMs !== undefined);
    for (const run of ended.slice(0, Math.max(0, ended.length - RUN_LIMITS.finishedKept))) {
      this.#runs.delete(run.order.runId);
    }
  }
}

/** Denials that say a lease is over, for whoever asks. */
const LAPSED: ReadonlySet<Refusal['code']> = new Set(['lease_expired', 'revoked', 'fenced']);

/** What a run, or what else was on it, hears when a lease of it has ended. */
export function leaseEndFailure({ kind, state }: Lease, what: string): FabricFailure {
  if (state === 'expired') return failure('lease_expired', `the ${kind} lease of the ${what} ran out`);
  if (state === 'revoked') return failure('revoked', `the ${kind} lease of the ${what} was taken back`);
  return failure('cancelled', `the ${kind} lease was freed`);
}

function failedResult(error: FabricFailure): TaskletResult {
  return { status: 'failed', error, output: new Uint8Array(0), fuelUsed: 0, log: [] };
}

function refused(code: Refusal['code'], message: string): Result<never, Refusal> {
  return err({ code, message });
}
