import type { CellId, FabricErrorCode, LeaseId, RunId } from '../core/index.ts';

/** The kinds of resource a cell lends. */
export type LeaseKind = 'cpu' | 'mem';

/** `active` until it ends in exactly one of the other ways. */
export type LeaseState = 'active' | 'freed' | 'expired' | 'revoked';

/** What a holder asks for: worker slots (`cpu`) or bytes (`mem`), for how long. */
export interface LeaseWish {
  readonly kind: LeaseKind;
  readonly quantity: number;
  readonly ttlMs: number;
}

/** A grant of one resource to one holder until a deadline on the lessor's own monotonic clock. */
export interface Lease extends LeaseWish {
  readonly leaseId: LeaseId;
  readonly holder: CellId;
  /** The run it was taken for, if any. */
  readonly runId?: RunId;
  readonly expiresAtMs: number;
  /** Bumped at each renewal. */
  readonly generation: number;
  /** Fence number of the resource: every new grant's is higher. */
  readonly epoch: number;
  readonly state: LeaseState;
}

/** Why a lease was not given, or may not be used. */
export interface LeaseDenial {
  readonly code: Extract<
    FabricErrorCode,
    'lease_denied' | 'capacity_exceeded' | 'lease_expired' | 'revoked' | 'not_found' | 'invalid_argument'
  >;
  readonly message: string;
}
