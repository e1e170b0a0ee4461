import {
  assert,
  contentHash,
  err,
  failure,
  ok,
  type Bytes,
  type CellId,
  type Env,
  type FabricFailure,
  type LeaseId,
  type Result,
  type RunId,
  type Signer,
} from '../core/index.ts';
import type { HeldLease, LeaseWish } from '../lease/index.ts';
import type { Switchboard } from '../transport/index.ts';
import {
  EVENT,
  INLINE_BYTES_MAX,
  REQUEST,
  type Refusal,
  type RunOrderMessage,
  type WireOutcome,
} from '../wire/index.ts';
import type { Contents } from './contents.ts';
import type { Fetcher } from './fetcher.ts';
import type { Holdings } from './holding/index.ts';
import { isOutcomeProven } from './outcome.ts';

export interface CourierDeps {
  readonly env: Env;
  readonly board: Switchboard;
  readonly holdings: Holdings;
  readonly contents: Contents;
  readonly fetcher: Fetcher;
  readonly signer: Signer;
}

/** One run, as its submitter describes it, wherever it may go. */
export interface OutgoingRun {
  readonly runId: RunId;
  readonly program: string;
  readonly tasklet: string;
  readonly module: Bytes;
  readonly input: Bytes;
  readonly fuelLimit: number;
  readonly memoryBytes: number;
  readonly deadlineMs: number;
  readonly submittedWallMs: number;
  readonly attempt: number;
  /** Leases to run on, of the cell that the run goes to; fresh ones are taken for it when absent. */
  readonly leases?: { readonly cpu: LeaseId; readonly mem: LeaseId };
  /** LeaseRefs of the memory that its tasklet works on, by index. */
  readonly memory?: readonly string[];
}

/** What one attempt at one cell came to. */
export interface Delivery {
  readonly outcome: WireOutcome;
  readonly output: Bytes;
  readonly publicKey: Bytes;
  readonly leases: readonly HeldLease[];
}

/** A lease for a run, with the token that the run shows. */
interface RunLease {
  readonly held: HeldLease;
  readonly token: Bytes;
}

/** An attempt that ended without an outcome; `begun` tells whether the cell may have started to run it. */
export interface DeliveryFault {
  readonly failure: FabricFailure;
  readonly begun: boolean;
}

export interface DeliveryEvents {
  placed(): void;
  progressed(status: 'admitted' | 'running', progress: { done: number; total: number } | undefined): void;
}

interface Waiting {
  readonly to: CellId;
  readonly events: DeliveryEvents;
  finish(result: Result<WireOutcome, FabricFailure>): void;
}

/** How much longer than the run its leases live, and how much longer its submitter waits for word of it. */
const LEASE_MARGIN_MS = 5_000;
const WORD_MARGIN_MS = 3_000;

/**
 * Takes one run to one cell: leases, submission, word of its progress, its outcome and output, and the proof.
 * 1. It always settles: with a proven outcome or with a fault that says whether the run may have begun.
 * 2. Leases taken for it are freed when it settles, whatever happened; those it was given are left alone.
 */
export class Courier {
  readonly #deps: CourierDeps;
  readonly #waiting = new Map<RunId, Waiting>();
  /** Runs whose leases have been asked for: nothing of theirs is at a cell yet that could be told to stop. */
  readonly #asking = new Map<RunId, { isCancelled: boolean }>();

  constructor(deps: CourierDeps) {
    this.#deps = deps;
    const { board, contents } = deps;
    board.handlers.onEvent(EVENT.runProgressed, (from, news) => {
      const waiting = this.#waiting.get(news.runId);
      if (waiting?.to === from) waiting.events.progressed(news.status, news.progress);
    });
    board.handlers.onEvent(EVENT.runFinished, (from, { runId, outcome }) => {
      const waiting = this.#waiting.get(runId);
      if (waiting?.to === from) waiting.finish(ok(outcome));
    });
    board.handlers.onRequest(REQUEST.contentGet, (_from, { hash, sizeBytesMax }) => {
      const bytes = contents.get(hash);
      return bytes && bytes.length <= sizeBytesMax
        ? ok(bytes)
        : err({ code: 'not_found', message: 'that content is not here' });
    });
  }

