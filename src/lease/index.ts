/**
 * lease owns who may use what, until when: the lessor that grants, the holder that keeps count of what it was granted,
 * and the port by which a kind of resource is lent. It decides only; it does no I/O and starts no timer.
 */
export { ExpiryQueue } from './expiry-queue.ts';
export { LeaseHolder, type GrantNews, type HeldLease } from './holder.ts';
export type { Lease, LeaseDenial, LeaseKind, LeaseState, LeaseWish } from './lease.ts';
export { Lessor } from './lessor.ts';
export { CountedResource, type ResourceCapacity, type ResourceProvider } from './resource.ts';
