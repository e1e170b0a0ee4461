/**
 * leases shows what is on lease and lets a person do all that a holder or a lessor may: take, open, renew, share, give
 * back, take back, unfence. What cannot be undone asks once more.
 */
export { LeaseActions } from './lease-actions.ts';
export { LeaseDesk } from './lease-desk.ts';
export { LeaseTable } from './lease-table.ts';
export { RefDialog } from './ref-dialog.ts';
export { TakeLease, type LeaseAsk } from './take-lease.ts';
