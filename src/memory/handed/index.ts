/**
 * memory/handed owns how a running tasklet reaches the leases it was handed: directly where its worker shares the bytes,
 * through a mailbox between two workers where it does not. The tasklet's worker stands still, the cell's never does.
 */
export { LeaseMail } from './lease-mail.ts';
export { MailClerk } from './mail-clerk.ts';
export { MAILBOX_BYTES, MailboxSender, type Park } from './mailbox.ts';
export { MailedRegion } from './mailed-region.ts';
export { SharedRegion, type TaskletThread } from './shared-region.ts';
