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
} from '../../core/index.ts';
import type { Binding, Lease, LeaseDenial, LeaseEvent, LeaseKind, LeaseWish, RevokeReason } from '../lease.ts';
import type { ResourceCapacity, ResourceProvider } from '../resource.ts';
import { legalTransition } from '../revoke-state.ts';
import { FairShare } from './fair-share.ts';
import { LeaseBook } from './lease-book.ts';
import { Stock, type Claim } from './stock.ts';
import { boundsDenial, isTtl, OPEN_POLICY, quotaDenial, TIER_DEFAULT, victimsOf, type LeasePolicy } from './policy.ts';

export interface LessorOptions {
  readonly policy?: LeasePolicy;
  /** Hears of everything that happens to a lease, in order. */
  readonly observe?: (event: LeaseEvent) => void;
}

/**
 * The authority over what one cell lends.
 * 1. Wishes of one request are granted together or not at all.
 * 2. From its deadline on, or from the end of a revoke's grace, a lease is refused everywhere, whether or not `tick` has
 *    come by; nothing brings it back, a renewal least of all.
 * 3. An ended lease is answered once, by the call that ended it, and its binding is cut at the resource by then. Its
 *    capacity returns when the caller confirms teardown with `reclaim`, or never, if it says `fence`, until `unfence`.
 * 4. Per holder and over all, live leases are bounded.
 * It does not know what a lease is used for, and starts no timers: ask `nextDueMs` and call `tick`.
 */
export class Lessor {
  readonly #env: Pick<Env, 'clock' | 'random'>;
  readonly #policy: LeasePolicy;
  readonly #stock: Stock;
  readonly #book: LeaseBook;
  readonly #share: FairShare;

  constructor(
    env: Pick<Env, 'clock' | 'random'>,
    providers: readonly ResourceProvider[],
    { policy = OPEN_POLICY, observe = () => undefined }: LessorOptions = {},
  ) {
    this.#env = env;
    this.#policy = policy;
    this.#stock = new Stock(providers);
    this.#book = new LeaseBook(env.clock, this.#stock, observe);
    this.#share = new FairShare(this.#stock, this.#book);
  }

  capacity(kind: LeaseKind): ResourceCapacity {
    return this.#stock.capacity(kind);
  }

