import * as v from 'valibot';
import { LINK_LIMITS, RUN_LIMITS, TASKLET_LIMITS, WARM_LIMITS } from '../../core/index.ts';
import {
  bytesOf,
  cellId,
  contentHash,
  count,
  leaseId,
  leaseRef,
  runId,
  taskletName,
  tokenBytes,
  u32,
  wireFailure,
} from '../fields.ts';

/** A warm tasklet on two leases. */
export const warmOrder = v.strictObject({
  /** Drawn by whoever opens it; its tasklet knows it as its run id. */
  warmId: runId,
  program: taskletName,
  tasklet: taskletName,
  module: contentHash,
  moduleBytes: v.pipe(count, v.maxValue(TASKLET_LIMITS.moduleBytesMax)),
  /** Of every call. */
  fuelLimit: v.pipe(count, v.minValue(1), v.maxValue(TASKLET_LIMITS.fuelMax)),
  /** The longest one call may take. */
  callMs: v.pipe(count, v.minValue(1), v.maxValue(WARM_LIMITS.callMsMax)),
  submittedWallMs: count,
  /** Whether each call gets an instance of its own. */
  isFresh: v.boolean(),
  cpuLease: leaseId,
  cpuToken: tokenBytes,
  memLease: leaseId,
  memToken: tokenBytes,
  /** LeaseRefs of memory that the tasklet works on, by index. */
  memory: v.exactOptional(v.pipe(v.array(leaseRef), v.minLength(1), v.maxLength(TASKLET_LIMITS.regionsMax))),
  /** The channel of its own by which its calls are to come, where the link can have one. */
  channel: v.exactOptional(
    v.pipe(count, v.minValue(LINK_LIMITS.callChannelFirst), v.maxValue(LINK_LIMITS.callChannelLast)),
  ),
  /** Other cells that have the module, for whoever lacks it. */
  sources: v.exactOptional(v.pipe(v.array(cellId), v.maxLength(RUN_LIMITS.sourcesMax))),
});

/** It is open; `hasChannel` where the channel that was asked for is there at this end. */
export const warmOpened = v.strictObject({ session: u32, hasChannel: v.exactOptional(v.literal(true)) });

/** How a warm tasklet ended, signed (ABI.md §9). */
export const warmEnd = v.strictObject({
  /** Absent when it was closed in good order. */
  error: v.exactOptional(wireFailure),
  calls: count,
  fuelUsed: count,
  transcript: contentHash,
  publicKey: bytesOf(32),
  signature: bytesOf(64),
});
