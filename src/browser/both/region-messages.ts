import type { Bytes, CellId, FabricFailure, LeaseId, Result } from '../../core/index.ts';
import type { RegionDoor } from '../../memory/index.ts';

/** What the page asks about the regions that its cell has open, by a port of their own: one message each way a call. */
export type RegionCall = { readonly id: number; readonly leaseId: LeaseId } & (
  | { readonly kind: 'open' }
  | { readonly kind: 'operate'; readonly batch: Bytes }
  | { readonly kind: 'wait'; readonly offset: number; readonly expected: number; readonly timeoutMs: number }
  | { readonly kind: 'notices'; readonly seen: number | undefined; readonly timeoutMs: number }
);

/** A region as the page gets it: with the buffer itself when it is in this tab. */
export interface RegionFound {
  readonly lessor: CellId;
  readonly sizeBytes: number;
  readonly shared?: NonNullable<RegionDoor['shared']>;
}

export interface RegionReply {
  readonly id: number;
  readonly answer: Result<unknown, FabricFailure>;
}
