import {
  contentHash,
  failureOf,
  RUN_LIMITS,
  STORE_LIMITS,
  TASKLET_LIMITS,
  toBase64,
  toHex,
  utf8,
  type Bytes,
  type CellId,
  type ContentHash,
  type Env,
  type FabricFailure,
  type LeaseId,
  type Result,
  type RunId,
} from '../../core/index.ts';
import type { Delivery, OutgoingRun } from '../../cell/index.ts';
import { decodeLeaseRef } from '../../capability/index.ts';
import type { Placed, Scheduled, Verdict } from '../../placement/index.ts';
import type { Artifacts, RunRequest, RunResponse, RunStatus, RunTarget, RunView } from '../index.ts';

/** A run of this cell's own, on its way. */
export interface LedgerRun extends Omit<OutgoingRun, 'memory'>, Scheduled {
  /** LeaseRefs of memory, or leases of this cell of which each attempt makes one. */
  readonly memory?: RunRequest['memory'];
  readonly target: RunTarget;
  /** How many cells are to do it. */
  readonly verify?: number;
}

/** Where and how a run came to its outcome. */
export interface RunEnd extends Placed<Delivery> {
  readonly verdict?: Verdict;
}

interface Entry {
  readonly run: LedgerRun;
  readonly startedAtMs: number;
  placedAtMs?: number;
  cell?: CellId;
  attempt: number;
  status: RunStatus;
  progress?: { done: number; total: number };
  endedAtMs?: number;
  response?: RunResponse;
}

/** The runs this cell has submitted: what they are doing, and the response each one ends with. */
export class RunLedger {
  readonly #env: Pick<Env, 'clock'>;
  readonly #self: CellId;
  readonly #lessorOf: (leaseId: LeaseId) => CellId | undefined;
  readonly #entries = new Map<RunId, Entry>();
  readonly #hashes = new WeakMap<Bytes, ContentHash>();

  /** `lessorOf` says who lends a lease that this cell holds. */
  constructor(env: Pick<Env, 'clock'>, self: CellId, lessorOf: (leaseId: LeaseId) => CellId | undefined) {
    this.#env = env;
    this.#self = self;
    this.#lessorOf = lessorOf;
  }

