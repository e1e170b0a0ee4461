/**
 * core owns the words everyone uses: ids, results, assertions, bytes, digests, the environment, the bounds and the
 * list of failures. It imports nothing of the project, does no I/O and keeps no state.
 */
export { assert, assertNever, AssertionError } from './assert.ts';
export { MEND_LIMITS, RELAY_LIMITS, WARM_LIMITS } from './bounds/index.ts';
export {
  concatBytes,
  equalBytes,
  fromBase64,
  fromBase64Url,
  fromHex,
  fromUtf8,
  toBase64,
  toBase64Url,
  toHex,
  utf8,
  type Bytes,
} from './bytes.ts';
export { contentHash, hmacSha256, sha256, type Signer } from './crypto.ts';
export type { Clock, Env, Log, LogLevel, Random, Timer, Timers } from './env.ts';
export {
  FabricError,
  fabricErrorCodes,
  failure,
  failureOf,
  isFabricErrorCode,
  type FabricErrorCode,
  type FabricFailure,
} from './fabric-error.ts';
export {
  freshId,
  freshNumber,
  isCellId,
  isContentHash,
  isFabricId,
  isLeaseId,
  isRunId,
  shortId,
  type CellId,
  type ContentHash,
  type FabricId,
  type LeaseId,
  type RunId,
} from './ids.ts';
export {
  AUDIT_LIMITS,
  BUNDLE_LIMITS,
  forgetOldest,
  LEASE_LIMITS,
  LINK_LIMITS,
  MEMORY_LIMITS,
  RUN_LIMITS,
  STORE_LIMITS,
  STRUCTURE_LIMITS,
  TASKLET_LIMITS,
  TOKEN_LIMITS,
  WIRE_LIMITS,
} from './limits.ts';
export { STEWARD_LIMITS } from './steward/index.ts';
export { err, ok, type Result } from './result.ts';
