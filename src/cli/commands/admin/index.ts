/** Looking after a fabric: its rules, its lobby, its fences, as the steward; and the audit trail of the cells here. */
export { auditQuery } from './audit-query.ts';
export { evict, readmit } from './evict.ts';
export { fencedLeases, unfenceLease } from './fences.ts';
export { admit, lobby, refuse } from './lobby.ts';
export { policy } from './policy.ts';
