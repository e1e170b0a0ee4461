/**
 * lease/lending owns the side that lends: the lessor, its book of leases and its policy.
 * It promises that what it has ended is refused by the resource itself, whatever anybody else believes.
 */
export { Lessor, type LessorOptions } from './lessor.ts';
export { OPEN_POLICY, TIER_DEFAULT, type LeasePolicy, type Quota } from './policy.ts';
export type { Claim } from './stock.ts';
