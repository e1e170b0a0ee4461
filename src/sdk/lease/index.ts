/**
 * sdk/lease owns leases as a program author takes them: builders of one shape for every kind, the handle one gets, and
 * the typed news of what happens to it. It promises that after the end of a lease every operation rejects with its code.
 */
export { LEASE_TTL_MS_DEFAULT, LeaseBuilder, LeaseBuilders } from './lease-builder.ts';
export {
  isLeaseEnd,
  LeaseEvents,
  type LeaseEnd,
  type LeaseEvent,
  type LeaseExpired,
  type LeaseFreed,
  type LeaseRevoked,
  type LossReason,
} from './lease-event.ts';
export { layoutOf } from './lease-layout.ts';
export { HeldLeaseHandle, valueOrThrow, type LeaseHandle } from './lease-handle.ts';
export type { LeaseOrder, LeasePort, RefLimits, RefOrder } from './lease-port.ts';
