import { freeLock, MAILBOX_BYTES } from '../../memory/index.ts';
import type { RunRegion } from '../../tasklet/index.ts';
import type { HandedMemoryMessage } from '../tasklet/index.ts';

/** A tasklet's worker, with what it needs besides to reach leased memory. */
export class PooledWorker {
  readonly worker: Worker;
  hasRun = false;
  /** It may hold memories that nobody uses any more: it takes no other run. */
  isWorn = false;
  readonly #threadNumber: number;
  readonly #ended: () => void;
  #mailbox: SharedArrayBuffer | undefined;

  /** `ended` hears that the number may be given to another. */
  constructor(worker: Worker, threadNumber: number, ended: () => void) {
    this.worker = worker;
    this.#threadNumber = threadNumber;
    this.#ended = ended;
  }

  /** What the worker is told of the leases of a run. */
  handed(regions: readonly RunRegion[]): HandedMemoryMessage {
    this.#mailbox ??= new SharedArrayBuffer(MAILBOX_BYTES);
    return {
      regions: regions.map(({ sizeBytes, shared }) => ({ sizeBytes, ...(shared ? { shared } : {}) })),
      mailbox: this.#mailbox,
      threadNumber: this.#threadNumber,
    };
  }

  /** Ends the worker, wherever it is, and opens what it had locked. */
  end(regions: readonly RunRegion[] = []): void {
    this.worker.terminate();
    for (const { shared } of regions) if (shared) freeLock(shared.buffer, this.#threadNumber);
    this.#ended();
  }
}
