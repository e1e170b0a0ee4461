import type { CellId, FabricErrorCode, LeaseId, RunId } from '../core/index.ts';
import type { RevokeState } from './revoke-state.ts';

/** The kinds of resource a cell lends. */
export type LeaseKind = 'cpu' | 'mem';

/**
 * Who makes room for whom when capacity is short, first to last: `guaranteed` for nobody, `standard` for guaranteed,
 * `scavenger` for both.
 */
export const LEASE_TIERS = ['guaranteed', 'standard', 'scavenger'] as const;
export type LeaseTier = (typeof LEASE_TIERS)[number];

/** `active` until it ends in exactly one of the other ways. */
export type LeaseState = 'active' | 'freed' | 'expired' | 'revoked';

/** How the binding of a lease ended, for whoever used the thing lent: also in quarantine. */
export type BindingEnd = Exclude<LeaseState, 'active'> | 'fenced';

/** Why a lease was revoked. */
export const REVOKE_REASONS = ['lessor', 'preempted', 'steward', 'device_lost'] as const;
export type RevokeReason = (typeof REVOKE_REASONS)[number];

/** What a revoke comes to. */
export type RevokeResult = 'torn_down' | 'fenced' | 'not_found';

/** What a holder asks for: worker slots (`cpu`) or bytes (`mem`), for how long. */
export interface LeaseWish {
  readonly kind: LeaseKind;
  readonly quantity: number;
  readonly ttlMs: number;
  /** `standard` unless said otherwise. */
  readonly tier?: LeaseTier;
  /** Outlives its holder's goodbye, so that a reloaded tab finds it by `attach`; its TTL ends it all the same. */
  readonly isKept?: boolean;
}

/** The thing lent: which one, how much of it, and the fence number under which it may be used. */
export interface Binding {
  readonly resourceId: number;
  readonly quantity: number;
  /** Higher for every new grant; the resource itself refuses lower ones. */
  readonly epoch: number;
}

/** A grant of one resource to one holder until a deadline on the lessor's own monotonic clock. */
export interface Lease extends Binding {
  readonly leaseId: LeaseId;
  readonly kind: LeaseKind;
  readonly ttlMs: number;
  readonly tier: LeaseTier;
  readonly isKept: boolean;
  /** Who took it: the only one that may renew or free it. */
  readonly holder: CellId;
  /** Who else has it open. */
  readonly openers: readonly CellId[];
  /** The run it was taken for, if any. */
  readonly runId?: RunId;
  readonly expiresAtMs: number;
  /** Bumped at each renewal. */
  readonly generation: number;
  /** How it ended, once it has. */
  readonly state: LeaseState;
  /** How far its end has got. */
  readonly revokeState: RevokeState;
  readonly revokeReason?: RevokeReason;
  /** The grace of a revoke, and when it is over, on the lessor's clock. */
  readonly graceMs?: number;
  readonly graceEndsAtMs?: number;
}

/** Why a lease was not given, or may not be used. */
export interface LeaseDenial {
  readonly code: Extract<
    FabricErrorCode,
    'lease_denied' | 'capacity_exceeded' | 'lease_expired' | 'revoked' | 'fenced' | 'not_found' | 'invalid_argument'
  >;
  readonly message: string;
}

/** What happened to a lease, as it happens: for the audit chain, for those who hold it, for people. */
export type LeaseEvent =
  | { readonly kind: LeaseEventKind; readonly lease: Lease; readonly by: CellId | undefined }
  | {
      readonly kind: 'denied';
      readonly holder: CellId;
      readonly what: 'grant' | 'renew' | 'open';
      readonly denial: LeaseDenial;
    };

export type LeaseEventKind =
  | 'granted'
  | 'renewed'
  | 'opened'
  | 'closed'
  | 'warned'
  | 'checkpointed'
  | 'freed'
  | 'expired'
  | 'revoked'
  | 'reclaimed'
  | 'fenced'
  | 'unfenced';
