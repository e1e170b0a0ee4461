import { STRUCTURE_LIMITS } from '../../../core/index.ts';
import { STATUS } from '../../../tasklet/index.ts';
import { ensure, StructureFault, type Arena } from '../bytes/index.ts';

/** Where a hold stands: u64 fence, u64 the time on the owner's clock when it is over, 0 when nobody holds. */
export interface Hold {
  readonly arena: Arena;
  readonly fenceAt: number;
  readonly expiresAt: number;
}

/** Milliseconds left of the hold; 0 when it is over or nobody holds. */
export function leftMs({ arena, expiresAt }: Hold, nowMs: number): number {
  // A deadline further off than any hold was never written by us.
  return Math.min(Math.max(arena.u64(expiresAt) - nowMs, 0), STRUCTURE_LIMITS.holdMsMax);
}

export function isHeld({ arena, expiresAt }: Hold): boolean {
  return arena.u64(expiresAt) !== 0;
}

/** Takes the hold under the next fence, and answers that. */
export function take(hold: Hold, ttlMs: number, nowMs: number): number {
  const fence = hold.arena.u64(hold.fenceAt) + 1;
  extend(hold, ttlMs, nowMs);
  hold.arena.setU64(hold.fenceAt, fence);
  return fence;
}

export function extend({ arena, expiresAt }: Hold, ttlMs: number, nowMs: number): void {
  ensure(ttlMs > 0 && ttlMs <= STRUCTURE_LIMITS.holdMsMax, 'no time to hold for');
  arena.setU64(expiresAt, Math.ceil(nowMs) + ttlMs);
}

export function release({ arena, expiresAt }: Hold): void {
  arena.setU64(expiresAt, 0);
}

/** Faults with `fenced` unless the hold under `fence` still lasts. */
export function requireHold(hold: Hold, fence: number, nowMs: number): void {
  const isMine = hold.arena.u64(hold.fenceAt) === fence && isHeld(hold) && leftMs(hold, nowMs) > 0;
  if (!isMine) throw new StructureFault(STATUS.fenced, 'the hold has ended or moved on');
}
