import * as v from 'valibot';
import { RUN_LIMITS, TASKLET_LIMITS, WARM_LIMITS } from '../../core/index.ts';
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
  /** Other cells that have the module, for whoever lacks it. */
  sources: v.exactOptional(v.pipe(v.array(cellId), v.maxLength(RUN_LIMITS.sourcesMax))),
});

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
