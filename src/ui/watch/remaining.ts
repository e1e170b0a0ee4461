import type { LeaseView } from '../../sdk/index.ts';

/** Time a lease has left now, given when its snapshot was taken; both times on the page's monotonic clock. */
export function remainingNowMs(
  lease: Pick<LeaseView, 'state' | 'remainingMs'>,
  takenAtMs: number,
  nowMs: number,
): number {
  if (lease.state !== 'active') return 0;
  // A snapshot from a clock slightly ahead must not lengthen a lease.
  return Math.max(0, lease.remainingMs - Math.max(0, nowMs - takenAtMs));
}
