import { LEASE_LIMITS, type LeaseId } from '../../core/index.ts';
import { ExpiryQueue } from '../expiry-queue.ts';

/** When leases are renewed. */
export interface RenewalPolicy {
  /** Of the time from the last grant or renewal to the deadline. */
  readonly renewAtFraction: number;
  /** Earlier or later by up to this fraction of that time, so that leases taken together are not renewed together. */
  readonly jitterFraction: number;
  /** The least time from one renewal to the next; half of a lease's time where that is shorter. */
  readonly minRenewMs: number;
  /** The longest pause after failures, which doubles with each. */
  readonly maxBackoffMs: number;
}

/**
 * The defaults of the original. Its bound of 30 s between renewals is meant for leases of minutes; ours may last a second,
 * so it is scaled down with them: a short lease is never renewed before half of its time is over.
 */
export const RENEWAL_DEFAULTS: RenewalPolicy = {
  renewAtFraction: 0.75,
  jitterFraction: 0.1,
  minRenewMs: 30_000,
  maxBackoffMs: 5_000,
};

/** The first pause after a failure, as a fraction of the lease's time, so that a short lease is tried again in time. */
const FIRST_BACKOFF_FRACTION = 1 / 32;

/** When a lease that may be used from `fromMs` to `deadlineMs` is to be renewed; always between the two. */
export function renewalAtMs(policy: RenewalPolicy, leaseId: LeaseId, fromMs: number, deadlineMs: number): number {
  const totalMs = deadlineMs - fromMs;
  const jitter = (2 * unitOf(leaseId) - 1) * policy.jitterFraction;
  const earliestMs = Math.min(policy.minRenewMs, totalMs / 2);
  return fromMs + Math.max(earliestMs, totalMs * (policy.renewAtFraction + jitter));
}

/** A number from 0 to 1 that is the same for the same lease: no chance is needed to spread renewals. */
function unitOf(leaseId: LeaseId): number {
  return Number.parseInt(leaseId.slice(0, 8), 16) / 0x1_0000_0000;
}

interface Registration {
  readonly fromMs: number;
  readonly deadlineMs: number;
  failures: number;
}

export interface RenewalSummary {
  /** To be renewed now; each is answered once, until `register` or `failed` says how it went. */
  readonly due: readonly LeaseId[];
  /** Whose last attempt failed and whose deadline may pass before the next. */
  readonly nearExpiry: readonly LeaseId[];
}

/** Which leases are to be renewed when. Driven by `tick(now)`; it renews nothing itself. */
export class RenewalManager {
  readonly #policy: RenewalPolicy;
  readonly #registrations = new Map<LeaseId, Registration>();
  readonly #due = new ExpiryQueue<LeaseId>();

  constructor(policy: RenewalPolicy = RENEWAL_DEFAULTS) {
    this.#policy = policy;
  }

  /** A lease was granted or renewed: it is to be renewed in time before `deadlineMs`. */
  register(leaseId: LeaseId, fromMs: number, deadlineMs: number): void {
    this.#registrations.set(leaseId, { fromMs, deadlineMs, failures: 0 });
    this.#due.set(leaseId, renewalAtMs(this.#policy, leaseId, fromMs, deadlineMs));
  }

  has(leaseId: LeaseId): boolean {
    return this.#registrations.has(leaseId);
  }

  unregister(leaseId: LeaseId): void {
    this.#registrations.delete(leaseId);
    this.#due.delete(leaseId);
  }

  /** An attempt failed in a way that may pass: it is due again after a pause. */
  failed(leaseId: LeaseId, nowMs: number): void {
    const registration = this.#registrations.get(leaseId);
    if (!registration) return;
    const firstMs = (registration.deadlineMs - registration.fromMs) * FIRST_BACKOFF_FRACTION;
    const pauseMs = Math.min(this.#policy.maxBackoffMs, firstMs * 2 ** registration.failures);
    registration.failures++;
    this.#due.set(leaseId, nowMs + pauseMs);
  }

  /** What is due. Leases whose deadline has passed are dropped: an expired lease is never renewed. */
  tick(nowMs: number): RenewalSummary {
    const due = this.#due.takeDue(nowMs).filter((leaseId) => {
      const isLate = nowMs >= (this.#registrations.get(leaseId)?.deadlineMs ?? 0);
      if (isLate) this.#registrations.delete(leaseId);
      return !isLate;
    });
    const nearExpiry = [...this.#registrations].flatMap(([leaseId, { failures, deadlineMs }]) =>
      failures > 0 && deadlineMs - nowMs < this.#policy.maxBackoffMs ? [leaseId] : [],
    );
    return { due, nearExpiry };
  }

  nextDueMs(): number | undefined {
    return this.#due.nextAtMs();
  }
}

/** The holder's own deadline for a lease that its lessor answered at `askedAtMs` or later: always before the lessor's. */
export function holderDeadlineMs(askedAtMs: number, remainingMs: number): number {
  return askedAtMs + remainingMs - Math.min(LEASE_LIMITS.holderMarginMs, remainingMs / 4);
}
