/** Leases that the command's own cells lend or hold: seen, given back, taken back. */
export { graceOf, leaseIdOf } from './lease-words.ts';
export { leaseFree } from './free.ts';
export { LEASE_LIST_ARGS, leaseList, tableOfLeases } from './list.ts';
export { leaseRevoke } from './revoke.ts';
