import { forgetOldest, type CellId, type LeaseId } from '../../core/index.ts';
import type { LossReason } from '../../cell/index.ts';

/** The lease a piece of news is about, and from which side this cell sees it. */
interface About {
  readonly leaseId: LeaseId;
  /** `lessor`: this cell lends it; `holder`: it took it or has it open. A cell that lends to itself hears both. */
  readonly side: 'lessor' | 'holder';
}

export type { LossReason };

/** Its time was over and nobody renewed it. */
export interface LeaseExpired extends About {
  readonly type: 'LeaseExpired';
}

/** It was taken back; or the lessor is no longer there, and with it the lease. */
export interface LeaseRevoked extends About {
  readonly type: 'LeaseRevoked';
  readonly reason: LossReason;
}

/** Its holder gave it back, or closed what it had open. */
export interface LeaseFreed extends About {
  readonly type: 'LeaseFreed';
}

/** How a lease ends. */
export type LeaseEnd = LeaseExpired | LeaseRevoked | LeaseFreed;

/** What happens to a lease, as it happens. */
export type LeaseEvent =
  | LeaseEnd
  | (About & { readonly type: 'LeaseTaken' | 'LeaseFenced' | 'LeaseUnfenced' })
  | (About & { readonly type: 'LeaseRenewed'; readonly generation: number })
  /** It is being taken back; there are `graceMs` left to save what matters. */
  | (About & { readonly type: 'LeaseWarned'; readonly graceMs: number; readonly reason: LossReason })
  | (About & { readonly type: 'LeaseOpened' | 'LeaseClosed'; readonly cell: CellId });

export function isLeaseEnd(event: LeaseEvent): event is LeaseEnd {
  return event.type === 'LeaseExpired' || event.type === 'LeaseRevoked' || event.type === 'LeaseFreed';
}

/** Events a reader may leave unread; the oldest go first. */
const UNREAD_MAX = 256;
const ENDS_KEPT = 256;

/** Lease events on their way from the host to whoever listens. */
export class LeaseEvents {
  readonly #listeners = new Set<(event: LeaseEvent) => void>();
  /** The latest ends, for whoever asks after the fact. */
  readonly #ends = new Map<LeaseId, LeaseEnd>();

  publish(event: LeaseEvent): void {
    if (isLeaseEnd(event) && event.side === 'holder') this.#keep(event);
    for (const listener of [...this.#listeners]) listener(event);
  }

  listen(listener: (event: LeaseEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How a lease that this cell held has ended, if it has. */
  endOf(leaseId: LeaseId): LeaseEnd | undefined {
    return this.#ends.get(leaseId);
  }

  /** A lease that ended is here again: attached, or opened once more. */
  begun(leaseId: LeaseId): void {
    this.#ends.delete(leaseId);
  }

  /** Events from now on that `isMeant` picks, up to and with the one that `isLast` names. */
  read(isMeant: (event: LeaseEvent) => boolean, isLast: (event: LeaseEvent) => boolean): AsyncIterable<LeaseEvent> {
    return { [Symbol.asyncIterator]: () => new EventReader(this, isMeant, isLast) };
  }

  #keep(end: LeaseEnd): void {
    this.#ends.set(end.leaseId, end);
    forgetOldest(this.#ends, ENDS_KEPT);
  }
}

class EventReader implements AsyncIterator<LeaseEvent> {
  readonly #unread: LeaseEvent[] = [];
  readonly #stop: () => void;
  #wake: (() => void) | undefined;
  #isOver = false;

  constructor(events: LeaseEvents, isMeant: (event: LeaseEvent) => boolean, isLast: (event: LeaseEvent) => boolean) {
    this.#stop = events.listen((event) => {
      if (!isMeant(event)) return;
      this.#unread.push(event);
      if (this.#unread.length > UNREAD_MAX) this.#unread.shift();
      if (isLast(event)) this.#end();
      this.#wake?.();
    });
  }

  async next(): Promise<IteratorResult<LeaseEvent>> {
    for (;;) {
      const value = this.#unread.shift();
      if (value) return { done: false, value };
      if (this.#isOver) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  return(): Promise<IteratorResult<LeaseEvent>> {
    this.#end();
    this.#wake?.();
    return Promise.resolve({ done: true, value: undefined });
  }

  #end(): void {
    this.#isOver = true;
    this.#stop();
  }
}
