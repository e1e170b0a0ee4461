/**
 * capability owns the proof that a holder may use a lease: tokens that only their lessor can mint and verify, that any
 * holder can narrow offline and nobody can widen, the sessions that open tokens become, and the LeaseRef that carries
 * one from cell to cell. It decides only; the root key is a port.
 */
export { attenuate, type AttenuationDenial } from './attenuate.ts';
export { TokenAuthority, type TokenOrder } from './authority.ts';
export {
  failureOfDenial,
  failureOfDenials,
  tokenDenialCodes,
  type TokenDenial,
  type TokenDenialCode,
} from './denial.ts';
export {
  decodeLeaseRef,
  decodeToken,
  encodeLeaseRef,
  encodeToken,
  isLayout,
  LEASE_REF_LENGTH_MAX,
  leaseRefOf,
  type LeaseRef,
  type LeaseRefFault,
  type TokenFault,
} from './encoding/index.ts';
export { allows, EVERY_OPERATION, operationSet, operationsOf, type Operation, type OperationSet } from './operation.ts';
export { TokenSession, type Grant, type LeaseBook, type LeaseFacts, type LeaseStanding } from './session.ts';
export { MemoryTokenKey, type TokenKey } from './token-key.ts';
export type { Caveat, CaveatKind, ResourceKind, Token, TokenFields } from './token.ts';
export { grantOf, type Presentation } from './verify.ts';
