import { LEASE_LIMITS, type CellId, type Clock, type LeaseId, type RunId } from '../core/index.ts';
import { ExpiryQueue } from './expiry-queue.ts';
import type { LeaseKind, LeaseState } from './lease.ts';

/** A lease as its holder sees it: the lessor's word plus the holder's own, earlier, deadline. */
export interface HeldLease {
  readonly leaseId: LeaseId;
  readonly kind: LeaseKind;
  readonly lessor: CellId;
  readonly quantity: number;
  readonly ttlMs: number;
  readonly generation: number;
  readonly runId?: RunId;
  /** On the holder's clock; always before the lessor's own. */
  readonly deadlineMs: number;
  readonly state: LeaseState;
}

export interface GrantNews {
  readonly leaseId: LeaseId;
  readonly kind: LeaseKind;
  readonly quantity: number;
  readonly ttlMs: number;
  /** What the lessor said was left when it answered. */
  readonly remainingMs: number;
  readonly generation: number;
}

/**
 * The leases one cell holds at others.
 * 1. The holder's deadline is counted from when the request was sent, less a margin, so it comes before the lessor's.
 * 2. A lease ends once: by its holder, by the lessor's word, or by the holder's own deadline.
 */
export class LeaseHolder {
  readonly #clock: Clock;
  readonly #held = new Map<LeaseId, HeldLease>();
  readonly #deadlines = new ExpiryQueue<LeaseId>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes note of a grant; `askedAtMs` is when the request was sent, on this clock. */
  granted(lessor: CellId, news: GrantNews, askedAtMs: number, runId?: RunId): HeldLease {
    const { leaseId, kind, quantity, ttlMs, generation } = news;
    const margin = Math.min(LEASE_LIMITS.holderMarginMs, ttlMs / 4);
    const deadlineMs = askedAtMs + news.remainingMs - margin;
    const held: HeldLease = {
      leaseId,
      kind,
      lessor,
      quantity,
      ttlMs,
      generation,
      ...(runId === undefined ? {} : { runId }),
      deadlineMs,
      state: 'active',
    };
    this.#held.set(leaseId, held);
    this.#deadlines.set(leaseId, deadlineMs);
    return held;
  }

  /** Whether the holder may still act on it. */
  isActive(leaseId: LeaseId): boolean {
    const held = this.#held.get(leaseId);
    return held?.state === 'active' && this.#clock.nowMs() < held.deadlineMs;
  }

  get(leaseId: LeaseId): HeldLease | undefined {
    return this.#held.get(leaseId);
  }

  /** The lease ended in this way; answers it if that is news. */
  ended(leaseId: LeaseId, state: Exclude<LeaseState, 'active'>): HeldLease | undefined {
    const held = this.#held.get(leaseId);
    if (!held) return undefined;
    this.#held.delete(leaseId);
    this.#deadlines.delete(leaseId);
    return { ...held, state };
  }

  /** Ends every lease of a lessor that is gone. */
  lessorGone(lessor: CellId): readonly HeldLease[] {
    return this.leases()
      .filter((held) => held.lessor === lessor)
      .flatMap((held) => this.ended(held.leaseId, 'revoked') ?? []);
  }

  /** Ends the leases whose own deadline has passed. */
  tick(): readonly HeldLease[] {
    return this.#deadlines.takeDue(this.#clock.nowMs()).flatMap((leaseId) => this.ended(leaseId, 'expired') ?? []);
  }

  leases(): readonly HeldLease[] {
    return [...this.#held.values()];
  }
}
