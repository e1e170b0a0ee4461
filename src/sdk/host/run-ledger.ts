import {
  contentHash,
  failure,
  RUN_LIMITS,
  TASKLET_LIMITS,
  STORE_LIMITS,
  toBase64,
  toHex,
  utf8,
  type CellId,
  type Env,
  type FabricFailure,
  type Result,
  type RunId,
} from '../../core/index.ts';
import type { Delivery, OutgoingRun } from '../../cell/index.ts';
import type { Placed } from '../../placement/index.ts';
import type { Artifacts, RunRequest, RunResponse, RunStatus, RunTarget, RunView } from '../index.ts';

/** A run of this cell's own, on its way. */
export interface LedgerRun extends OutgoingRun {
  readonly target: RunTarget;
}

interface Entry {
  readonly run: LedgerRun;
  readonly startedAtMs: number;
  placedAtMs?: number;
  cell?: CellId;
  status: RunStatus;
  progress?: { done: number; total: number };
  endedAtMs?: number;
  response?: RunResponse;
}

/** The runs this cell has submitted: what they are doing, and the response each one ends with. */
export class RunLedger {
  readonly #env: Pick<Env, 'clock'>;
  readonly #self: CellId;
  readonly #entries = new Map<RunId, Entry>();

  constructor(env: Pick<Env, 'clock'>, self: CellId) {
    this.#env = env;
    this.#self = self;
  }

  begin(runId: RunId, request: RunRequest): LedgerRun {
    const { program, tasklet, module, input } = request;
    const run: LedgerRun = {
      runId,
      program,
      tasklet,
      module,
      input,
      target: request.on ?? 'any',
      ...(request.leases ? { leases: request.leases } : {}),
      ...(request.memory ? { memory: request.memory.map((ref) => ref.trim()) } : {}),
      fuelLimit: request.fuel ?? TASKLET_LIMITS.fuelDefault,
      memoryBytes: request.memoryBytes ?? TASKLET_LIMITS.memoryBytesDefault,
      deadlineMs: request.deadlineMs ?? RUN_LIMITS.deadlineMsDefault,
      submittedWallMs: Math.trunc(this.#env.clock.wallMs()),
      attempt: 1,
    };
    this.#entries.set(runId, { run, startedAtMs: this.#env.clock.nowMs(), status: 'queued' });
    this.#forgetOldest();
    return run;
  }

  placed(runId: RunId, cell: CellId): void {
    const entry = this.#entries.get(runId);
    if (!entry) return;
    entry.cell = cell;
    entry.status = 'placed';
    entry.placedAtMs = this.#env.clock.nowMs();
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
  end(run: LedgerRun, result: Result<Placed<Delivery>, FabricFailure>): Artifacts {
    const entry = this.#entries.get(run.runId);
    const nowMs = this.#env.clock.nowMs();
    const startedAtMs = entry?.startedAtMs ?? nowMs;
    const wallMs = Math.round(nowMs - startedAtMs);
    const queuedMs = Math.round((entry?.placedAtMs ?? nowMs) - startedAtMs);
    const response = result.ok
      ? this.#delivered(run, result.value, queuedMs, wallMs)
      : this.#undelivered(run, result.error, entry?.cell, queuedMs, wallMs);
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
    const { run, response, cell, progress } = entry;
    return {
      runId: run.runId,
      program: run.program,
      tasklet: run.tasklet,
      submitter: this.#self,
      ...(cell === undefined ? {} : { cell }),
      status: entry.status,
      ...(progress ? { progress } : {}),
      ...(response ? { fuelUsed: response.fuelUsed, outputBytes: response.outputBytes } : {}),
      fuelLimit: run.fuelLimit,
      submittedWallMs: run.submittedWallMs,
      wallMs: Math.round((entry.endedAtMs ?? nowMs) - entry.startedAtMs),
      ...(response?.error ? { failure: response.error } : {}),
    };
  }

  #delivered(run: LedgerRun, placed: Placed<Delivery>, queuedMs: number, wallMs: number): RunResponse {
    const { outcome, leases, publicKey } = placed.done;
    return {
      ...this.#head(run),
      output: outcome.output,
      outputBytes: outcome.outputBytes,
      cell: placed.cell,
      status: outcome.status,
      ...(outcome.error ? { error: failure(outcome.error.code, outcome.error.message) } : {}),
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
    cell: CellId | undefined,
    queuedMs: number,
    wallMs: number,
  ): RunResponse {
    return {
      ...this.#head(run),
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

  #head(run: LedgerRun) {
    const { runId, program, tasklet, attempt, fuelLimit } = run;
    const module = contentHash(run.module);
    return {
      runId,
      program,
      tasklet,
      module,
      input: contentHash(run.input),
      submitter: this.#self,
      attempt,
      fuelLimit,
    };
  }

  #timings(run: LedgerRun, queuedMs: number, admittedMs: number, runMs: number, wallMs: number) {
    return { submittedWallMs: run.submittedWallMs, queuedMs, admittedMs, runMs, wallMs };
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
