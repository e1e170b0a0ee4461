import { type CellId, type Clock, type LeaseId, type RunId } from '../../core/index.ts';
import { ExpiryQueue } from '../expiry-queue.ts';
import type { LeaseKind, LeaseState, LeaseTier, RevokeReason } from '../lease.ts';
import { holderDeadlineMs } from './renewal.ts';

/** What a lessor answers to a grant, a renewal, an open or an attach. */
export interface GrantNews {
  readonly leaseId: LeaseId;
  readonly kind: LeaseKind;
  readonly quantity: number;
  readonly ttlMs: number;
  /** What the lessor said was left when it answered. */
  readonly remainingMs: number;
  readonly generation: number;
  readonly epoch: number;
  readonly tier: LeaseTier;
}

/** A lease as its holder sees it: the lessor's word plus the holder's own, earlier, deadline. */
export interface HeldLease extends Omit<GrantNews, 'remainingMs'> {
  readonly lessor: CellId;
  /** Whether this cell took it; otherwise it has it open by a LeaseRef. */
  readonly isOwn: boolean;
  readonly runId?: RunId;
  /** When the time it has now began, and when it ends, on the holder's clock; the end is always before the lessor's. */
  readonly fromMs: number;
  readonly deadlineMs: number;
  readonly state: LeaseState;
  /** Present while the lessor is taking it back. */
  readonly warning?: { readonly graceEndsAtMs: number; readonly reason: RevokeReason };
}

/**
 * The leases one cell holds at others, its own and those it has open.
 * 1. The holder's deadline is counted from when the request was sent, less a margin, so it comes before the lessor's.
 * 2. A lease ends once: by its holder, by the lessor's word, or by the holder's own deadline; the end of a grace is such
 *    a deadline too, for the lessor's last word may never come.
 * 3. News of a generation that is past changes nothing.
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
    return this.#take(lessor, news, askedAtMs, true, runId);
  }

  /** Takes note of a lease opened by a LeaseRef. One that this cell took itself stays its own. */
  opened(lessor: CellId, news: GrantNews, askedAtMs: number): HeldLease {
    const isOwn = this.#held.get(news.leaseId)?.isOwn ?? false;
    return this.#take(lessor, news, askedAtMs, isOwn);
  }

  /** The lessor has renewed it. Undefined when this cell holds no such lease any more, or knows of a later renewal. */
  renewed(
    leaseId: LeaseId,
    news: Pick<GrantNews, 'ttlMs' | 'remainingMs' | 'generation'>,
    askedAtMs: number,
  ): HeldLease | undefined {
    const held = this.#held.get(leaseId);
    if (!held || news.generation <= held.generation) return undefined;
    const { ttlMs, generation } = news;
    const deadlineMs = holderDeadlineMs(askedAtMs, news.remainingMs);
    return this.#put({ ...held, ttlMs, generation, fromMs: this.#clock.nowMs(), deadlineMs });
  }

  /** The lessor is taking it back; grace that outlasts the deadline does not prolong it. */
  warned(leaseId: LeaseId, graceMs: number, reason: RevokeReason): HeldLease | undefined {
    const held = this.#held.get(leaseId);
    if (!held) return undefined;
    const graceEndsAtMs = this.#clock.nowMs() + graceMs;
    return this.#put({ ...held, warning: { graceEndsAtMs, reason } });
  }

  /** Whether the holder may still act on it. */
  isActive(leaseId: LeaseId): boolean {
    const held = this.#held.get(leaseId);
    return held?.state === 'active' && this.#clock.nowMs() < endsAtMs(held);
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

  /** Ends the leases whose own deadline, or grace, has passed. */
  tick(): readonly HeldLease[] {
    return this.#deadlines.takeDue(this.#clock.nowMs()).flatMap((leaseId) => {
      const held = this.#held.get(leaseId);
      return (held && this.ended(leaseId, endsAtMs(held) < held.deadlineMs ? 'revoked' : 'expired')) ?? [];
    });
  }

  /** When `tick` next has something to do, on this cell's clock. */
  nextDueMs(): number | undefined {
    return this.#deadlines.nextAtMs();
  }

  leases(): readonly HeldLease[] {
    return [...this.#held.values()];
  }

  #take(lessor: CellId, news: GrantNews, askedAtMs: number, isOwn: boolean, runId?: RunId): HeldLease {
    const { remainingMs, ...rest } = news;
    const deadlineMs = holderDeadlineMs(askedAtMs, remainingMs);
    const run = runId === undefined ? {} : { runId };
    return this.#put({ ...rest, lessor, isOwn, ...run, fromMs: this.#clock.nowMs(), deadlineMs, state: 'active' });
  }

  #put(held: HeldLease): HeldLease {
    this.#held.set(held.leaseId, held);
    this.#deadlines.set(held.leaseId, endsAtMs(held));
    return held;
  }
}

/** When a holder lets go of a lease by itself. */
function endsAtMs({ deadlineMs, warning }: HeldLease): number {
  return Math.min(deadlineMs, warning?.graceEndsAtMs ?? Infinity);
}