  /** A cell is gone: whatever was under way there ends as `disconnected`. */
  cellLeft(cell: CellId): void {
    this.#deps.holdings.lessorGone(cell);
    for (const waiting of [...this.#waiting.values()]) {
      if (waiting.to === cell) waiting.finish(err(failure('disconnected', 'the cell left while the run was there')));
    }
  }

  /** Ends an attempt at its submitter's wish; the executing cell is told. */
  cancel(runId: RunId): void {
    const asking = this.#asking.get(runId);
    if (asking) asking.isCancelled = true;
    const waiting = this.#waiting.get(runId);
    if (!waiting) return;
    void this.#deps.board.call(waiting.to, REQUEST.runCancel, { runId });
  }

  async deliver(to: CellId, run: OutgoingRun, events: DeliveryEvents): Promise<Result<Delivery, DeliveryFault>> {
    const asking = { isCancelled: false };
    this.#asking.set(run.runId, asking);
    const leased = run.leases ? this.#given(to, run.leases) : await this.#takeLeases(to, run);
    this.#asking.delete(run.runId);
    if (!leased.ok) return err({ failure: failure(leased.error.code, leased.error.message), begun: false });
    if (asking.isCancelled) {
      if (!run.leases) this.#freeLeases(leased.value);
      return err({ failure: CANCELLED, begun: false });
    }
    const { contents } = this.#deps;
    const module = contents.put(run.module);
    const input = contents.put(run.input);
    contents.hold(module);
    contents.hold(input);
    events.placed();
    try {
      return await this.#submit(to, run, leased.value, events);
    } finally {
      contents.release(module);
      contents.release(input);
      if (!run.leases) this.#freeLeases(leased.value);
    }
  }

  /** The leases that a run was given, if this cell may still use them and they are of that cell. */
  #given(to: CellId, leases: { cpu: LeaseId; mem: LeaseId }): Result<readonly [RunLease, RunLease], Refusal> {
    const cpu = this.#deps.holdings.usable(leases.cpu);
    if (!cpu.ok) return cpu;
    const mem = this.#deps.holdings.usable(leases.mem);
    if (!mem.ok) return mem;
    const isFit = [cpu, mem].every(({ value }) => value.held.lessor === to) && cpu.value.held.kind === 'cpu';
    if (isFit && mem.value.held.kind === 'mem') return ok([cpu.value, mem.value]);
    return err({ code: 'invalid_argument', message: 'a run takes a cpu and a mem lease of the cell that it goes to' });
  }

