/**
 * check/rules owns what has to hold, each file of one thing: seen from outside, at snapshots, ports and on the wire.
 */
export { AuditRules } from './audit-rules.ts';
export { EpochRules } from './epoch-rules.ts';
export { LeaseRules } from './lease-rules.ts';
export { MemoryRules } from './memory-rules.ts';
export { PolicyRules } from './policy-rules.ts';
export { PresenceRules } from './presence-rules.ts';
export { RunRules } from './run-rules.ts';
