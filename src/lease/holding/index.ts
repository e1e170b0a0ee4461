/**
 * lease/holding owns the side that holds: what a cell was granted, until when by its own clock, and when to renew it.
 * It promises to stop before the lessor does.
 */
export { LeaseHolder, type GrantNews, type HeldLease } from './holder.ts';
export { RENEWAL_DEFAULTS, renewalAtMs, RenewalManager, type RenewalPolicy, type RenewalSummary } from './renewal.ts';
