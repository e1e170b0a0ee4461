/**
 * cell/lending owns the side of a cell that lends: the desk where others ask, the tokens that prove what they may do, the
 * end of leases with its teardown, and the witness that seals all of it. One object, put together in one place.
 */
export { Lending, type LendingDeps } from './lending.ts';
export type { AuditSink, EndedLease, Note } from './witness.ts';
