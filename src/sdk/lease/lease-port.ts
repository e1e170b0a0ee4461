import type { CellId, ContentHash, FabricFailure, LeaseId, Result } from '../../core/index.ts';
import type { Operation } from '../../capability/index.ts';
import type { LeaseTier, RevokeResult } from '../../lease/index.ts';
import type { RegionDoor } from '../../memory/index.ts';
import type { RunTarget } from '../program.ts';
import type { LeaseKind, LeaseView } from '../snapshot.ts';

/** One lease, as a program author asks for it. */
export interface LeaseOrder {
  readonly kind: LeaseKind;
  /** Worker slots for `cpu`, bytes for `mem`. */
  readonly quantity: number;
  readonly ttlMs: number;
  readonly tier: LeaseTier;
  /** Whether it is renewed in time until it is freed. */
  readonly isKeptAlive: boolean;
  /** Whether it outlives this tab's goodbye until its deadline, to be attached to after a reload. */
  readonly isKept: boolean;
  readonly on: RunTarget;
}

/** What a LeaseRef allows to whoever has it; everything that its giver may do where it says nothing. */
export interface RefLimits {
  readonly operations?: readonly Operation[];
  /** The only cell that may use it. */
  readonly holder?: CellId;
  /** The only module that may use it. */
  readonly module?: ContentHash;
}

/** A LeaseRef to be made. */
export interface RefOrder extends RefLimits {
  /** How the bytes are laid out, in words such as `vec/stroke`: up to 32 of a-z, 0-9 and ./:- that say how to open them. */
  readonly layout?: string;
}

/** What the host does with leases. Refusals come as values; a call rejects only when the host is no more. */
export interface LeasePort {
  acquireLease(order: LeaseOrder): Promise<Result<LeaseView, FabricFailure>>;
  /** All of them in this order, or none; asks again for up to `waitMs` where there is no room, holding nothing meanwhile. */
  acquireLeases(orders: readonly LeaseOrder[], waitMs: number): Promise<Result<readonly LeaseView[], FabricFailure>>;
  renewLease(leaseId: LeaseId, ttlMs?: number): Promise<Result<LeaseView, FabricFailure>>;
  openLease(ref: string): Promise<Result<LeaseView, FabricFailure>>;
  /** At `on`, or wherever it is found. */
  attachLease(leaseId: LeaseId, on?: CellId): Promise<Result<LeaseView, FabricFailure>>;
  leaseRef(leaseId: LeaseId, order?: RefOrder): Promise<Result<string, FabricFailure>>;
  /** Tells the lessor that takes a lease back that there is nothing more to save. */
  leaseCheckpointed(leaseId: LeaseId): Promise<Result<void, FabricFailure>>;
  freeLease(leaseId: LeaseId): Promise<void>;
  revokeLease(leaseId: LeaseId, graceMs: number): Promise<Result<RevokeResult, FabricFailure>>;
  unfenceLease(leaseId: LeaseId): Promise<boolean>;
  /** The way to the bytes of a `mem` lease, until it is closed or the lease ends. */
  openRegion(leaseId: LeaseId): Promise<Result<RegionDoor, FabricFailure>>;
}