  /** Grants all `wishes` to `holder`, or none; `claim` is the caller's own, if it has one. */
  grant(
    holder: CellId,
    wishes: readonly LeaseWish[],
    runId?: RunId,
    claim?: Claim,
  ): Result<readonly Lease[], LeaseDenial> {
    const refusal =
      this.#refusal(holder, wishes) ?? (claim ? undefined : this.#share.denial(holder, wishes, this.#nowMs()));
    const bound = refusal ? err(refusal) : this.#stock.bind(wishes, claim);
    if (!bound.ok) {
      if (!refusal && bound.error.code === 'capacity_exceeded') this.#share.refused(holder, wishes, this.#nowMs());
      return this.#denied('grant', holder, bound.error);
    }
    this.#share.granted(holder);
    const leases = bound.value.map(([wish, binding]) => this.#freshLease(holder, wish, binding, runId));
    for (const lease of leases) this.#book.enter(lease);
    return ok(leases);
  }

  /** Speaks for the capacity of these wishes and answers the leases that have to make room; undefined if none would do. */
  claim(holder: CellId, wishes: readonly LeaseWish[]): { claim: Claim; victims: readonly Lease[] } | undefined {
    if (this.#refusal(holder, wishes)) return undefined;
    const victims = victimsOf(this.leases(), wishes, (kind) => this.#stock.unclaimed(kind));
    if (!victims || victims.length === 0) return undefined;
    return { claim: this.#stock.claim(wishes), victims };
  }

  unclaim(claim: Claim): void {
    this.#stock.unclaim(claim);
  }

  /** Whether `cell`, its holder or one that has it open, may use this lease now, for a resource of `kind`. */
  check(cell: CellId, leaseId: LeaseId, kind: LeaseKind): Result<Lease, LeaseDenial> {
    const lease = this.#book.known(cell, leaseId);
    if (lease?.kind !== kind) return err(notFound(leaseId));
    const denial = this.#book.denialOf(lease);
    return denial ? err(denial) : ok(lease);
  }

  /** A lease that is not yet reclaimed, whoever holds it. */
  lease(leaseId: LeaseId): Lease | undefined {
    return this.#book.live(leaseId);
  }

  /** One lease as one of its holders may see it, however it stands; ended ones for a while. */
  known(cell: CellId, leaseId: LeaseId): Lease | undefined {
    return this.#book.known(cell, leaseId);
  }

  /** Extends a lease from now, under the next generation. `generation` is the one that the holder knows. */
  renew(holder: CellId, leaseId: LeaseId, generation: number, ttlMs?: number): Result<Lease, LeaseDenial> {
    const lease = this.#book.known(holder, leaseId);
    const denial =
      lease?.holder === holder ? this.#renewalDenial(lease, generation, ttlMs ?? lease.ttlMs) : notFound(leaseId);
    if (!lease || denial) return this.#denied('renew', holder, denial ?? notFound(leaseId));
    const extendedMs = ttlMs ?? lease.ttlMs;
    const expiresAtMs = this.#nowMs() + extendedMs;
    const renewed = { ...lease, ttlMs: extendedMs, expiresAtMs, generation: lease.generation + 1 };
    this.#book.due.set(leaseId, expiresAtMs);
    return ok(this.#book.put(renewed, 'renewed', holder));
  }

  /** Lets another cell use a lease. Whether it may is decided by its token, before. */
  open(cell: CellId, leaseId: LeaseId): Result<Lease, LeaseDenial> {
    const lease = this.#book.any(leaseId);
    const denial = lease ? this.#book.denialOf(lease) : notFound(leaseId);
    if (!lease || denial) return this.#denied('open', cell, denial ?? notFound(leaseId));
    if (lease.holder === cell || lease.openers.includes(cell)) return ok(lease);
    if (lease.openers.length >= LEASE_LIMITS.openersMax) {
      return this.#denied('open', cell, { code: 'capacity_exceeded', message: 'too many cells have that lease open' });
    }
    return ok(this.#book.put({ ...lease, openers: [...lease.openers, cell] }, 'opened', cell));
  }

  /** Undoes an `open`. The lease goes on. */
  close(cell: CellId, leaseId: LeaseId): Lease | undefined {
    const lease = this.#book.live(leaseId);
    if (!lease?.openers.includes(cell)) return undefined;
    return this.#book.put({ ...lease, openers: lease.openers.filter((opener) => opener !== cell) }, 'closed', cell);
  }

  /** Ends a lease at its holder's wish. Answers it if it was active: its use must be torn down, then `reclaim`ed. */
  free(holder: CellId, leaseId: LeaseId): Lease | undefined {
    const lease = this.#book.live(leaseId);
    return lease?.holder === holder ? this.#book.end(lease, 'freed', 'checkpoint_reported', holder) : undefined;
  }

  /** A holder that said goodbye: ends its leases but the kept ones, and answers those it only had open as closed. */
  holderLeft(cell: CellId): { readonly ended: readonly Lease[]; readonly closed: readonly Lease[] } {
    const leases = this.leases();
    return {
      closed: leases.flatMap((lease) => this.close(cell, lease.leaseId) ?? []),
      ended: leases.flatMap((lease) => (lease.isKept ? [] : (this.free(cell, lease.leaseId) ?? []))),
    };
  }

  /**
   * Starts to take a lease back: with grace its holders are to be warned (then say `warned`), without it has ended.
   * Undefined when there is no such lease or it has ended; also when grace is given and some is running already.
   */
  revoke(leaseId: LeaseId, graceMs: number, revokeReason: RevokeReason): Lease | undefined {
    const lease = this.#book.live(leaseId);
    if (!lease) return undefined;
    const revoked = { ...lease, revokeReason };
    if (graceMs <= 0) return this.#book.end(revoked, 'revoked', 'forced_teardown');
    if (lease.revokeState !== 'active') return undefined;
    const nowMs = this.#nowMs();
    const givenMs = Math.min(graceMs, LEASE_LIMITS.graceMsMax, Math.max(0, lease.expiresAtMs - nowMs));
    const graceEndsAtMs = nowMs + givenMs;
    this.#book.due.set(leaseId, graceEndsAtMs);
    return this.#book.move({ ...revoked, graceMs: givenMs, graceEndsAtMs }, 'revoke_warning', 'warned');
  }

  /** The holders of a lease that is being taken back have been told. */
  warned(leaseId: LeaseId): Lease | undefined {
    const lease = this.#book.live(leaseId);
    return lease?.revokeState === 'revoke_warning' ? this.#book.move(lease, 'grace_running') : undefined;
  }

  /** The holder of a lease that is being taken back has saved its work: it ends now, as revoked. */
  checkpointed(holder: CellId, leaseId: LeaseId): Lease | undefined {
    const lease = this.#book.live(leaseId);
    if (lease?.holder !== holder || lease.revokeState === 'active') return undefined;
    const ended = this.#book.end(lease, 'revoked', 'checkpoint_reported', holder);
    if (ended) this.#book.tell('checkpointed', ended, holder);
    return ended;
  }

  /** Ends the leases that are due: at their deadline, or at the end of a grace. */
  tick(): readonly Lease[] {
    const nowMs = this.#nowMs();
    return this.#book.due.takeDue(nowMs).flatMap((leaseId) => {
      const lease = this.#book.live(leaseId);
      if (!lease) return [];
      const ended =
        nowMs >= lease.expiresAtMs
          ? this.#book.end(lease, 'expired', 'expired')
          : this.#book.end(lease, 'revoked', 'forced_teardown');
      return ended ?? [];
    });
  }

  /** When `tick` next has something to do, on this cell's clock. */
  nextDueMs(): number | undefined {
    return this.#book.due.nextAtMs();
  }

  /** Clears the resource of an ended lease for its next use; undefined when that takes no time. */
  tearDown(lease: Lease): Promise<void> | undefined {
    return this.#stock.tearDown(lease);
  }

  /** Confirms that an ended lease is torn down: its capacity may be lent again. Refused for one that is active or fenced. */
  reclaim(leaseId: LeaseId): Lease | undefined {
    const lease = this.#book.live(leaseId);
    if (!lease || lease.state === 'active' || lease.revokeState === 'fenced') return undefined;
    const closed = this.#book.move(lease, lease.revokeState === 'expired' ? 'failed_closed' : 'torndown', 'reclaimed');
    this.#book.forget(closed);
    return closed;
  }

  /** The teardown of an ended lease failed or was not confirmed: its resource is lent to nobody. */
  fence(leaseId: LeaseId): Lease | undefined {
    const lease = this.#book.live(leaseId);
    if (!lease || !legalTransition(lease.revokeState, 'fenced')) return undefined;
    this.#stock.cut(lease, 'fenced');
    return this.#book.move(lease, 'fenced', 'fenced');
  }

  /** The steward has made sure that a fenced resource is sound: it may be lent again. */
  unfence(leaseId: LeaseId): Lease | undefined {
    const lease = this.#book.live(leaseId);
    if (lease?.revokeState !== 'fenced') return undefined;
    this.#book.tell('unfenced', lease);
    this.#book.forget(lease);
    return lease;
  }

  /** Every lease not yet reclaimed, oldest first. */
  leases(): readonly Lease[] {
    return this.#book.leases();
  }

  #refusal(holder: CellId, wishes: readonly LeaseWish[]): LeaseDenial | undefined {
    for (const wish of wishes) {
      const denial = boundsDenial(wish);
      if (denial) return denial;
    }
    if (this.#book.size + wishes.length > LEASE_LIMITS.grantedMax) {
      return { code: 'capacity_exceeded', message: 'this cell has granted as many leases as it can keep' };
    }
    const denial = this.#policy.denial?.(holder, wishes);
    return denial ?? quotaDenial(this.#policy.quotaOf(holder), this.#book.useOf(holder), wishes);
  }

  #nowMs(): number {
    return this.#env.clock.nowMs();
  }

  #renewalDenial(lease: Lease, generation: number, ttlMs: number): LeaseDenial | undefined {
    const end = this.#book.denialOf(lease);
    if (end) return end;
    if (lease.revokeState !== 'active') return { code: 'revoked', message: 'the lessor is taking that lease back' };
    if (generation !== lease.generation) {
      return { code: 'lease_denied', message: `generation ${generation} is past; it is ${lease.generation} now` };
    }
    const denial = this.#policy.denial?.(lease.holder, [lease]);
    if (denial) return denial;
    if (isTtl(ttlMs)) return undefined;
    return { code: 'invalid_argument', message: `a renewal for ${ttlMs} ms is out of bounds` };
  }

  #freshLease(holder: CellId, wish: LeaseWish, binding: Binding, runId: RunId | undefined): Lease {
    const { kind, ttlMs, tier = TIER_DEFAULT, isKept = false } = wish;
    return {
      leaseId: freshId(this.#env.random, isLeaseId),
      ...binding,
      kind,
      ttlMs,
      tier,
      isKept,
      holder,
      openers: [],
      ...(runId === undefined ? {} : { runId }),
      expiresAtMs: this.#nowMs() + ttlMs,
      generation: 1,
      state: 'active',
      revokeState: 'active',
    };
  }

  #denied(what: 'grant' | 'renew' | 'open', holder: CellId, denial: LeaseDenial): Result<never, LeaseDenial> {
    this.#book.denied(what, holder, denial);
    return err(denial);
  }
}

function notFound(leaseId: LeaseId): LeaseDenial {
  return { code: 'not_found', message: `there is no lease ${leaseId} of this holder here` };
}
