/**
 * wire/schema owns the larger payloads: leases, runs, warm tasklets, and what cells say of themselves. Each field is bounded
 * where it stands; what a payload is for is said where its message is.
 */
export { announcement, fateOf } from './cell.ts';
export { grant, wish } from './lease.ts';
export { INLINE_BYTES_MAX, outcome, runOrder } from './run.ts';
export { warmEnd, warmOpened, warmOrder } from './warm.ts';
