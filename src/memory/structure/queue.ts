import { answerItems, ensure, ensureRoom, type Arena } from './bytes/index.ts';
import { QUEUE } from './codes.ts';
import type { Operation, Operations } from './operation.ts';
import { capacityOf, LENGTH_BYTES, readSlot, requireFit, writeSlot, type Slots } from './slots.ts';

const HEADER_BYTES = 32;
const HEAD = 0;
const TAIL = 8;
/** One slot stays free, so that full and empty differ. */
const CAPACITY_MIN = 2;

interface Queue extends Slots {
  /** Slot that is taken next. */
  readonly head: number;
  /** Slot that is filled next. */
  readonly tail: number;
  readonly capacity: number;
  readonly length: number;
}

export const queueOperations: Operations = new Map([
  [QUEUE.create, create],
  [QUEUE.open, open],
  [QUEUE.push, push],
  [QUEUE.pop, (operation) => take(operation, true)],
  [QUEUE.peek, (operation) => take(operation, false)],
  [QUEUE.clear, clear],
]);

function readQueue(arena: Arena, base: number): Queue {
  arena.check(base, HEADER_BYTES);
  const head = arena.u64(base + HEAD);
  const tail = arena.u64(base + TAIL);
  const capacity = arena.u64(base + 16);
  const stride = arena.u64(base + 24);
  const first = base + HEADER_BYTES;
  ensure(stride > LENGTH_BYTES && capacity >= CAPACITY_MIN, 'not a queue');
  ensure(capacity <= Math.floor((arena.sizeBytes - first) / stride), 'a queue that reaches out of the region');
  ensure(head < capacity && tail < capacity, 'a queue that reaches out of its ring');
  const length = tail >= head ? tail - head : tail + capacity - head;
  return { head, tail, capacity, stride, first, length };
}

function create({ arena, base, args, answer }: Operation): void {
  const stride = args.u32();
  ensure(args.u32() === 0, 'a field that must be 0');
  const wanted = args.u64();
  args.end();
  ensure(stride > LENGTH_BYTES, 'no stride of a queue');
  const capacity = capacityOf(wanted, arena.sizeBytes - base - HEADER_BYTES, stride);
  ensureRoom(capacity >= CAPACITY_MIN, 'a queue has two slots or more');
  arena.setU64(base + HEAD, 0);
  arena.setU64(base + TAIL, 0);
  arena.setU64(base + 16, capacity);
  arena.setU64(base + 24, stride);
  answer.bytes(arena.bytes.subarray(base, base + HEADER_BYTES));
}

function open({ arena, base, args, answer }: Operation): void {
  const stride = args.u32();
  ensure(args.u32() === 0, 'a field that must be 0');
  args.end();
  ensure(stride === 0 || stride === readQueue(arena, base).stride, 'a queue of other elements');
  readQueue(arena, base);
  answer.bytes(arena.bytes.subarray(base, base + HEADER_BYTES));
}

/** Pushes as many as there is room for; answers how many, and the head's word for whoever waits for room. */
function push(operation: Operation): void {
  const { arena, base, args, answer } = operation;
  const elements = args.list();
  args.end();
  const queue = readQueue(arena, base);
  requireFit(elements, queue.stride);
  const pushed = Math.min(elements.length, queue.capacity - 1 - queue.length);
  elements.slice(0, pushed).forEach((element, item) => {
    writeSlot(arena, queue, (queue.tail + item) % queue.capacity, element);
  });
  arena.setU64(base + TAIL, (queue.tail + pushed) % queue.capacity);
  answer.u32(pushed).u32(queue.head % 2 ** 32);
  if (pushed > 0) operation.wake = base + TAIL;
}

/** Answers the tail's word, for whoever waits for elements, then the elements. */
function take(operation: Operation, isPop: boolean): void {
  const { arena, base, args, answer } = operation;
  const wanted = args.u32();
  const budgetBytes = args.u32();
  args.end();
  const queue = readQueue(arena, base);
  answer.u32(queue.tail % 2 ** 32);
  const taken = answerItems(answer, Math.min(wanted, queue.length), budgetBytes, (item) =>
    readSlot(arena, queue, (queue.head + item) % queue.capacity),
  );
  if (!isPop || taken === 0) return;
  arena.setU64(base + HEAD, (queue.head + taken) % queue.capacity);
  operation.wake = base + HEAD;
}

function clear(operation: Operation): void {
  const { arena, base, args } = operation;
  args.end();
  const queue = readQueue(arena, base);
  arena.setU64(base + HEAD, queue.tail);
  operation.wake = base + HEAD;
}
