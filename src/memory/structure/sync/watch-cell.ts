import { ensure, ensureRoom, type Arena } from '../bytes/index.ts';
import { WATCH_CELL } from '../codes.ts';
import type { Operation, Operations } from '../operation.ts';
import { nextTurn, requireTag, TAG, TURN } from './tagged.ts';

const HEADER_BYTES = 16;
const CAPACITY = 8;
const LENGTH = 12;

export const watchCellOperations: Operations = new Map([
  [WATCH_CELL.create, create],
  [WATCH_CELL.open, open],
  [WATCH_CELL.get, get],
  [WATCH_CELL.set, set],
  [WATCH_CELL.compareAndSet, compareAndSet],
]);

function capacityAt(arena: Arena, base: number): number {
  requireTag(arena, base, TAG.watchCell, HEADER_BYTES);
  const capacity = arena.u32(base + CAPACITY);
  arena.check(base + HEADER_BYTES, capacity);
  return capacity;
}

function create({ arena, base, args }: Operation): void {
  const capacity = args.u32();
  args.end();
  ensureRoom(base + HEADER_BYTES + capacity <= arena.sizeBytes, 'more than the region holds');
  [TAG.watchCell, 0, capacity, 0].forEach((word, index) => arena.setU32(base + index * 4, word));
}

function open({ arena, base, args, answer }: Operation): void {
  args.end();
  answer.u32(capacityAt(arena, base));
}

/** Answers the version and the value. */
function get({ arena, base, args, answer }: Operation): void {
  args.end();
  const capacity = capacityAt(arena, base);
  const length = arena.u32(base + LENGTH);
  ensure(length <= capacity, 'a value over its capacity');
  const value = arena.bytes.subarray(base + HEADER_BYTES, base + HEADER_BYTES + length);
  answer.u32(arena.u32(base + TURN)).item(value);
}

/** Answers the new version. */
function set(operation: Operation): void {
  const value = operation.args.item();
  operation.args.end();
  replace(operation, value);
  operation.answer.u32(operation.arena.u32(operation.base + TURN));
}

/** Sets the value only over the version expected. Answers whether it did, and the version there is now. */
function compareAndSet(operation: Operation): void {
  const { arena, base, args, answer } = operation;
  const expected = args.u32();
  const value = args.item();
  args.end();
  capacityAt(arena, base);
  const isExpected = arena.u32(base + TURN) === expected;
  if (isExpected) replace(operation, value);
  answer.u32(isExpected ? 1 : 0).u32(arena.u32(base + TURN));
}

function replace(operation: Operation, value: Uint8Array): void {
  const { arena, base } = operation;
  ensureRoom(value.length <= capacityAt(arena, base), 'a value over its capacity');
  arena.setU32(base + LENGTH, value.length);
  arena.bytes.set(value, base + HEADER_BYTES);
  nextTurn(arena, base);
  operation.wake = base + TURN;
}
