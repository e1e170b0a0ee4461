import { ensure, ensureRoom, type Arena } from '../bytes/index.ts';
import { HOLD, ONCE } from '../codes.ts';
import type { Operation, Operations } from '../operation.ts';
import { extend, isHeld, leftMs, release, requireHold, take, type Hold } from './hold.ts';
import { nextTurn, requireTag, TAG, TURN } from './tagged.ts';

const HEADER_BYTES = 40;
const IS_DONE = 8;
const CAPACITY = 12;
const FENCE = 16;
const EXPIRES = 24;
const LENGTH = 32;

export const onceOperations: Operations = new Map([
  [ONCE.create, create],
  [ONCE.open, open],
  [ONCE.begin, begin],
  [ONCE.renew, renew],
  [ONCE.complete, complete],
  [ONCE.fail, fail],
]);

interface Once {
  readonly hold: Hold;
  readonly isDone: boolean;
  readonly capacity: number;
}

function readOnce(arena: Arena, base: number): Once {
  requireTag(arena, base, TAG.once, HEADER_BYTES);
  const capacity = arena.u32(base + CAPACITY);
  arena.check(base + HEADER_BYTES, capacity);
  const isDone = arena.u32(base + IS_DONE) === 1;
  return { hold: { arena, fenceAt: base + FENCE, expiresAt: base + EXPIRES }, isDone, capacity };
}

function create({ arena, base, args }: Operation): void {
  const capacity = args.u32();
  args.end();
  arena.check(base, HEADER_BYTES);
  ensureRoom(base + HEADER_BYTES + capacity <= arena.sizeBytes, 'more than the region holds');
  arena.bytes.fill(0, base, base + HEADER_BYTES);
  arena.setU32(base, TAG.once);
  arena.setU32(base + CAPACITY, capacity);
}

function open({ arena, base, args, answer }: Operation): void {
  args.end();
  answer.u32(readOnce(arena, base).capacity);
}

/** Answers what came of it, the turn to wait on, the fence when got, what is left when busy, the value when done. */
function begin({ arena, base, args, answer, nowMs }: Operation): void {
  const ttlMs = args.u32();
  args.end();
  const { hold, isDone, capacity } = readOnce(arena, base);
  const turn = arena.u32(base + TURN);
  const left = leftMs(hold, nowMs);
  if (isDone) {
    const length = arena.u32(base + LENGTH);
    ensure(length <= capacity, 'a value over its capacity');
    const value = arena.bytes.subarray(base + HEADER_BYTES, base + HEADER_BYTES + length);
    answer.u32(HOLD.done).u32(turn).u64(0).u64(0).item(value);
  } else if (left > 0) {
    answer.u32(HOLD.busy).u32(turn).u64(0).u64(Math.ceil(left)).u32(0);
  } else {
    const outcome = isHeld(hold) ? HOLD.recovered : HOLD.got;
    answer
      .u32(outcome)
      .u32(turn)
      .u64(take(hold, ttlMs, nowMs))
      .u64(ttlMs)
      .u32(0);
  }
}

function renew({ arena, base, args, nowMs }: Operation): void {
  const fence = args.u64();
  const ttlMs = args.u32();
  args.end();
  const { hold } = readOnce(arena, base);
  requireHold(hold, fence, nowMs);
  extend(hold, ttlMs, nowMs);
}

function complete(operation: Operation): void {
  const { arena, base, args, nowMs } = operation;
  const fence = args.u64();
  const value = args.item();
  args.end();
  const { hold, capacity } = readOnce(arena, base);
  requireHold(hold, fence, nowMs);
  ensureRoom(value.length <= capacity, 'a value over its capacity');
  arena.setU32(base + LENGTH, value.length);
  arena.bytes.set(value, base + HEADER_BYTES);
  arena.setU32(base + IS_DONE, 1);
  leave(operation, hold);
}

/** Lets the next one try. */
function fail(operation: Operation): void {
  const { arena, base, args, nowMs } = operation;
  const fence = args.u64();
  args.end();
  const { hold } = readOnce(arena, base);
  requireHold(hold, fence, nowMs);
  leave(operation, hold);
}

function leave(operation: Operation, hold: Hold): void {
  release(hold);
  nextTurn(operation.arena, operation.base);
  operation.wake = operation.base + TURN;
}
