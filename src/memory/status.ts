import { failure, type FabricErrorCode, type FabricFailure } from '../core/index.ts';
import { STATUS } from '../tasklet/index.ts';

/** Statuses of memory operations: those of tasklet profile v0, and one of their own (MEMORY.md §2). */
export const MEMORY_STATUS = { ...STATUS, denied: -13 } as const;

const FAILURES: ReadonlyMap<number, readonly [FabricErrorCode, string]> = new Map([
  [MEMORY_STATUS.disconnected, ['disconnected', 'the lessor of the region cannot be reached']],
  [MEMORY_STATUS.leaseExpired, ['lease_expired', 'the lease of the region is over']],
  [MEMORY_STATUS.fenced, ['fenced', 'the region has moved on to a newer lease']],
  [MEMORY_STATUS.capacityExceeded, ['capacity_exceeded', 'a bound of the region would be passed']],
  [MEMORY_STATUS.unsupported, ['browser_unsupported', 'the lessor cannot do that']],
  [MEMORY_STATUS.revoked, ['revoked', 'the lessor took the lease of the region back']],
  [MEMORY_STATUS.denied, ['lease_denied', 'the token does not allow that operation there']],
  [
    MEMORY_STATUS.invalidArgument,
    ['invalid_argument', 'a range outside the region, or an atomic that is not aligned to its width'],
  ],
]);

/** What a program author is told for a status that is not 0. */
export function failureOfStatus(status: number): FabricFailure {
  const [code, message] = FAILURES.get(status) ?? ['internal', `the operation ended with status ${status}`];
  return failure(code, message);
}

/** The status by which a tasklet hears of a failure. */
export function statusOfFailure({ code }: Pick<FabricFailure, 'code'>): number {
  for (const [status, [known]] of FAILURES) if (known === code) return status;
  return code === 'not_found' ? MEMORY_STATUS.leaseExpired : MEMORY_STATUS.disconnected;
}
