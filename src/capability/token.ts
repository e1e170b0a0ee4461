import type { Bytes, CellId, ContentHash, LeaseId } from '../core/index.ts';
import { isOperationSet, type OperationSet } from './operation.ts';

/** The kinds of resource, with the codes that the original gives them on its wire. */
export const RESOURCE_KIND_CODES = { cpu: 1, mem: 2, block: 3, net: 4, gpu: 5 } as const;

export type ResourceKind = keyof typeof RESOURCE_KIND_CODES;

/** What the lessor writes into a token. Nobody can change it without the lessor's key. */
export interface TokenFields {
  /** The cell that the lease was granted to and that its use is counted for, whoever presents the token. */
  readonly tenant: CellId;
  readonly kind: ResourceKind;
  /** Which of the lessor's resources of that kind; 0 where there is only one. */
  readonly resourceId: number;
  readonly leaseId: LeaseId;
  readonly generation: number;
  readonly epoch: number;
  /** On the lessor's own monotonic clock, which is the only one that it is compared with. Whole milliseconds. */
  readonly expiresAtMs: number;
  /** The lessor: the only cell that can verify the token. */
  readonly audience: CellId;
  /** Which start of the lessor this is, for its clock begins anew with each. 4 bytes. */
  readonly session: Bytes;
  /** 8 random bytes that make each token one of its own. */
  readonly tag: Bytes;
}

/** A condition added to a token, by its lessor or by any holder. All of them must hold, so each can only tighten. */
export type Caveat =
  | { readonly kind: 'operations'; readonly operations: OperationSet }
  /** Bytes `from` up to, not including, `to`, counted from the start of the lease. */
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  /** Only tasklets of this module. */
  | { readonly kind: 'module'; readonly module: ContentHash }
  /** Only presented by this cell. */
  | { readonly kind: 'holder'; readonly holder: CellId }
  /** Only on behalf of this cell, whoever presents it. */
  | { readonly kind: 'tenant'; readonly tenant: CellId }
  /** On the lessor's clock, like the token's own expiry: write it relative to that. Whole milliseconds. */
  | { readonly kind: 'notAfter'; readonly atMs: number }
  /** At most this many caveats may follow. */
  | { readonly kind: 'hops'; readonly hops: number };

export type CaveatKind = Caveat['kind'];

/** A capability token: a bearer proof that its holder may use one lease of its audience, within the caveats. */
export interface Token {
  readonly fields: TokenFields;
  readonly caveats: readonly Caveat[];
  /** The last link of the chain, 32 bytes. */
  readonly mac: Bytes;
}

export const MAC_SIZE_BYTES = 32;
export const SESSION_SIZE_BYTES = 4;
export const TAG_SIZE_BYTES = 8;

/** Whether a caveat says something that could be met: whole numbers, known operations, a range with bytes in it. */
export function isCaveatSound(caveat: Caveat): boolean {
  switch (caveat.kind) {
    case 'operations':
      return isOperationSet(caveat.operations) && caveat.operations > 0;
    case 'range':
      return isCount(caveat.from) && isCount(caveat.to) && caveat.from < caveat.to;
    case 'notAfter':
      return isCount(caveat.atMs);
    case 'hops':
      return isCount(caveat.hops);
    case 'module':
    case 'holder':
    case 'tenant':
      return true;
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