  async #takeLeases(to: CellId, run: OutgoingRun): Promise<Result<readonly [RunLease, RunLease], Refusal>> {
    const { holdings } = this.#deps;
    const ttlMs = run.deadlineMs + LEASE_MARGIN_MS;
    const wishes: LeaseWish[] = [
      { kind: 'cpu', quantity: 1, ttlMs },
      { kind: 'mem', quantity: run.memoryBytes, ttlMs },
    ];
    const taken = await holdings.take(to, wishes, run.runId);
    if (!taken.ok) return taken;
    const [cpu, mem] = taken.value;
    assert(cpu !== undefined && mem !== undefined, 'both wishes are granted, or none');
    return this.#given(to, { cpu: cpu.leaseId, mem: mem.leaseId });
  }

  #freeLeases(leases: readonly RunLease[]): void {
    void this.#deps.holdings.give(leases.map(({ held }) => held.leaseId));
  }

  async #submit(
    to: CellId,
    run: OutgoingRun,
    leases: readonly [RunLease, RunLease],
    events: DeliveryEvents,
  ): Promise<Result<Delivery, DeliveryFault>> {
    const order = orderOf(run, leases);
    const { board } = this.#deps;
    const publicKey = board.publicKeyOf(to);
    const finished = this.#wait(to, run, events);
    const submitted = await board.call(to, REQUEST.runSubmit, order);
    if (!submitted.ok || !publicKey) {
      const refusal = submitted.ok ? GONE : failure(submitted.error.code, submitted.error.message);
      this.#waiting.get(run.runId)?.finish(err(refusal));
      await finished;
      return err({ failure: refusal, begun: refusal.code === 'disconnected' });
    }
    const outcome = await finished;
    if (!outcome.ok) return err({ failure: outcome.error, begun: true });
    const taken = await this.#take(to, order, publicKey, outcome.value);
    return taken.ok
      ? ok({ ...taken.value, leases: leases.map(({ held }) => held) })
      : err({ failure: taken.error, begun: true });
  }

  /** Waits for the word that the run has finished; bounded by its deadline and a margin. */
  #wait(to: CellId, run: OutgoingRun, events: DeliveryEvents): Promise<Result<WireOutcome, FabricFailure>> {
    return new Promise((resolve) => {
      const waitMs = run.deadlineMs + WORD_MARGIN_MS;
      const finish = (result: Result<WireOutcome, FabricFailure>): void => {
        this.#waiting.delete(run.runId);
        deadline.cancel();
        resolve(result);
      };
      const deadline = this.#deps.env.timers.after(waitMs, () =>
        finish(err(failure('deadline_exceeded', `no word of the run within ${waitMs} ms`))),
      );
      this.#waiting.set(run.runId, { to, events, finish });
    });
  }

  /** The output, fetched if it did not come along, and believed only with the proof. */
  async #take(
    to: CellId,
    order: RunOrderMessage,
    publicKey: Bytes,
    outcome: WireOutcome,
  ): Promise<Result<Omit<Delivery, 'leases'>, FabricFailure>> {
    const { fetcher, contents, signer } = this.#deps;
    if (!(await isOutcomeProven(order, to, publicKey, signer, outcome))) {
      return err(failure('receipt_invalid', 'the receipt of the result does not carry the signature of that cell'));
    }
    let bytes: Uint8Array | undefined = outcome.inlineOutput ?? contents.get(outcome.output);
    if (!bytes) {
      const answer = await fetcher.fetch(to, outcome.output, outcome.outputBytes, order.deadlineMs);
      if (!answer.ok) return err(failure('disconnected', `the output was not delivered: ${answer.error.message}`));
      bytes = answer.value;
    }
    if (bytes.length !== outcome.outputBytes || contentHash(bytes) !== outcome.output) {
      return err(failure('receipt_invalid', 'the output is not the one that the receipt names'));
    }
    return ok({ outcome, output: new Uint8Array(bytes), publicKey });
  }
}

const CANCELLED = failure('cancelled', 'the run was cancelled before it was submitted');
const GONE = failure('disconnected', 'the cell left before the run was there');

function orderOf(run: OutgoingRun, [cpu, mem]: readonly [RunLease, RunLease]): RunOrderMessage {
  const { runId, program, tasklet, fuelLimit, deadlineMs, submittedWallMs, attempt, memory = [] } = run;
  return {
    runId,
    program,
    tasklet,
    module: contentHash(run.module),
    moduleBytes: run.module.length,
    input: contentHash(run.input),
    inputBytes: run.input.length,
    ...(run.input.length <= INLINE_BYTES_MAX ? { inlineInput: run.input } : {}),
    fuelLimit,
    deadlineMs,
    submittedWallMs,
    attempt,
    cpuLease: cpu.held.leaseId,
    cpuToken: cpu.token,
    memLease: mem.held.leaseId,
    memToken: mem.token,
    ...(memory.length > 0 ? { memory: [...memory] } : {}),
  };
}
