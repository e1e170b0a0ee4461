/**
 * lease owns who may use what, until when: the lessor that grants, renews and takes back, the holder that keeps count of
 * what it was granted, the states between, and the port by which a kind of resource is lent.
 * It decides only; it does no I/O and starts no timer.
 */
export { ExpiryQueue } from './expiry-queue.ts';
export {
  LeaseHolder,
  RENEWAL_DEFAULTS,
  renewalAtMs,
  RenewalManager,
  type GrantNews,
  type HeldLease,
  type RenewalPolicy,
  type RenewalSummary,
} from './holding/index.ts';
export {
  LEASE_TIERS,
  REVOKE_REASONS,
  type Binding,
  type BindingEnd,
  type Lease,
  type LeaseDenial,
  type LeaseEvent,
  type LeaseEventKind,
  type LeaseKind,
  type LeaseState,
  type LeaseTier,
  type LeaseWish,
  type RevokeReason,
  type RevokeResult,
} from './lease.ts';
export {
  Lessor,
  OPEN_POLICY,
  TIER_DEFAULT,
  type Claim,
  type LeasePolicy,
  type LessorOptions,
  type Quota,
} from './lending/index.ts';
export { CountedResource, ResourceFences, type ResourceCapacity, type ResourceProvider } from './resource.ts';
export {
  humanSummary,
  isTerminal,
  isUsable,
  legalTransition,
  REVOKE_STATES,
  type RevokeState,
} from './revoke-state.ts';
