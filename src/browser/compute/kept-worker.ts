import { failure, type Bytes, type ContentHash, type FabricFailure } from '../../core/index.ts';
import { MailClerk, type WordWaits } from '../../memory/index.ts';
import {
  callFailed,
  Transcript,
  type CallEnd,
  type KeepOrder,
  type KeptEnd,
  type KeptTasklet,
  type TranscriptEnd,
} from '../../tasklet/index.ts';
import type { KeepMessage, TaskletWorkerMessage } from '../tasklet/index.ts';
import { MessageLine, RingLine, type KeptLine } from './kept-line.ts';
import type { PooledWorker } from './pooled-worker.ts';

export interface KeptWorkerDeps {
  readonly waits: WordWaits;
  /** It finds no memory for an instance. */
  readonly crowded: () => void;
  /** The worker is free again, or to be ended. */
  readonly released: (keepsWorker: boolean) => void;
}

/**
 * An instance kept in a worker. Its calls go through shared memory, from the page or from this thread, else by messages. This
 * thread has no part in a call of the page, and still ends one that takes too long: it sees when the call began.
 */
export class KeptWorker implements KeptTasklet {
  readonly opened: Promise<CallEnd>;
  readonly ended: Promise<KeptEnd>;
  readonly shared?: SharedArrayBuffer;
  readonly #order: KeepOrder;
  readonly #deps: KeptWorkerDeps;
  readonly #line: KeptLine;
  #settleOpened: (end: CallEnd) => void = () => undefined;
  #settleEnded: (end: KeptEnd) => void = () => undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #over: CallEnd | undefined;

  constructor(
    pooled: PooledWorker,
    { hash, module }: { readonly hash: ContentHash; readonly module: WebAssembly.Module },
    order: KeepOrder,
    deps: KeptWorkerDeps,
  ) {
    this.#order = order;
    this.#deps = deps;
    this.opened = new Promise((resolve) => (this.#settleOpened = resolve));
    this.ended = new Promise((resolve) => (this.#settleEnded = resolve));
    const { worker } = pooled;
    const { calls, head } = new Transcript({ ...order, module: hash });
    const isShared = typeof SharedArrayBuffer !== 'undefined';
    this.#line = isShared ? new RingLine(deps.waits) : new MessageLine(worker, { calls, head, fuelUsed: 0 });
    if (this.#line.buffer) this.shared = this.#line.buffer;
    this.extend(order.remainingMs);
    if (order.regions.length > 0 && !isShared) {
      const cause = 'this tab is not isolated, so its tasklets cannot work on leased memory';
      this.stop(failure('browser_unsupported', cause));
      return;
    }
    const memory = order.regions.length > 0 ? pooled.handed(order.regions) : undefined;
    this.#listen(worker, memory && new MailClerk(memory.mailbox, order.regions));
    const { warmId, context, submittedWallMs, fuelLimit, isFresh } = order;
    const message: KeepMessage = {
      kind: 'keep',
      ...{ module, hash, warmId, context, submittedWallMs, fuelLimit, isFresh },
      ...(this.shared ? { ring: this.shared } : {}),
      ...(memory ? { memory } : {}),
    };
    worker.postMessage(message);
    this.#lookAfter(order.callMs);
  }

  call(input: Bytes): Promise<CallEnd> {
    return this.#over ? Promise.resolve(this.#over) : this.#line.call(input);
  }

  extend(remainingMs: number): void {
    this.#line.extend(remainingMs);
  }

  finish(): void {
    if (!this.#over) this.#line.finish();
  }

  stop(cause: FabricFailure): void {
    this.#conclude(false, this.#line.transcript(), cause);
  }

  #listen(worker: Worker, clerk: MailClerk | undefined): void {
    worker.onmessage = ({ data }: MessageEvent<TaskletWorkerMessage>) => {
      if (data.kind === 'asked') clerk?.rung();
      if (data.kind === 'crowded') this.#deps.crowded();
      if (data.kind === 'opened') this.#begun(data.end);
      if (data.kind === 'called') this.#line.called(data.end, data.transcript);
      if (data.kind === 'kept') this.#conclude(true, data.transcript);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.stop(failure('worker_died', `the worker of the warm tasklet stopped: ${event.message}`));
    };
  }

  #begun(end: CallEnd): void {
    this.#line.begun();
    this.#settleOpened(end);
  }

  /** Looks when a call that is under way now, or begins at once, would have taken too long. */
  #lookAfter(delayMs: number): void {
    this.#watch = setTimeout(() => {
      const underWayMs = this.#line.underWayMs();
      const leftMs = this.#order.callMs - (underWayMs ?? 0);
      if (leftMs > 0) return this.#lookAfter(leftMs);
      this.stop(failure('deadline_exceeded', `a call of the warm tasklet took longer than ${this.#order.callMs} ms`));
    }, delayMs);
  }

  #conclude(keepsWorker: boolean, transcript: TranscriptEnd, error?: FabricFailure): void {
    if (this.#over) return;
    clearTimeout(this.#watch);
    const over = callFailed(error ?? failure('cancelled', 'the warm tasklet was closed'));
    this.#over = over;
    this.#line.over(over);
    this.#settleOpened(over);
    this.#deps.released(keepsWorker);
    this.#settleEnded({ ...transcript, ...(error ? { error } : {}) });
  }
}
