/**
 * audit/verify owns the check of an exported chain: whether it is whole, and if not, which record was added, removed,
 * moved or changed. It needs no key and trusts nothing in the file.
 */
export { verifyAudit, type AuditFinding, type AuditScope, type VerifiedAudit } from './verify.ts';
