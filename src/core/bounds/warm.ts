const KIB = 1_024;
const MIB = 1_024 * KIB;

/** Warm tasklets: instances that live between calls (ABI.md §9). */
export const WARM_LIMITS = {
  /** Input and output of one call, each: a frame carries one. Larger things go through leased memory. */
  callBytesMax: 60 * KIB,
  callsPerBatchMax: 256,
  /** Calls of one instance under way or waiting at its caller, and the bytes of their inputs. */
  queuedCallsMax: 4_096,
  queuedBytesMax: 8 * MIB,
  batchesInFlightMax: 16,
  /** What one caller may have waiting at an instance: its batches that can be under way. */
  heldCallsMax: 16 * 256,
  heldBytesMax: 1 * MIB,
  /** One call, from its begin to its end. */
  callMsDefault: 5_000,
  callMsMax: 60_000,
  /** What opening may take: fetching and compiling the module, and its init. */
  openMsMax: 30_000,
  /** What finalize may take when it is closed. */
  closeMsMax: 2_000,
  /** Warm tasklets that one cell may have open here; its leases bound them anyway. */
  perPeerMax: 64,
  /** Instances one program opens at a time. */
  workersMax: 16,
  /** Each way between a caller and an instance that share memory: a power of two that holds two of the longest calls. */
  ringBytes: 128 * KIB,
  /** A caller looks for its answer, and an instance for its next call, so long before it waits to be woken. */
  callerSpinMs: 0.03,
  workerSpinMs: 0.05,
  /** Whoever waits to be woken looks again after this, should a wake-up ever be lost. */
  waitSliceMs: 1_000,
} as const;
