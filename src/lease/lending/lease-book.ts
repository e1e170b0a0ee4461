import { assert, forgetOldest, type CellId, type Clock, type LeaseId } from '../../core/index.ts';
import { ExpiryQueue } from '../expiry-queue.ts';
import type { Lease, LeaseDenial, LeaseEvent, LeaseEventKind, LeaseKind, LeaseState } from '../lease.ts';
import { isUsable, legalTransition, type RevokeState } from '../revoke-state.ts';
import { changedUse, NO_USE, type HolderUse } from './policy.ts';
import type { Stock } from './stock.ts';

/** Reclaimed leases that are remembered, so that who comes late hears why. */
const PAST_MAX = 1_024;

/**
 * Every lease of a lessor, and what is written down when one changes: its state by legal transitions only, what its
 * holder has in all, when it is due, its binding at the resource. Tells of each change once.
 */
export class LeaseBook {
  readonly due = new ExpiryQueue<LeaseId>();
  readonly #clock: Clock;
  readonly #stock: Stock;
  readonly #observe: (event: LeaseEvent) => void;
  readonly #leases = new Map<LeaseId, Lease>();
  readonly #past = new Map<LeaseId, Lease>();
  readonly #uses = new Map<CellId, HolderUse>();

  constructor(clock: Clock, stock: Stock, observe: (event: LeaseEvent) => void) {
    this.#clock = clock;
    this.#stock = stock;
    this.#observe = observe;
  }

  get size(): number {
    return this.#leases.size;
  }

  leases(): readonly Lease[] {
    return [...this.#leases.values()];
  }

  useOf(holder: CellId): HolderUse {
    return this.#uses.get(holder) ?? NO_USE;
  }

  /** What every holder has of a kind, where it has any. */
  quantitiesOf(kind: LeaseKind): ReadonlyMap<CellId, number> {
    const having = [...this.#uses].map(([holder, { quantity }]) => [holder, quantity[kind]] as const);
    return new Map(having.filter(([, quantity]) => quantity > 0));
  }

  live(leaseId: LeaseId): Lease | undefined {
    return this.#leases.get(leaseId);
  }

  any(leaseId: LeaseId): Lease | undefined {
    return this.#leases.get(leaseId) ?? this.#past.get(leaseId);
  }

  /** A lease, even a past one, that `cell` holds or has open. */
  known(cell: CellId, leaseId: LeaseId): Lease | undefined {
    const lease = this.any(leaseId);
    return lease && (lease.holder === cell || lease.openers.includes(cell)) ? lease : undefined;
  }

  /** Why a lease may not be used now, if it may not: by its state, by the clock, or by the resource itself. */
  denialOf(lease: Lease): LeaseDenial | undefined {
    const { leaseId, state, revokeState, expiresAtMs, graceEndsAtMs = Infinity } = lease;
    if (revokeState === 'fenced') return { code: 'fenced', message: `lease ${leaseId} ended in quarantine` };
    if (state === 'freed') return { code: 'not_found', message: `lease ${leaseId} was freed` };
    const nowMs = this.#clock.nowMs();
    if (state === 'revoked') return { code: 'revoked', message: `lease ${leaseId} was revoked` };
    if (state === 'expired' || nowMs >= expiresAtMs) {
      return { code: 'lease_expired', message: `lease ${leaseId} ran out` };
    }
    if (nowMs >= graceEndsAtMs) return { code: 'revoked', message: `lease ${leaseId} was revoked` };
    return !this.#stock.admits(lease)
      ? { code: 'fenced', message: `the resource has moved on past epoch ${lease.epoch}` }
      : undefined;
  }

  /** A lease begins. */
  enter(lease: Lease): void {
    this.#uses.set(lease.holder, changedUse(this.useOf(lease.holder), lease, 1));
    this.due.set(lease.leaseId, lease.expiresAtMs);
    this.put(lease, 'granted', lease.holder);
  }

  /** Writes a lease down as it is now, and tells of it if that is news. */
  put(lease: Lease, kind: LeaseEventKind | undefined, by?: CellId): Lease {
    this.#leases.set(lease.leaseId, lease);
    if (kind !== undefined) this.tell(kind, lease, by);
    return lease;
  }

  move(lease: Lease, revokeState: RevokeState, kind?: LeaseEventKind, by?: CellId): Lease {
    assert(legalTransition(lease.revokeState, revokeState), `${lease.revokeState} is not followed by ${revokeState}`);
    return this.put({ ...lease, revokeState }, kind, by);
  }

  /** A lease ends: nothing may use it from here on, and the resource itself refuses it. Undefined if it had ended. */
  end(lease: Lease, state: Exclude<LeaseState, 'active'>, to: RevokeState, by?: CellId): Lease | undefined {
    if (lease.state !== 'active' || !isUsable(lease.revokeState)) return undefined;
    this.due.delete(lease.leaseId);
    this.#stock.cut(lease, state);
    return this.move({ ...lease, state }, to, state, by);
  }

  /** The capacity of a lease that has ended is back, and the lease is a thing of the past. */
  forget(lease: Lease): void {
    this.#leases.delete(lease.leaseId);
    const use = changedUse(this.useOf(lease.holder), lease, -1);
    if (use.leases > 0) this.#uses.set(lease.holder, use);
    else this.#uses.delete(lease.holder);
    this.#stock.release(lease);
    this.#past.set(lease.leaseId, lease);
    forgetOldest(this.#past, PAST_MAX);
  }

  tell(kind: LeaseEventKind, lease: Lease, by?: CellId): void {
    this.#observe({ kind, lease, by });
  }

  denied(what: 'grant' | 'renew' | 'open', holder: CellId, denial: LeaseDenial): void {
    this.#observe({ kind: 'denied', what, holder, denial });
  }
}
