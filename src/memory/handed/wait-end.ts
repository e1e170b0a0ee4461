/** How a wait ended, as a tasklet hears it (ABI.md §8). */
export const WAIT_END = { woken: 0, not_equal: 1, timed_out: 2 } as const;
