import {
  contentHash,
  err,
  failure,
  failureOf,
  ok,
  type Bytes,
  type CellId,
  type ContentHash,
  type Env,
  type FabricFailure,
  type Result,
  type RunId,
  type Signer,
} from '../core/index.ts';
import type { HeldLease } from '../lease/index.ts';
import type { Switchboard } from '../transport/index.ts';
import { EVENT, INLINE_BYTES_MAX, REQUEST, type RunOrderMessage, type WireOutcome } from '../wire/index.ts';
import type { Contents } from './contents.ts';
import type { Fetcher } from './fetcher.ts';
import type { RunLeases, RunNeeds, RunPair } from './holding/index.ts';
import { isOutcomeProven } from './outcome.ts';

export interface CourierDeps {
  readonly env: Env;
  readonly board: Switchboard;
  readonly leases: RunLeases;
  readonly contents: Contents;
  readonly fetcher: Fetcher;
  readonly signer: Signer;
}

/** One run, as its submitter describes it, wherever it may go. */
export interface OutgoingRun extends RunNeeds {
  readonly program: string;
  readonly tasklet: string;
  readonly module: Bytes;
  readonly moduleHash: ContentHash;
  readonly input: Bytes;
  readonly inputHash: ContentHash;
  readonly fuelLimit: number;
  readonly submittedWallMs: number;
  readonly attempt: number;
  /** Other cells that have the module. */
  readonly sources?: readonly CellId[];
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

/** How much longer than the run its submitter waits for word of it. */
const WORD_MARGIN_MS = 3_000;

/**
 * Takes one run to one cell: leases, submission, word of its progress, its outcome and output, and the proof.
 * 1. It always settles: with a proven outcome or with a fault that says whether the run may have begun.
 * 2. Leases taken for it are freed when it settles, or kept for the next run of its map; those it was given are left alone.
 */
export class Courier {
  readonly #deps: CourierDeps;
  /** By run and cell: several cells may do one run, each of them once. */
  readonly #waiting = new Map<string, Waiting>();
  /** Runs whose leases have been asked for: nothing of theirs is at a cell yet that could be told to stop. */
  readonly #asking = new Map<string, { isCancelled: boolean }>();

  constructor(deps: CourierDeps) {
    this.#deps = deps;
    const { board, contents } = deps;
    board.handlers.onEvent(EVENT.runProgressed, (from, news) => {
      this.#waiting.get(keyOf(news.runId, from))?.events.progressed(news.status, news.progress);
    });
    board.handlers.onEvent(EVENT.runFinished, (from, { runId, outcome }) => {
      this.#waiting.get(keyOf(runId, from))?.finish(ok(outcome));
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
    for (const waiting of [...this.#waiting.values()]) {
      if (waiting.to === cell) waiting.finish(err(failure('disconnected', 'the cell left while the run was there')));
    }
  }

  /** Ends an attempt at its submitter's wish; the executing cell is told. */
  cancel(runId: RunId, at: CellId): void {
    const asking = this.#asking.get(keyOf(runId, at));
    if (asking) asking.isCancelled = true;
    if (this.#waiting.has(keyOf(runId, at))) void this.#deps.board.call(at, REQUEST.runCancel, { runId });
  }

  async deliver(to: CellId, run: OutgoingRun, events: DeliveryEvents): Promise<Result<Delivery, DeliveryFault>> {
    const { contents, leases } = this.#deps;
    const asking = { isCancelled: false };
    this.#asking.set(keyOf(run.runId, to), asking);
    const leased = await leases.take(to, run);
    this.#asking.delete(keyOf(run.runId, to));
    if (!leased.ok) return err({ failure: failureOf(leased.error), begun: false });
    if (asking.isCancelled) {
      leases.giveBack(leased.value, true);
      return err({ failure: CANCELLED, begun: false });
    }
    contents.keep(run.moduleHash, run.module);
    contents.keep(run.inputHash, run.input);
    contents.hold(run.moduleHash);
    contents.hold(run.inputHash);
    events.placed();
    let isIdle = false;
    try {
      const delivered = await this.#submit(to, run, leased.value, events);
      isIdle = delivered.ok;
      return delivered;
    } finally {
      contents.release(run.moduleHash);
      contents.release(run.inputHash);
      leases.giveBack(leased.value, isIdle);
    }
  }

  async #submit(
    to: CellId,
    run: OutgoingRun,
    leases: RunPair,
    events: DeliveryEvents,
  ): Promise<Result<Delivery, DeliveryFault>> {
    const order = orderOf(run, leases);
    const { board } = this.#deps;
    const publicKey = board.publicKeyOf(to);
    const finished = this.#wait(to, run, events);
    const submitted = await board.call(to, REQUEST.runSubmit, order);
    if (!submitted.ok || !publicKey) {
      const refusal = submitted.ok ? GONE : failureOf(submitted.error);
      this.#waiting.get(keyOf(run.runId, to))?.finish(err(refusal));
      await finished;
      return err({ failure: refusal, begun: refusal.code === 'disconnected' });
    }
    const outcome = await finished;
    if (!outcome.ok) return err({ failure: outcome.error, begun: true });
    const taken = await this.#take(to, order, publicKey, outcome.value);
    return taken.ok
      ? ok({ ...taken.value, leases: [leases.cpu.held, leases.mem.held] })
      : err({ failure: taken.error, begun: true });
  }

  /** Waits for the word that the run has finished; bounded by its deadline and a margin. */
  #wait(to: CellId, run: OutgoingRun, events: DeliveryEvents): Promise<Result<WireOutcome, FabricFailure>> {
    return new Promise((resolve) => {
      const waitMs = run.deadlineMs + WORD_MARGIN_MS;
      const finish = (result: Result<WireOutcome, FabricFailure>): void => {
        this.#waiting.delete(keyOf(run.runId, to));
        deadline.cancel();
        resolve(result);
      };
      const deadline = this.#deps.env.timers.after(waitMs, () =>
        finish(err(failure('deadline_exceeded', `no word of the run within ${waitMs} ms`))),
      );
      this.#waiting.set(keyOf(run.runId, to), { to, events, finish });
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
    // What this cell has signed itself a moment ago needs no proof.
    const isOwn = to === this.#deps.board.self;
    if (!isOwn && !(await isOutcomeProven(order, to, publicKey, signer, outcome))) {
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

function keyOf(runId: RunId, cell: CellId): string {
  return `${runId}/${cell}`;
}

function orderOf(run: OutgoingRun, { cpu, mem }: RunPair): RunOrderMessage {
  const { runId, program, tasklet, fuelLimit, deadlineMs, submittedWallMs, attempt, memory = [], sources = [] } = run;
  return {
    runId,
    program,
    tasklet,
    module: run.moduleHash,
    moduleBytes: run.module.length,
    input: run.inputHash,
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
    ...(sources.length > 0 ? { sources: [...sources] } : {}),
  };
}
