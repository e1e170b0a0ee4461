import type { Bytes, ContentHash, LeaseId } from '../../core/index.ts';
import type { GrantNews, HeldLease } from '../../lease/index.ts';
import type { Refusal, WireGrant } from '../../wire/index.ts';

/** A lease that may be used now: its token, and for which module that is, if it was opened for runs. */
export interface UsableLease {
  readonly held: HeldLease;
  readonly token: Bytes;
  readonly module?: ContentHash;
}

export function notHeld(leaseId: LeaseId): Refusal {
  return { code: 'not_found', message: `this cell holds no lease ${leaseId} now` };
}

/** What is said to an operation on a lease that has ended. */
export function endOf({ leaseId, state }: HeldLease): Refusal {
  if (state === 'expired') return { code: 'lease_expired', message: `lease ${leaseId} ran out` };
  if (state === 'revoked') return { code: 'revoked', message: `lease ${leaseId} was taken back` };
  return { code: 'not_found', message: `lease ${leaseId} was given back` };
}

export function newsOf(grant: WireGrant): GrantNews {
  const { leaseId, kind, quantity, ttlMs, remainingMs, generation, epoch, tier } = grant;
  return { leaseId, kind, quantity, ttlMs, remainingMs, generation, epoch, tier };
}
