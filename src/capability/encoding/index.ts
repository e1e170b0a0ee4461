/**
 * capability/encoding owns how tokens and LeaseRefs are written: a strict subset of CBOR in which every value has one
 * form, so that the bytes a tag covers can be written again from what was read.
 */
export {
  decodeLeaseRef,
  encodeLeaseRef,
  isLayout,
  LEASE_REF_LENGTH_MAX,
  leaseRefOf,
  type LeaseRef,
  type LeaseRefFault,
} from './lease-ref.ts';
export { decodeToken, encodeCaveat, encodeFields, encodeToken, type TokenFault } from './token-codec.ts';
