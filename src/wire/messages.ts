import * as v from 'valibot';
import { LINK_LIMITS, WIRE_LIMITS } from '../core/index.ts';
import {
  bytesOf,
  bytesUpTo,
  cellId,
  contentHash,
  count,
  generation,
  graceMs,
  leaseId,
  leaseKind,
  leaseTier,
  revokeReason,
  revokeState,
  runId,
  tokenBytes,
  ttlMs,
  u32,
  waitMs,
  wireFailure,
} from './fields.ts';
import { bytesRequest, cborOf, event, packedRequest, request } from './message-type.ts';
import {
  announcement,
  fateOf,
  grant,
  outcome,
  runOrder,
  warmEnd,
  warmOpened,
  warmOrder,
  wish,
} from './schema/index.ts';

/** An offer or answer of WebRTC with its candidates is a tenth of this. */
const INTRODUCTION_LENGTH_MAX = 16 * 1024;
/** What is known of all cells is compared in so many parts. */
export const DIGEST_BUCKETS = 32;
/** One cell in `cell.compared`: id, incarnation (f64), whether it is gone (u8). */
export const VERSION_BYTES = 16 + 8 + 1;

/** Messages that expect no answer. */
export const EVENT = {
  bye: event('bye', 0x0005, v.strictObject({})),
  cellAnnounced: event('cell.announced', 0x0010, announcement),
  cellGossiped: event(
    'cell.gossiped',
    0x0011,
    v.strictObject({
      members: v.pipe(v.array(v.strictObject({ cell: cellId, announcement })), v.maxLength(LINK_LIMITS.gossipMax)),
      fates: v.pipe(v.array(fateOf), v.maxLength(LINK_LIMITS.gossipMax)),
    }),
  ),
  cellBeat: event('cell.beat', 0x0013, v.strictObject({ digest: count })),
  cellDigested: event('cell.digested', 0x0014, v.strictObject({ buckets: bytesOf(4 * DIGEST_BUCKETS) })),
  cellCompared: event(
    'cell.compared',
    0x0015,
    v.strictObject({ buckets: count, versions: bytesUpTo(VERSION_BYTES * LINK_LIMITS.cellsMax) }),
  ),
  cellIntroduced: event(
    'cell.introduced',
    0x0017,
    v.strictObject({
      from: cellId,
      to: cellId,
      dial: runId,
      text: v.pipe(v.string(), v.maxLength(INTRODUCTION_LENGTH_MAX)),
    }),
  ),
  leaseEnded: event(
    'lease.ended',
    0x0022,
    v.strictObject({
      leaseId,
      state: v.picklist(['freed', 'expired', 'revoked']),
      /** Why, when it was revoked. */
      reason: v.exactOptional(revokeReason),
    }),
  ),
  leaseWarned: event('lease.warned', 0x0028, v.strictObject({ leaseId, graceMs, reason: revokeReason })),
  leaseRenewed: event('lease.renewed', 0x002b, v.strictObject({ leaseId, generation, token: tokenBytes })),
  runProgressed: event(
    'run.progressed',
    0x0031,
    v.strictObject({
      runId,
      status: v.picklist(['admitted', 'running']),
      progress: v.optional(v.strictObject({ done: count, total: count })),
    }),
  ),
  runFinished: event('run.finished', 0x0032, v.strictObject({ runId, outcome })),
  warmEnded: event('warm.ended', 0x0063, v.strictObject({ session: u32, end: warmEnd })),
} as const;

