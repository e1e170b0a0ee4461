import { answerItems, budgetOf, ensure, ensureRoom, type Arena } from './bytes/index.ts';
import { VEC, VEC_FORM } from './codes.ts';
import type { Operation, Operations } from './operation.ts';
import { capacityOf, LENGTH_BYTES, readSlot, requireFit, writeSlot, type Slots } from './slots.ts';

export const VEC_HEADER_BYTES = 24;

/** What the header of a vec says, checked against the region. */
export interface VecHeader extends Slots {
  readonly length: number;
  readonly capacity: number;
  readonly isRaw: boolean;
}

/** Faults when the bytes at `base` are not the header of a vec that lies in the region. */
export function readVec(arena: Arena, base: number): VecHeader {
  arena.check(base, VEC_HEADER_BYTES);
  const length = arena.u64(base);
  const capacity = arena.u64(base + 8);
  const stride = arena.u32(base + 16);
  const form = arena.u32(base + 20);
  requireStride(stride, form);
  const first = base + VEC_HEADER_BYTES;
  ensure(capacity <= Math.floor((arena.sizeBytes - first) / stride), 'a vec that reaches out of the region');
  ensure(length <= capacity, 'a vec longer than its capacity');
  return { length, capacity, stride, first, isRaw: form === VEC_FORM.raw };
}

export const vecOperations: Operations = new Map([
  [VEC.create, create],
  [VEC.open, open],
  [VEC.get, get],
  [VEC.set, set],
  [VEC.push, push],
  [VEC.pop, pop],
  [VEC.resize, resize],
]);

function create({ arena, base, args, answer }: Operation): void {
  const stride = args.u32();
  const form = args.u32();
  const wanted = args.u64();
  args.end();
  requireStride(stride, form);
  const capacity = capacityOf(wanted, arena.sizeBytes - base - VEC_HEADER_BYTES, stride);
  arena.check(base, VEC_HEADER_BYTES);
  arena.setU64(base, 0);
  arena.setU64(base + 8, capacity);
  arena.setU32(base + 16, stride);
  arena.setU32(base + 20, form);
  answer.bytes(arena.bytes.subarray(base, base + VEC_HEADER_BYTES));
}

function open({ arena, base, args, answer }: Operation): void {
  const stride = args.u32();
  const form = args.u32();
  args.end();
  const vec = readVec(arena, base);
  ensure(stride === 0 || (stride === vec.stride && (form === VEC_FORM.raw) === vec.isRaw), 'a vec of other elements');
  answer.bytes(arena.bytes.subarray(base, base + VEC_HEADER_BYTES));
}

function get({ arena, base, args, answer }: Operation): void {
  const index = args.u64();
  const wanted = args.u32();
  const budgetBytes = args.u32();
  args.end();
  const vec = readVec(arena, base);
  const count = Math.min(wanted, Math.max(vec.length - index, 0));
  if (!vec.isRaw) {
    answerItems(answer, count, budgetBytes, (item) => readSlot(arena, vec, index + item));
    return;
  }
  const fits = Math.min(count, Math.max(1, Math.floor(budgetOf(budgetBytes) / vec.stride)));
  answerRaw(answer, arena, vec, index, fits);
}

function set({ arena, base, args }: Operation): void {
  const index = args.u64();
  const vec = readVec(arena, base);
  if (vec.isRaw) {
    const elements = args.packed(vec.stride);
    args.end();
    ensure(index + elements.length / vec.stride <= vec.length, 'an index past the end');
    arena.bytes.set(elements, vec.first + index * vec.stride);
    return;
  }
  const elements = args.list();
  args.end();
  ensure(index + elements.length <= vec.length, 'an index past the end');
  requireFit(elements, vec.stride);
  elements.forEach((element, item) => writeSlot(arena, vec, index + item, element));
}

/** Pushes as many as there is room for and answers how many. */
function push({ arena, base, args, answer }: Operation): void {
  const vec = readVec(arena, base);
  const room = vec.capacity - vec.length;
  let pushed: number;
  if (vec.isRaw) {
    const elements = args.packed(vec.stride);
    args.end();
    pushed = Math.min(elements.length / vec.stride, room);
    arena.bytes.set(elements.subarray(0, pushed * vec.stride), vec.first + vec.length * vec.stride);
  } else {
    const elements = args.list();
    args.end();
    requireFit(elements, vec.stride);
    pushed = Math.min(elements.length, room);
    elements.slice(0, pushed).forEach((element, item) => writeSlot(arena, vec, vec.length + item, element));
  }
  arena.setU64(base, vec.length + pushed);
  answer.u32(pushed).u64(vec.length + pushed);
}

/** Takes up to so many from the end. They are answered as they stood, the last one last. */
function pop({ arena, base, args, answer }: Operation): void {
  const wanted = args.u32();
  args.end();
  const vec = readVec(arena, base);
  const count = Math.min(wanted, vec.length);
  const start = vec.length - count;
  if (vec.isRaw) {
    answerRaw(answer, arena, vec, start, count);
  } else {
    const written = answerItems(answer, count, 0, (item) => readSlot(arena, vec, start + item));
    ensureRoom(written === count, 'more than an answer carries');
  }
  arena.setU64(base, start);
}

/** New elements are zero; only raw ones have a zero to be. */
function resize({ arena, base, args }: Operation): void {
  const length = args.u64();
  args.end();
  const vec = readVec(arena, base);
  capacityOf(length, vec.capacity, 1);
  ensure(length <= vec.length || vec.isRaw, 'only a vec of raw elements grows by zeros');
  const from = vec.first + vec.length * vec.stride;
  if (length > vec.length) arena.bytes.fill(0, from, vec.first + length * vec.stride);
  arena.setU64(base, length);
}

function answerRaw(answer: Operation['answer'], arena: Arena, vec: VecHeader, index: number, count: number): void {
  ensureRoom(count * vec.stride <= budgetOf(0), 'more than an answer carries');
  const start = vec.first + index * vec.stride;
  answer.u32(count).bytes(arena.bytes.subarray(start, start + count * vec.stride));
}

function requireStride(stride: number, form: number): void {
  ensure(form === VEC_FORM.raw ? stride >= 1 : form === VEC_FORM.slots && stride > LENGTH_BYTES, 'no stride of a vec');
}
