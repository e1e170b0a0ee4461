import { assert, concatBytes, fromHex, utf8, type Bytes, type ContentHash, type RunId } from '../core/index.ts';

/** Status codes that imports answer (ABI.md §2). */
export const STATUS = {
  ok: 0,
  disconnected: -1,
  leaseExpired: -2,
  fenced: -3,
  capacityExceeded: -4,
  unsupported: -5,
  revoked: -6,
  invalidArgument: -22,
} as const;

export const WASM_PAGE_BYTES = 65_536;

/** Bytes that one unit of fuel moves through an import (ABI.md §6). */
export const BYTES_PER_FUEL = 64;

/** What a run tells its tasklet; equal on every replica of the run. */
export interface TaskletContext {
  readonly runId: RunId;
  readonly program: string;
  readonly tasklet: string;
  readonly module: ContentHash;
  readonly input: ContentHash;
  readonly submittedWallMs: number;
  readonly fuelLimit: number;
  readonly memoryPagesMax: number;
  /** Leases of memory handed to the run. */
  readonly leaseCount: number;
}

const CONTEXT_FIXED_BYTES = 116;

/** The context's bytes (ABI.md §3). */
export function encodeContext(context: TaskletContext): Bytes {
  const program = utf8(context.program);
  const tasklet = utf8(context.tasklet);
  const fixed = new Uint8Array(CONTEXT_FIXED_BYTES);
  const view = new DataView(fixed.buffer);
  view.setBigUint64(8, submissionNanoseconds(context.submittedWallMs), true);
  view.setBigUint64(16, BigInt(context.fuelLimit), true);
  view.setUint32(24, context.memoryPagesMax, true);
  view.setUint32(28, context.leaseCount, true);
  fixed.set(bytesOfId(context.runId), 32);
  fixed.set(bytesOfId(context.module), 48);
  fixed.set(bytesOfId(context.input), 80);
  view.setUint16(112, program.length, true);
  view.setUint16(114, tasklet.length, true);
  return concatBytes(fixed, program, tasklet);
}

/** Unix nanoseconds of a time in whole milliseconds. */
export function submissionNanoseconds(wallMs: number): bigint {
  return BigInt(Math.trunc(wallMs)) * 1_000_000n;
}

/** The bytes an id spells in hex. */
export function bytesOfId(id: RunId | ContentHash): Bytes {
  const bytes = fromHex(id);
  assert(bytes !== undefined, 'ids are hex');
  return bytes;
}
