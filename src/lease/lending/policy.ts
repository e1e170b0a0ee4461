import { LEASE_LIMITS, type CellId } from '../../core/index.ts';
import { LEASE_TIERS, type Lease, type LeaseDenial, type LeaseKind, type LeaseTier, type LeaseWish } from '../lease.ts';

/** How much one holder may have of a cell at a time. */
export interface Quota {
  readonly leasesMax: number;
  /** Most of each kind; no bound but the cell's capacity where it says nothing. */
  readonly quantityMax: Readonly<Partial<Record<LeaseKind, number>>>;
  /** Whose rule it is, for whoever is refused. */
  readonly by?: string;
}

/** Whom a cell lends how much. */
export interface LeasePolicy {
  quotaOf(holder: CellId): Quota;
  /** Why none of this is lent to that holder, whatever it has already. */
  denial?(holder: CellId, wishes: readonly LeaseWish[]): LeaseDenial | undefined;
}

export const OPEN_POLICY: LeasePolicy = {
  quotaOf: () => ({ leasesMax: LEASE_LIMITS.perHolderMax, quantityMax: {} }),
};

/** What a holder has of a cell: leases, and the sum of their quantities by kind. */
export interface HolderUse {
  readonly leases: number;
  readonly quantity: Readonly<Record<LeaseKind, number>>;
}

export const NO_USE: HolderUse = { leases: 0, quantity: { cpu: 0, mem: 0 } };

/** `use` with a lease more (`sign` 1) or a lease less (-1). */
export function changedUse(use: HolderUse, { kind, quantity }: Pick<Lease, 'kind' | 'quantity'>, sign: 1 | -1) {
  return {
    leases: use.leases + sign,
    quantity: { ...use.quantity, [kind]: use.quantity[kind] + sign * quantity },
  };
}

/** Why these wishes may not be granted to a holder that has `use` already, whatever is free. */
export function quotaDenial(quota: Quota, use: HolderUse, wishes: readonly LeaseWish[]): LeaseDenial | undefined {
  const by = quota.by ?? 'quota';
  if (use.leases + wishes.length > quota.leasesMax) {
    return { code: 'lease_denied', message: `${by}: at most ${quota.leasesMax} leases a holder` };
  }
  const asked = wishes.reduce((sum, wish) => changedUse(sum, wish, 1), use);
  for (const { kind } of wishes) {
    const max = quota.quantityMax[kind];
    if (max !== undefined && asked.quantity[kind] > max) {
      return { code: 'lease_denied', message: `${by}: at most ${max} of ${kind} a holder` };
    }
  }
  return undefined;
}

export function boundsDenial(wish: LeaseWish): LeaseDenial | undefined {
  const isCount = Number.isSafeInteger(wish.quantity) && wish.quantity >= 1;
  return isCount && isTtl(wish.ttlMs)
    ? undefined
    : { code: 'invalid_argument', message: `a lease of ${wish.quantity} for ${wish.ttlMs} ms is out of bounds` };
}

export function isTtl(ttlMs: number): boolean {
  return ttlMs >= LEASE_LIMITS.ttlMsMin && ttlMs <= LEASE_LIMITS.ttlMsMax;
}

export const TIER_DEFAULT: LeaseTier = 'standard';

/**
 * The leases that have to go so that `wishes` find room, or undefined when even that would not do. Only lower tiers give
 * way: the lowest first, and of one tier the youngest first, for it has the least work to lose.
 */
export function victimsOf(
  leases: readonly Lease[],
  wishes: readonly LeaseWish[],
  freeOf: (kind: LeaseKind) => number,
): readonly Lease[] | undefined {
  const kinds = [...new Set(wishes.map(({ kind }) => kind))].map((kind) => {
    const asked = wishes.reduce((sum, wish) => sum + (wish.kind === kind ? wish.quantity : 0), 0);
    return { kind, lacking: asked - freeOf(kind) };
  });
  if (kinds.every(({ lacking }) => lacking <= 0)) return [];
  const rank = Math.max(...wishes.map(({ tier }) => LEASE_TIERS.indexOf(tier ?? TIER_DEFAULT)));
  const candidates = leases
    .filter((lease) => lease.revokeState === 'active' && LEASE_TIERS.indexOf(lease.tier) > rank)
    .reverse()
    .sort((left, right) => LEASE_TIERS.indexOf(right.tier) - LEASE_TIERS.indexOf(left.tier));
  const victims: Lease[] = [];
  for (const { kind, lacking } of kinds) {
    let missing = lacking;
    for (const lease of candidates) {
      if (missing <= 0) break;
      if (lease.kind !== kind) continue;
      victims.push(lease);
      missing -= lease.quantity;
    }
    if (missing > 0) return undefined;
  }
  return victims;
}
