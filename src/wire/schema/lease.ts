import * as v from 'valibot';
import { count, generation, leaseId, leaseKind, leaseTier, tokenBytes, ttlMs } from '../fields.ts';

/** What a holder asks for. */
export const wish = v.strictObject({
  kind: leaseKind,
  quantity: v.pipe(count, v.minValue(1)),
  ttlMs,
  tier: v.exactOptional(leaseTier),
  /** Outlives its holder's goodbye. */
  isKept: v.exactOptional(v.boolean()),
});

/** What it gets. */
export const grant = v.strictObject({
  leaseId,
  kind: leaseKind,
  quantity: count,
  ttlMs: count,
  /** Time left when the answer was sent: a grant never carries a date. */
  remainingMs: count,
  generation,
  epoch: count,
  tier: leaseTier,
  token: tokenBytes,
});
