/**
 * audit owns the record of what a cell lent, refused and took back: a chain in which each record is sealed over the one
 * before, the log that brings it to a store, the check that anyone can make of an exported chain, and the count of use.
 */
export { AuditChain } from './chain.ts';
export { AuditLog, type AuditLogDeps } from './log.ts';
export {
  auditLine,
  GENESIS,
  LEASE_AUDIT_KINDS,
  type AuditAnchor,
  type AuditEvent,
  type AuditKind,
  type AuditRecord,
  type LeaseAuditKind,
} from './record.ts';
export { MemoryAuditStore, type AuditStore } from './store.ts';
export { UsageMeter, type Usage } from './usage.ts';
export { verifyAudit, type AuditFinding, type AuditScope, type VerifiedAudit } from './verify/index.ts';
