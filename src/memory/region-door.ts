import type { Bytes, CellId, FabricFailure, LeaseId, Result } from '../core/index.ts';
import type { WaitEnd } from './region.ts';

/**
 * The way to one open region, wherever its bytes are: what regions and the mailboxes of tasklets are built on.
 * Every call settles; after the end of the lease with the failure of that end.
 */
export interface RegionDoor {
  readonly leaseId: LeaseId;
  readonly lessor: CellId;
  readonly sizeBytes: number;
  /** The buffer itself, control header first, when it is in this tab, and the epoch it may be touched under. */
  readonly shared?: { readonly buffer: SharedArrayBuffer; readonly epoch: number };
  /** Executes a batch (MEMORY.md §2; the door writes the session) and answers its answers. */
  operate(batch: Bytes): Promise<Result<Bytes, FabricFailure>>;
  wait(offset: number, expected: number, timeoutMs: number): Promise<Result<WaitEnd, FabricFailure>>;
  /** The count of notifies in the region once it is no longer `seen`, or after `timeoutMs`: what watchers wait on. */
  notices(seen: number | undefined, timeoutMs: number): Promise<Result<number, FabricFailure>>;
  close(): void;
}
