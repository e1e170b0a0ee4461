import {
  err,
  freshId,
  isLeaseId,
  LEASE_LIMITS,
  ok,
  type CellId,
  type Env,
  type LeaseId,
  type Result,
  type RunId,
} from '../core/index.ts';
import { ExpiryQueue } from './expiry-queue.ts';
import type { Lease, LeaseDenial, LeaseKind, LeaseState, LeaseWish } from './lease.ts';
import type { ResourceCapacity, ResourceProvider } from './resource.ts';

/**
 * The authority over what one cell lends.
 * 1. Wishes of one request are granted together or not at all.
 * 2. From its deadline on a lease is refused everywhere, whether or not `tick` has come by; nothing brings it back.
 * 3. An ended lease is reported once, by the call that ended it; its capacity returns when the caller confirms teardown
 *    with `reclaim`.
 * 4. Per holder and over all, live leases are bounded.
 * It does not know what a lease is used for, and starts no timers: ask `nextDueMs` and call `tick`.
 */
export class Lessor {
  readonly #env: Pick<Env, 'clock' | 'random'>;
  readonly #providers: ReadonlyMap<LeaseKind, ResourceProvider>;
  readonly #leases = new Map<LeaseId, Lease>();
  readonly #expiries = new ExpiryQueue<LeaseId>();

  constructor(env: Pick<Env, 'clock' | 'random'>, providers: readonly ResourceProvider[]) {
    this.#env = env;
    this.#providers = new Map(providers.map((provider) => [provider.kind, provider]));
  }

  capacity(kind: LeaseKind): ResourceCapacity {
    return this.#providers.get(kind)?.capacity() ?? { total: 0, free: 0 };
  }

  /** Grants all `wishes` to `holder`, or none. */
  grant(holder: CellId, wishes: readonly LeaseWish[], runId?: RunId): Result<readonly Lease[], LeaseDenial> {
    const refusal = this.#boundsRefusal(holder, wishes);
    if (refusal) return err(refusal);
    const granted: Lease[] = [];
    for (const wish of wishes) {
      const provider = this.#providers.get(wish.kind);
      const acquired: Result<{ epoch: number }, LeaseDenial> = provider
        ? provider.acquire(wish.quantity)
        : err({ code: 'lease_denied', message: `this cell lends no ${wish.kind}` });
      if (!acquired.ok) {
        for (const lease of granted) this.#providers.get(lease.kind)?.release(lease.quantity);
        return acquired;
      }
      granted.push(this.#freshLease(holder, wish, acquired.value.epoch, runId));
    }
    for (const lease of granted) {
      this.#leases.set(lease.leaseId, lease);
      this.#expiries.set(lease.leaseId, lease.expiresAtMs);
    }
    return ok(granted);
  }

  /** Whether `holder` may use this lease now, for a resource of `kind`. */
  check(holder: CellId, leaseId: LeaseId, kind: LeaseKind): Result<Lease, LeaseDenial> {
    const lease = this.#leases.get(leaseId);
    if (lease?.holder !== holder || lease.kind !== kind) return err(notFound(leaseId));
    if (lease.state === 'revoked') return err({ code: 'revoked', message: `lease ${leaseId} was revoked` });
    if (lease.state === 'freed') return err(notFound(leaseId));
    if (lease.state === 'expired' || this.#env.clock.nowMs() >= lease.expiresAtMs) {
      return err({ code: 'lease_expired', message: `lease ${leaseId} ran out` });
    }
    return ok(lease);
  }

  /** Ends a lease at its holder's wish. Answers it if it was active: its use must be torn down, then `reclaim`ed. */
  free(holder: CellId, leaseId: LeaseId): Lease | undefined {
    return this.#leases.get(leaseId)?.holder === holder ? this.#end(leaseId, 'freed') : undefined;
  }

  /** Ends every lease of a holder that said goodbye. */
  freeAllOf(holder: CellId): readonly Lease[] {
    return this.#endAll((lease) => lease.holder === holder, 'freed');
  }

  /** Ends the leases that are due. */
  tick(): readonly Lease[] {
    return this.#expiries.takeDue(this.#env.clock.nowMs()).flatMap((leaseId) => this.#end(leaseId, 'expired') ?? []);
  }

  /** When `tick` next has something to do, on this cell's clock. */
  nextDueMs(): number | undefined {
    return this.#expiries.nextAtMs();
  }

  /** Confirms that an ended lease's use is torn down: its capacity may be lent again, and it is forgotten. */
  reclaim(leaseId: LeaseId): void {
    const lease = this.#leases.get(leaseId);
    if (!lease || lease.state === 'active') return;
    this.#leases.delete(leaseId);
    this.#providers.get(lease.kind)?.release(lease.quantity);
  }

  /** Every lease not yet reclaimed, oldest first. */
  leases(): readonly Lease[] {
    return [...this.#leases.values()];
  }

  #freshLease(holder: CellId, wish: LeaseWish, epoch: number, runId: RunId | undefined): Lease {
    return {
      ...wish,
      leaseId: freshId(this.#env.random, isLeaseId),
      holder,
      ...(runId === undefined ? {} : { runId }),
      expiresAtMs: this.#env.clock.nowMs() + wish.ttlMs,
      generation: 1,
      epoch,
      state: 'active',
    };
  }

  #boundsRefusal(holder: CellId, wishes: readonly LeaseWish[]): LeaseDenial | undefined {
    const bad = wishes.find((wish) => !isInBounds(wish));
    if (bad) {
      return { code: 'invalid_argument', message: `a lease of ${bad.quantity} for ${bad.ttlMs} ms is out of bounds` };
    }
    const held = this.leases().filter((lease) => lease.holder === holder).length;
    if (held + wishes.length > LEASE_LIMITS.perHolderMax) {
      return { code: 'lease_denied', message: `quota: at most ${LEASE_LIMITS.perHolderMax} leases a holder` };
    }
    if (this.#leases.size + wishes.length > LEASE_LIMITS.grantedMax) {
      return { code: 'capacity_exceeded', message: 'this cell has granted as many leases as it can keep' };
    }
    return undefined;
  }

  #endAll(isMeant: (lease: Lease) => boolean, state: LeaseState): readonly Lease[] {
    return this.leases()
      .filter((lease) => lease.state === 'active' && isMeant(lease))
      .flatMap((lease) => this.#end(lease.leaseId, state) ?? []);
  }

  #end(leaseId: LeaseId, state: LeaseState): Lease | undefined {
    const lease = this.#leases.get(leaseId);
    if (lease?.state !== 'active') return undefined;
    const ended = { ...lease, state };
    this.#leases.set(leaseId, ended);
    this.#expiries.delete(leaseId);
    return ended;
  }
}

function isInBounds(wish: LeaseWish): boolean {
  const isCount = Number.isSafeInteger(wish.quantity) && wish.quantity >= 1;
  return isCount && wish.ttlMs >= LEASE_LIMITS.ttlMsMin && wish.ttlMs <= LEASE_LIMITS.ttlMsMax;
}

function notFound(leaseId: LeaseId): LeaseDenial {
  return { code: 'not_found', message: `there is no lease ${leaseId} of this holder here` };
}