  begin(runId: RunId, request: RunRequest, map?: string): LedgerRun {
    const { program, tasklet, module, input, leases, affinity, verify, priority, memory } = request;
    const near = this.#nearOf(memory);
    const run: LedgerRun = {
      runId,
      program,
      tasklet,
      module,
      moduleHash: this.#moduleHash(module),
      input,
      inputHash: contentHash(input),
      target: request.on ?? 'any',
      ...(leases ? { leases } : {}),
      ...(memory ? { memory: memory.map((each) => (typeof each === 'string' ? each.trim() : each)), near } : {}),
      ...(affinity ? { affinity } : {}),
      ...(priority ? { tier: priority } : {}),
      ...(verify === undefined ? {} : { verify }),
      ...(map === undefined ? {} : { map }),
      strategy: request.strategy ?? (near.length > 0 ? 'locality' : 'spread'),
      // Who has written into leased memory may not simply begin again.
      recovery: request.recovery ?? (leases || memory ? 'fail' : 'retry'),
      attemptsMax: request.attempts ?? RUN_LIMITS.attemptsDefault,
      fuelLimit: request.fuel ?? TASKLET_LIMITS.fuelDefault,
      memoryBytes: request.memoryBytes ?? TASKLET_LIMITS.memoryBytesDefault,
      deadlineMs: request.deadlineMs ?? RUN_LIMITS.deadlineMsDefault,
      submittedWallMs: Math.trunc(this.#env.clock.wallMs()),
      attempt: 1,
    };
    this.#entries.set(runId, { run, startedAtMs: this.#env.clock.nowMs(), status: 'queued', attempt: 1 });
    this.#forgetOldest();
    return run;
  }

  /** A run that has not ended. */
  run(runId: RunId): LedgerRun | undefined {
    const entry = this.#entries.get(runId);
    return entry?.endedAtMs === undefined ? entry?.run : undefined;
  }

  placed(runId: RunId, cell: CellId, attempt: number): void {
    const entry = this.#entries.get(runId);
    if (!entry || entry.endedAtMs !== undefined) return;
    entry.cell = cell;
    entry.attempt = attempt;
    entry.status = 'placed';
    entry.placedAtMs ??= this.#env.clock.nowMs();
    delete entry.progress;
  }

  progressed(
    runId: RunId,
    status: 'admitted' | 'running',
    progress: { done: number; total: number } | undefined,
  ): void {
    const entry = this.#entries.get(runId);
    if (!entry || entry.endedAtMs !== undefined) return;
    entry.status = status;
    if (progress) entry.progress = progress;
  }

  /** Ends a run with what scheduling came to, and answers its artifacts. */
  end(run: LedgerRun, result: Result<RunEnd, FabricFailure>): Artifacts {
    const entry = this.#entries.get(run.runId);
    const nowMs = this.#env.clock.nowMs();
    const startedAtMs = entry?.startedAtMs ?? nowMs;
    const wallMs = Math.round(nowMs - startedAtMs);
    const queuedMs = Math.round((entry?.placedAtMs ?? nowMs) - startedAtMs);
    const response = result.ok
      ? this.#delivered(run, result.value, queuedMs, wallMs)
      : this.#undelivered(run, result.error, entry, queuedMs, wallMs);
    if (entry) {
      entry.status = response.status;
      entry.endedAtMs = nowMs;
      entry.response = response;
    }
    return { response, outputBase64: result.ok ? toBase64(result.value.done.output) : '' };
  }

  /** Newest first. */
  views(): readonly RunView[] {
    const nowMs = this.#env.clock.nowMs();
    return [...this.#entries.values()].reverse().map((entry) => this.#view(entry, nowMs));
  }

  #view(entry: Entry, nowMs: number): RunView {
    const { run, response, cell, progress, attempt } = entry;
    return {
      runId: run.runId,
      program: run.program,
      tasklet: run.tasklet,
      submitter: this.#self,
      ...(cell === undefined ? {} : { cell }),
      status: entry.status,
      ...(attempt > 1 ? { attempt } : {}),
      ...(progress ? { progress } : {}),
      ...(response ? { fuelUsed: response.fuelUsed, outputBytes: response.outputBytes } : {}),
      fuelLimit: run.fuelLimit,
      submittedWallMs: run.submittedWallMs,
      wallMs: Math.round((entry.endedAtMs ?? nowMs) - entry.startedAtMs),
      ...(response?.error ? { failure: response.error } : {}),
    };
  }

  #delivered(run: LedgerRun, placed: RunEnd, queuedMs: number, wallMs: number): RunResponse {
    const { outcome, leases, publicKey } = placed.done;
    const { attempt, lost, isDegraded, verdict } = placed;
    return {
      ...this.#head(run, attempt),
      ...(lost.length > 0 ? { lost } : {}),
      ...(isDegraded ? { isDegraded } : {}),
      ...(verdict ? { verified: verdict } : {}),
      output: outcome.output,
      outputBytes: outcome.outputBytes,
      cell: placed.cell,
      status: outcome.status,
      ...(outcome.error ? { error: failureOf(outcome.error) } : {}),
      response: outcome.responseText === undefined ? null : jsonOf(outcome.responseText),
      fuelUsed: outcome.fuelUsed,
      timings: this.#timings(run, queuedMs, outcome.admittedMs, outcome.runMs, wallMs),
      leases: leases.map(({ leaseId, kind, quantity }) => ({ leaseId, kind, quantity })),
      log: outcome.log,
      receipt: {
        publicKey: toHex(publicKey),
        signature: toHex(outcome.signature),
        responseHash: outcome.responseText === undefined ? null : contentHash(utf8(outcome.responseText)),
      },
    };
  }

  #undelivered(
    run: LedgerRun,
    error: FabricFailure,
    entry: Entry | undefined,
    queuedMs: number,
    wallMs: number,
  ): RunResponse {
    const cell = entry?.cell;
    return {
      ...this.#head(run, entry?.attempt ?? 1),
      output: contentHash(new Uint8Array(0)),
      outputBytes: 0,
      ...(cell === undefined ? {} : { cell }),
      status: error.code === 'cancelled' ? 'cancelled' : 'failed',
      error,
      response: null,
      fuelUsed: 0,
      timings: this.#timings(run, queuedMs, 0, 0, wallMs),
      leases: [],
      log: [],
    };
  }

  #head(run: LedgerRun, attempt: number) {
    const { runId, program, tasklet, fuelLimit, moduleHash: module, inputHash: input } = run;
    return {
      runId,
      program,
      tasklet,
      module,
      input,
      submitter: this.#self,
      attempt,
      fuelLimit,
    };
  }

  #timings(run: LedgerRun, queuedMs: number, admittedMs: number, runMs: number, wallMs: number) {
    return { submittedWallMs: run.submittedWallMs, queuedMs, admittedMs, runMs, wallMs };
  }

  /** The cells that lend the memory a run is handed. */
  #nearOf(memory: NonNullable<RunRequest['memory']> = []): readonly CellId[] {
    const cells = memory.flatMap((each) => {
      if (typeof each !== 'string') return this.#lessorOf(each.leaseId) ?? [];
      const ref = decodeLeaseRef(each.trim());
      return ref.ok ? ref.value.cell : [];
    });
    return [...new Set(cells)];
  }

  /** The parts of a map share one module, which is hashed once. */
  #moduleHash(module: Bytes): ContentHash {
    const hash = this.#hashes.get(module) ?? contentHash(module);
    this.#hashes.set(module, hash);
    return hash;
  }

  #forgetOldest(): void {
    for (const [runId, entry] of this.#entries) {
      if (this.#entries.size <= STORE_LIMITS.runsKeptMax) return;
      if (entry.endedAtMs !== undefined) this.#entries.delete(runId);
    }
  }
}

function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return null;
  }
}
