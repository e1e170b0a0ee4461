import * as v from 'valibot';
import { LINK_LIMITS, RUN_LIMITS, TASKLET_LIMITS, WIRE_LIMITS } from '../core/index.ts';
import {
  bytesOf,
  bytesUpTo,
  cellId,
  contentHash,
  count,
  errorCode,
  generation,
  graceMs,
  leaseId,
  leaseKind,
  leaseRef,
  leaseTier,
  name,
  peerName,
  revokeReason,
  revokeState,
  runId,
  taskletName,
  tokenBytes,
  ttlMs,
  u32,
  waitMs,
  wireFailure,
} from './fields.ts';
import { bytesRequest, cborOf, event, packedRequest, request } from './message-type.ts';

/** Inputs and outputs up to this size travel inside the message that needs them. */
export const INLINE_BYTES_MAX = 32 * 1024;
/** An offer or answer of WebRTC with its candidates is a tenth of this. */
const INTRODUCTION_LENGTH_MAX = 16 * 1024;
/** What is known of all cells is compared in so many parts. */
export const DIGEST_BUCKETS = 32;
/** One cell in `cell.compared`: id, incarnation (f64), whether it is gone (u8). */
export const VERSION_BYTES = 16 + 8 + 1;
/** A log line is headed by its level, and the last line may say how many were dropped; the bounds count neither. */
const LOG_LEVEL_LENGTH_MAX = '[debug] '.length;

const wish = v.strictObject({
  kind: leaseKind,
  quantity: v.pipe(count, v.minValue(1)),
  ttlMs,
  tier: v.exactOptional(leaseTier),
  /** Outlives its holder's goodbye. */
  isKept: v.exactOptional(v.boolean()),
});

const grant = v.strictObject({
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

const outcome = v.strictObject({
  status: v.picklist(['succeeded', 'failed', 'cancelled']),
  error: v.optional(wireFailure),
  /** JSON text of the response value, when the tasklet wrote one. */
  responseText: v.optional(v.pipe(v.string(), v.maxLength(TASKLET_LIMITS.responseBytesMax))),
  output: contentHash,
  outputBytes: v.pipe(count, v.maxValue(TASKLET_LIMITS.outputBytesMax)),
  /** The output itself when it is short. */
  inlineOutput: v.optional(bytesUpTo(INLINE_BYTES_MAX)),
  fuelUsed: count,
  admittedMs: count,
  runMs: count,
  log: v.pipe(
    v.array(v.pipe(v.string(), v.maxLength(TASKLET_LIMITS.logBytesMax + LOG_LEVEL_LENGTH_MAX))),
    v.maxLength(TASKLET_LIMITS.logLinesMax + 1),
  ),
  publicKey: bytesOf(32),
  signature: bytesOf(64),
});

const runOrder = v.strictObject({
  runId,
  program: taskletName,
  tasklet: taskletName,
  module: contentHash,
  moduleBytes: v.pipe(count, v.maxValue(TASKLET_LIMITS.moduleBytesMax)),
  input: contentHash,
  inputBytes: v.pipe(count, v.maxValue(TASKLET_LIMITS.inputBytesMax)),
  inlineInput: v.optional(bytesUpTo(INLINE_BYTES_MAX)),
  fuelLimit: v.pipe(count, v.minValue(1), v.maxValue(TASKLET_LIMITS.fuelMax)),
  deadlineMs: v.pipe(count, v.minValue(1), v.maxValue(RUN_LIMITS.deadlineMsMax)),
  submittedWallMs: count,
  attempt: v.pipe(count, v.minValue(1)),
  cpuLease: leaseId,
  cpuToken: tokenBytes,
  memLease: leaseId,
  memToken: tokenBytes,
  /** LeaseRefs of memory that the tasklet works on, by index. */
  memory: v.exactOptional(v.pipe(v.array(leaseRef), v.minLength(1), v.maxLength(TASKLET_LIMITS.regionsMax))),
  /** Other cells that have the module, for whoever lacks it. */
  sources: v.exactOptional(v.pipe(v.array(cellId), v.maxLength(RUN_LIMITS.sourcesMax))),
});

const announcement = v.strictObject({
  /** Grows when something lasting changes, or when somebody doubts this cell; survives its tabs. */
  incarnation: count,
  /** Grows with every announcement of one session; older ones are ignored. */
  sequence: count,
  name,
  slotsTotal: count,
  slotsFree: count,
  memoryBytesTotal: count,
  memoryBytesFree: count,
  isVisible: v.boolean(),
  /** Its browser has stopped it, so its silence means little. */
  isFrozen: v.exactOptional(v.boolean()),
  /** Under what name this cell can be dialled at the signaling service. */
  peerName,
  /** The rendezvous slot it keeps for newcomers. */
  slot: v.optional(v.pipe(count, v.maxValue(LINK_LIMITS.rendezvousSlots - 1))),
});

/** What somebody believes of a cell that is not, or no longer, alive. */
const fateOf = v.strictObject({
  cell: cellId,
  fate: v.picklist(['suspect', 'dead', 'left']),
  /** The incarnation it is believed of; a later one refutes it. */
  incarnation: count,
  /** Whose belief it is. */
  by: cellId,
});

/** The first messages of a link, before anything else is believed (PROTOCOL.md §3). */
export const HELLO = {
  hello: event('hello', 0x0001, v.strictObject({ nonce: bytesOf(32), publicKey: bytesOf(32), session: bytesOf(8) })),
  proof: event('hello.proof', 0x0002, v.strictObject({ mac: bytesOf(32), signature: bytesOf(64) })),
  accepted: event('hello.accepted', 0x0003, v.strictObject({})),
  refused: event('hello.refused', 0x0004, v.strictObject({ code: errorCode })),
} as const;

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
} as const;

export const REFUSAL = cborOf(wireFailure);

export type Refusal = v.InferOutput<typeof wireFailure>;
export type RunOrderMessage = v.InferOutput<typeof runOrder>;
export type WireOutcome = v.InferOutput<typeof outcome>;
export type Announcement = v.InferOutput<typeof announcement>;
export type FateOf = v.InferOutput<typeof fateOf>;
export type WireWish = v.InferOutput<typeof wish>;
export type WireGrant = v.InferOutput<typeof grant>;
