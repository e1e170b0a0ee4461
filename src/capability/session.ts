import type { CellId, Clock, ContentHash, LeaseId } from '../core/index.ts';
import type { TokenDenialCode } from './denial.ts';
import { allows, type Operation, type OperationSet } from './operation.ts';
import type { ResourceKind } from './token.ts';

/** How a lease stands: `live` as long as its holder may act on it, warnings and grace included. */
export type LeaseStanding = 'live' | 'expired' | 'revoked' | 'freed' | 'fenced';

/** What the lessor knows of a lease at this moment. */
export interface LeaseFacts {
  readonly kind: ResourceKind;
  readonly resourceId: number;
  readonly generation: number;
  readonly epoch: number;
  /** On the lessor's monotonic clock. */
  readonly expiresAtMs: number;
  readonly standing: LeaseStanding;
}

/** Where tokens and sessions look a lease up. Asked at every operation, so it should be one look into a map. */
export interface LeaseBook {
  find(leaseId: LeaseId): LeaseFacts | undefined;
}

/** What a token allows once everything about it has been checked. */
export interface Grant {
  readonly tenant: CellId;
  readonly kind: ResourceKind;
  readonly resourceId: number;
  readonly leaseId: LeaseId;
  readonly generation: number;
  readonly epoch: number;
  /** The token's expiry or an earlier `notAfter`, on the lessor's monotonic clock. */
  readonly expiresAtMs: number;
  readonly operations: OperationSet;
  /** Bytes of the lease that may be touched: `from` up to, not including, `to`. Infinity means its end. */
  readonly from: number;
  readonly to: number;
  /** The only module that may use it, if there is such a caveat. */
  readonly module?: ContentHash;
}

const ENDED: Readonly<Record<Exclude<LeaseStanding, 'live'>, TokenDenialCode>> = {
  expired: 'lease_expired',
  revoked: 'lease_revoked',
  freed: 'lease_freed',
  fenced: 'lease_fenced',
};

/** Why a lease that stands like this may not be used at `nowMs`, if so. */
export function standingDenial(lease: LeaseFacts, nowMs: number): TokenDenialCode | undefined {
  if (lease.standing !== 'live') return ENDED[lease.standing];
  return nowMs >= lease.expiresAtMs ? 'lease_expired' : undefined;
}

/**
 * A token that was checked in full when its lease was opened on a link. From then on an operation costs a look at the
 * lease and a few comparisons, no cryptography; the session dies with the generation, the epoch and the lease.
 */
export class TokenSession {
  readonly grant: Grant;
  readonly #book: LeaseBook;
  readonly #clock: Pick<Clock, 'nowMs'>;
  #isClosed = false;

  constructor(grant: Grant, book: LeaseBook, clock: Pick<Clock, 'nowMs'>) {
    this.grant = grant;
    this.#book = book;
    this.#clock = clock;
  }

  /**
   * Why this operation on bytes `from` up to `to` of the lease is refused, or undefined when it may be done. Operations
   * that touch no bytes leave the range out.
   */
  check(operation: Operation, from?: number, to?: number): TokenDenialCode | undefined {
    const ended = this.standing();
    if (ended !== undefined) return ended;
    if (!allows(this.grant.operations, operation)) return 'widened';
    if (from === undefined && to === undefined) return undefined;
    return isWithin(this.grant, from ?? 0, to ?? 0) ? undefined : 'widened';
  }

  /** Why nothing may be done any more, or undefined while the session stands. */
  standing(): TokenDenialCode | undefined {
    const { grant } = this;
    if (this.#isClosed) return 'session_closed';
    const lease = this.#book.find(grant.leaseId);
    if (lease === undefined) return 'unknown_lease';
    const nowMs = this.#clock.nowMs();
    const ended = standingDenial(lease, nowMs);
    if (ended !== undefined) return ended;
    if (lease.epoch !== grant.epoch) return 'stale_epoch';
    if (lease.generation !== grant.generation) return 'stale_generation';
    return nowMs >= grant.expiresAtMs ? 'expired' : undefined;
  }

  /** Whether the token allows an operation on bytes `from` up to `to`, as long as the session stands. */
  allows(operation: Operation, from: number, to: number): boolean {
    return allows(this.grant.operations, operation) && isWithin(this.grant, from, to);
  }

  /** Ends the session: whoever opened it has closed the lease. Harmless afterwards. */
  close(): void {
    this.#isClosed = true;
  }
}

/** Whether `from` up to `to` lies within the grant. False for anything that is no range, NaN included. */
export function isWithin(grant: Pick<Grant, 'from' | 'to'>, from: number, to: number): boolean {
  return from >= grant.from && to <= grant.to && from <= to;
}
