/** Looking after the cells here: fences, the audit trail, and what waits for the steward's policy. */
export { auditQuery } from './audit-query.ts';
export { fencedLeases, unfenceLease } from './fences.ts';
export { evict, policy } from './policies.ts';
