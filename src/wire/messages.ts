import * as v from 'valibot';
import { LEASE_LIMITS, LINK_LIMITS, RUN_LIMITS, TASKLET_LIMITS, WIRE_LIMITS } from '../core/index.ts';
import {
  bytesOf,
  bytesUpTo,
  cellId,
  contentHash,
  count,
  errorCode,
  leaseId,
  leaseKind,
  name,
  peerName,
  runId,
  taskletName,
  wireFailure,
} from './fields.ts';
import { bytesRequest, cborOf, event, request } from './message-type.ts';

/** Inputs and outputs up to this size travel inside the message that needs them. */
export const INLINE_BYTES_MAX = 32 * 1024;
/** A log line is headed by its level, and the last line may say how many were dropped; the bounds count neither. */
const LOG_LEVEL_LENGTH_MAX = '[debug] '.length;

const wish = v.strictObject({
  kind: leaseKind,
  quantity: v.pipe(count, v.minValue(1)),
  ttlMs: v.pipe(count, v.minValue(LEASE_LIMITS.ttlMsMin), v.maxValue(LEASE_LIMITS.ttlMsMax)),
});

const grant = v.strictObject({
  leaseId,
  kind: leaseKind,
  quantity: count,
  ttlMs: count,
  /** Time left when the answer was sent: a grant never carries a date. */
  remainingMs: count,
  generation: count,
  epoch: count,
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
  memLease: leaseId,
});

const announcement = v.strictObject({
  /** Grows with every announcement of one session; older ones are ignored. */
  sequence: count,
  name,
  slotsTotal: count,
  slotsFree: count,
  memoryBytesTotal: count,
  memoryBytesFree: count,
  isVisible: v.boolean(),
  /** Under what name this cell can be dialled at the signaling service. */
  peerName,
  /** The rendezvous slot it keeps for newcomers. */
  slot: v.optional(v.pipe(count, v.maxValue(LINK_LIMITS.rendezvousSlots - 1))),
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
  cellListed: event(
    'cell.listed',
    0x0011,
    v.strictObject({
      cells: v.pipe(v.array(v.strictObject({ cell: cellId, peerName })), v.maxLength(4 * LINK_LIMITS.linksMax)),
    }),
  ),
  leaseEnded: event(
    'lease.ended',
    0x0022,
    v.strictObject({ leaseId, state: v.picklist(['freed', 'expired', 'revoked']) }),
  ),
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
  runSubmit: request('run.submit', 0x0030, runOrder, v.strictObject({})),
  runCancel: request('run.cancel', 0x0033, v.strictObject({ runId }), v.strictObject({})),
  contentGet: bytesRequest(
    'content.get',
    0x0040,
    v.strictObject({ hash: contentHash, sizeBytesMax: v.pipe(count, v.maxValue(WIRE_LIMITS.dataBytesMax)) }),
  ),
} as const;

export const REFUSAL = cborOf(wireFailure);

export type Refusal = v.InferOutput<typeof wireFailure>;
export type RunOrderMessage = v.InferOutput<typeof runOrder>;
export type WireOutcome = v.InferOutput<typeof outcome>;
export type Announcement = v.InferOutput<typeof announcement>;
export type WireWish = v.InferOutput<typeof wish>;
export type WireGrant = v.InferOutput<typeof grant>;
