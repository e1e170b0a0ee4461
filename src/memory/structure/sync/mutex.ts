import { ensure, type Arena } from '../bytes/index.ts';
import { HOLD, MUTEX } from '../codes.ts';
import type { Operation, Operations } from '../operation.ts';
import { extend, isHeld, leftMs, release, requireHold, take, type Hold } from './hold.ts';
import { hasTag, nextTurn, requireTag, TAG, TURN } from './tagged.ts';

const SIZE_BYTES = 32;
const FENCE = 8;
const HOLDER = 16;
const EXPIRES = 24;

export const mutexOperations: Operations = new Map([
  [MUTEX.create, create],
  [MUTEX.open, open],
  [MUTEX.lock, lock],
  [MUTEX.renew, renew],
  [MUTEX.unlock, unlock],
  [MUTEX.read, read],
  [MUTEX.write, write],
]);

function holdAt(arena: Arena, base: number): Hold {
  requireTag(arena, base, TAG.mutex, SIZE_BYTES);
  return { arena, fenceAt: base + FENCE, expiresAt: base + EXPIRES };
}

/** A mutex made anew over another keeps its fence, so that holders of before stay fenced. */
function create(operation: Operation): void {
  const { arena, base, args } = operation;
  args.end();
  arena.check(base, SIZE_BYTES);
  const isNew = !hasTag(arena, base, TAG.mutex);
  arena.setU32(base, TAG.mutex);
  if (isNew) arena.setU32(base + TURN, 0);
  arena.setU64(base + FENCE, isNew ? 0 : arena.u64(base + FENCE) + 1);
  arena.setU64(base + HOLDER, 0);
  arena.setU64(base + EXPIRES, 0);
  moveOn(operation);
}

function open({ arena, base, args }: Operation): void {
  args.end();
  holdAt(arena, base);
}

/** Answers what came of it, the turn to wait on, the fence when got, else who holds and how much is left. */
function lock({ arena, base, args, answer, nowMs }: Operation): void {
  const holder = args.bits64();
  const ttlMs = args.u32();
  args.end();
  const hold = holdAt(arena, base);
  const left = leftMs(hold, nowMs);
  const turn = arena.u32(base + TURN);
  if (left > 0) {
    answer
      .u32(HOLD.busy)
      .u32(turn)
      .u64(0)
      .u64(arena.view.getBigUint64(base + HOLDER, true))
      .u64(Math.ceil(left));
    return;
  }
  const outcome = isHeld(hold) ? HOLD.recovered : HOLD.got;
  const fence = take(hold, ttlMs, nowMs);
  arena.view.setBigUint64(base + HOLDER, holder, true);
  answer.u32(outcome).u32(turn).u64(fence).u64(holder).u64(ttlMs);
}

function renew({ arena, base, args, nowMs }: Operation): void {
  const fence = args.u64();
  const ttlMs = args.u32();
  args.end();
  const hold = holdAt(arena, base);
  requireHold(hold, fence, nowMs);
  extend(hold, ttlMs, nowMs);
}

function unlock(operation: Operation): void {
  const { arena, base, args, nowMs } = operation;
  const fence = args.u64();
  args.end();
  const hold = holdAt(arena, base);
  requireHold(hold, fence, nowMs);
  release(hold);
  moveOn(operation);
}

/** Reads any range of the region while the hold lasts. */
function read({ arena, base, args, answer, nowMs }: Operation): void {
  const fence = args.u64();
  const offset = args.u64();
  const length = args.u32();
  args.end();
  requireHold(holdAt(arena, base), fence, nowMs);
  arena.check(offset, length);
  answer.bytes(arena.bytes.subarray(offset, offset + length));
}

/** Writes any range of the region but the mutex while the hold lasts. */
function write({ arena, base, args, nowMs }: Operation): void {
  const fence = args.u64();
  const offset = args.u64();
  const bytes = args.item();
  args.end();
  requireHold(holdAt(arena, base), fence, nowMs);
  arena.check(offset, bytes.length);
  ensure(offset >= base + SIZE_BYTES || offset + bytes.length <= base, 'a range over the mutex itself');
  arena.bytes.set(bytes, offset);
}

function moveOn(operation: Operation): void {
  nextTurn(operation.arena, operation.base);
  operation.wake = operation.base + TURN;
}
