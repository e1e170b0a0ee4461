import * as v from 'valibot';
import { LEASE_LIMITS, STEWARD_LIMITS } from '../../core/index.ts';
import {
  bytesOf,
  bytesUpTo,
  cellId,
  count,
  graceMs,
  leaseId,
  leaseKind,
  name,
  revokeState,
  stewardProof,
} from '../fields.ts';
import { event, request } from '../message-type.ts';

const order = v.variant('action', [
  v.strictObject({ action: v.literal('list') }),
  v.strictObject({ action: v.literal('unfence'), leaseId }),
  v.strictObject({ action: v.literal('revoke'), leaseId, graceMs }),
]);

const listed = v.strictObject({
  leaseId,
  kind: leaseKind,
  holder: cellId,
  quantity: count,
  ttlMs: v.pipe(count, v.maxValue(LEASE_LIMITS.ttlMsMax)),
  remainingMs: count,
  revokeState,
});

/** A policy as the steward signed it. */
export const signedPolicy = v.strictObject({
  terms: bytesUpTo(STEWARD_LIMITS.policyBytesMax),
  ...stewardProof.entries,
});

/** The policy on its way, who waits to be let in, and what the steward asks of a lessor. */
export const STEWARD = {
  policyTold: event('policy.told', 0x0070, signedPolicy),
  lobbyTold: event(
    'lobby.told',
    0x0071,
    v.strictObject({
      waiting: v.pipe(
        v.array(v.strictObject({ cell: cellId, session: bytesOf(8), name, waitedMs: count })),
        v.maxLength(STEWARD_LIMITS.waitingMax),
      ),
    }),
  ),
  lobbyRefused: event('lobby.refused', 0x0072, v.strictObject({ cell: cellId })),
  order: request(
    'steward.order',
    0x0073,
    v.strictObject({ order, ...stewardProof.entries }),
    v.strictObject({
      result: v.picklist(['torn_down', 'fenced', 'not_found', 'unfenced', 'listed']),
      leases: v.pipe(v.array(listed), v.maxLength(STEWARD_LIMITS.listedMax)),
    }),
  ),
} as const;

export type StewardOrder = v.InferOutput<typeof order>;
export type ListedLease = v.InferOutput<typeof listed>;
export type StewardProof = v.InferOutput<typeof stewardProof>;
export type PolicyMessage = v.InferOutput<typeof signedPolicy>;