/** Messages that are answered, or refused with a code and a message. */
export const REQUEST = {
  cellPing: request('cell.ping', 0x0012, v.strictObject({}), v.strictObject({})),
  cellPart: request('cell.part', 0x0016, v.strictObject({}), v.strictObject({})),
  leaseRequest: request(
    'lease.request',
    0x0020,
    v.strictObject({
      wishes: v.pipe(v.array(wish), v.minLength(1), v.maxLength(8)),
      /** The run these leases are for, so that people can see what a lease does. */
      runId: v.optional(runId),
    }),
    v.strictObject({ grants: v.pipe(v.array(grant), v.maxLength(8)) }),
  ),
  leaseFree: request(
    'lease.free',
    0x0021,
    v.strictObject({ leaseIds: v.pipe(v.array(leaseId), v.maxLength(8)) }),
    v.strictObject({ freed: count }),
  ),
  leaseRenew: request(
    'lease.renew',
    0x0023,
    v.strictObject({ leaseId, generation, ttlMs: v.exactOptional(ttlMs), token: tokenBytes }),
    v.strictObject({ grant }),
  ),
  leaseOpen: request(
    'lease.open',
    0x0024,
    v.strictObject({
      leaseId,
      token: tokenBytes,
      /** The module that will use it, when it is opened for a run. */
      module: v.exactOptional(contentHash),
    }),
    v.strictObject({ grant }),
  ),
  leaseClose: request('lease.close', 0x0025, v.strictObject({ leaseId }), v.strictObject({})),
  leaseRevoke: request(
    'lease.revoke',
    0x0026,
    v.strictObject({ leaseId, graceMs }),
    v.strictObject({ result: v.picklist(['torn_down', 'fenced', 'not_found']) }),
  ),
  leaseCheckpointed: request('lease.checkpointed', 0x0027, v.strictObject({ leaseId }), v.strictObject({})),
  leaseQuery: request(
    'lease.query',
    0x0029,
    v.strictObject({ leaseId }),
    v.strictObject({
      kind: leaseKind,
      quantity: count,
      ttlMs: count,
      remainingMs: count,
      generation,
      tier: leaseTier,
      revokeState,
      openers: count,
    }),
  ),
  leaseAttach: request('lease.attach', 0x002a, v.strictObject({ leaseId }), v.strictObject({ grant })),
  runSubmit: request('run.submit', 0x0030, runOrder, v.strictObject({})),
  runCancel: request('run.cancel', 0x0033, v.strictObject({ runId }), v.strictObject({})),
  contentGet: bytesRequest(
    'content.get',
    0x0040,
    v.strictObject({ hash: contentHash, sizeBytesMax: v.pipe(count, v.maxValue(WIRE_LIMITS.dataBytesMax)) }),
  ),
  memoryOpen: request(
    'memory.open',
    0x0050,
    v.strictObject({ leaseId, token: tokenBytes, module: v.exactOptional(contentHash) }),
    v.strictObject({ session: u32, sizeBytes: count, epoch: count, generation }),
  ),
  memoryClose: request('memory.close', 0x0051, v.strictObject({ session: u32 }), v.strictObject({})),
  memoryOperate: packedRequest('memory.operate', 0x0052),
  memoryWait: request(
    'memory.wait',
    0x0053,
    v.strictObject({ session: u32, offset: count, expected: u32, timeoutMs: waitMs }),
    v.strictObject({ end: v.picklist(['woken', 'not_equal', 'timed_out']) }),
  ),
  memoryWatch: request(
    'memory.watch',
    0x0054,
    v.strictObject({ session: u32, seen: v.exactOptional(u32), timeoutMs: waitMs }),
    v.strictObject({ notices: u32 }),
  ),
  memoryTicket: request(
    'memory.ticket',
    0x0055,
    v.strictObject({ session: u32 }),
    v.strictObject({ ticket: bytesOf(16) }),
  ),
  warmOpen: request('warm.open', 0x0060, warmOrder, warmOpened),
  warmCall: packedRequest('warm.call', 0x0061),
  warmClose: request('warm.close', 0x0062, v.strictObject({ session: u32 }), v.strictObject({ end: warmEnd })),
} as const;

export const REFUSAL = cborOf(wireFailure);

export type Refusal = v.InferOutput<typeof wireFailure>;
export type RunOrderMessage = v.InferOutput<typeof runOrder>;
export type WireOutcome = v.InferOutput<typeof outcome>;
export type Announcement = v.InferOutput<typeof announcement>;
export type FateOf = v.InferOutput<typeof fateOf>;
export type WireWish = v.InferOutput<typeof wish>;
export type WireGrant = v.InferOutput<typeof grant>;
export type WarmOpened = v.InferOutput<typeof warmOpened>;
export type WarmOrderMessage = v.InferOutput<typeof warmOrder>;
export type WireWarmEnd = v.InferOutput<typeof warmEnd>;
