import * as v from 'valibot';
import { RUN_LIMITS, TASKLET_LIMITS } from '../../core/index.ts';
import {
  bytesOf,
  bytesUpTo,
  cellId,
  contentHash,
  count,
  leaseId,
  leaseRef,
  runId,
  taskletName,
  tokenBytes,
  wireFailure,
} from '../fields.ts';

/** Inputs and outputs up to this size travel inside the message that needs them. */
export const INLINE_BYTES_MAX = 32 * 1024;
/** A log line is headed by its level, and the last line may say how many were dropped; the bounds count neither. */
const LOG_LEVEL_LENGTH_MAX = '[debug] '.length;

/** How a run ended, signed. */
export const outcome = v.strictObject({
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

/** A run on two leases. */
export const runOrder = v.strictObject({
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
