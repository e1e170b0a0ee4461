import * as v from 'valibot';
import { LEASE_REF_LENGTH_MAX } from '../capability/index.ts';
import { LEASE_TIERS, REVOKE_REASONS, REVOKE_STATES } from '../lease/index.ts';
import {
  isCellId,
  isContentHash,
  isFabricErrorCode,
  isLeaseId,
  isRunId,
  LEASE_LIMITS,
  LINK_LIMITS,
  MEMORY_LIMITS,
  TASKLET_LIMITS,
  TOKEN_LIMITS,
  type CellId,
  type ContentHash,
  type FabricErrorCode,
  type LeaseId,
  type RunId,
} from '../core/index.ts';

/** The field types that messages are made of: each one bounded. */

export const cellId = v.custom<CellId>((value) => typeof value === 'string' && isCellId(value), 'not a cell id');
export const leaseId = v.custom<LeaseId>((value) => typeof value === 'string' && isLeaseId(value), 'not a lease id');
export const runId = v.custom<RunId>((value) => typeof value === 'string' && isRunId(value), 'not a run id');
export const contentHash = v.custom<ContentHash>(
  (value) => typeof value === 'string' && isContentHash(value),
  'not a SHA-256',
);
export const errorCode = v.custom<FabricErrorCode>(
  (value) => typeof value === 'string' && isFabricErrorCode(value),
  'not an error code',
);

export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const u32 = v.pipe(count, v.maxValue(0xffff_ffff));
export const name = v.pipe(v.string(), v.maxLength(LINK_LIMITS.cellNameBytesMax));
export const taskletName = v.pipe(v.string(), v.minLength(1), v.maxLength(TASKLET_LIMITS.nameBytesMax));
export const message = v.pipe(v.string(), v.maxLength(4_096));
/** How another cell's signaling name looks: what PeerJS accepts, and no longer than ours are. */
export const peerName = v.pipe(v.string(), v.regex(/^[0-9a-z]{1,64}$/));
export const leaseKind = v.picklist(['cpu', 'mem']);
export const leaseTier = v.picklist(LEASE_TIERS);
export const revokeReason = v.picklist(REVOKE_REASONS);
export const revokeState = v.picklist(REVOKE_STATES);
export const generation = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
/** From a lease's grant or renewal to its deadline. */
export const ttlMs = v.pipe(
  v.number(),
  v.safeInteger(),
  v.minValue(LEASE_LIMITS.ttlMsMin),
  v.maxValue(LEASE_LIMITS.ttlMsMax),
);
export const waitMs = v.pipe(count, v.maxValue(MEMORY_LIMITS.waitMsMax));
export const graceMs = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LEASE_LIMITS.graceMsMax));

/** Exactly `sizeBytes` bytes. */
export function bytesOf(sizeBytes: number) {
  return v.pipe(
    v.instance(Uint8Array),
    v.check((value) => value.length === sizeBytes, `not ${sizeBytes} bytes`),
  );
}

/** A proof by the steward's key: who checks it hashes the key and compares that with the link of the fabric. */
export const stewardProof = v.strictObject({ publicKey: bytesOf(32), signature: bytesOf(64) });

/** A capability token, encoded; only its lessor reads more of it. */
export const tokenBytes = v.pipe(
  v.instance(Uint8Array),
  v.check((value) => value.length > 0 && value.length <= TOKEN_LIMITS.bytesMax, 'not a token'),
);

/** The text of a LeaseRef; its lessor and whoever opens it read more of it. */
export const leaseRef = v.pipe(v.string(), v.maxLength(LEASE_REF_LENGTH_MAX), v.regex(/^[\w-]+$/));

/** Up to `sizeBytesMax` bytes. */
export function bytesUpTo(sizeBytesMax: number) {
  return v.pipe(
    v.instance(Uint8Array),
    v.check((value) => value.length <= sizeBytesMax, `more than ${sizeBytesMax} bytes`),
  );
}

/** A failure as it crosses the wire: the recovery follows from the code. */
export const wireFailure = v.strictObject({ code: errorCode, message });
