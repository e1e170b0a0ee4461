import { answerItems, budgetOf, ensure, ensureRoom, type Arena } from './bytes/index.ts';
import { VAR_VEC } from './codes.ts';
import type { Operation, Operations } from './operation.ts';
import { LENGTH_BYTES } from './slots.ts';

const HEADER_BYTES = 32;
const ENTRY_BYTES = 12;
const HEAP_USED = 24;
/** Heap set aside for each entry when a creator names no numbers. */
const HEAP_BYTES_EACH = 52;

interface VarVec {
  readonly base: number;
  readonly length: number;
  readonly indexCapacity: number;
  readonly heapBytes: number;
  readonly heapUsedBytes: number;
  /** Offset of the heap in the region. */
  readonly heap: number;
}

interface Entry {
  readonly offset: number;
  readonly length: number;
}

export const varVecOperations: Operations = new Map([
  [VAR_VEC.create, create],
  [VAR_VEC.open, open],
  [VAR_VEC.get, get],
  [VAR_VEC.set, set],
  [VAR_VEC.push, push],
  [VAR_VEC.pop, pop],
  [VAR_VEC.clear, clear],
]);

function readVarVec(arena: Arena, base: number): VarVec {
  arena.check(base, HEADER_BYTES);
  const length = arena.u64(base);
  const indexCapacity = arena.u64(base + 8);
  const heapBytes = arena.u64(base + 16);
  const heapUsedBytes = arena.u64(base + HEAP_USED);
  const roomBytes = arena.sizeBytes - base - HEADER_BYTES;
  ensure(indexCapacity > 0 && indexCapacity <= Math.floor(roomBytes / ENTRY_BYTES), 'not a vec of varying elements');
  const indexBytes = indexCapacity * ENTRY_BYTES;
  ensure(heapBytes <= roomBytes - indexBytes, 'a heap that reaches out of the region');
  ensure(length <= indexCapacity && heapUsedBytes <= heapBytes, 'a vec longer than its capacity');
  return { base, length, indexCapacity, heapBytes, heapUsedBytes, heap: base + HEADER_BYTES + indexBytes };
}

function create({ arena, base, args, answer }: Operation): void {
  const wantedIndex = args.u64();
  const wantedHeap = args.u64();
  args.end();
  const roomBytes = arena.sizeBytes - base - HEADER_BYTES;
  const indexCapacity =
    wantedIndex === 0 ? Math.floor((roomBytes - wantedHeap) / (ENTRY_BYTES + HEAP_BYTES_EACH)) : wantedIndex;
  ensureRoom(indexCapacity > 0 && indexCapacity <= Math.floor(roomBytes / ENTRY_BYTES), 'more than the region holds');
  const heapRoomBytes = roomBytes - indexCapacity * ENTRY_BYTES;
  ensureRoom(wantedHeap <= heapRoomBytes, 'more than the region holds');
  arena.setU64(base, 0);
  arena.setU64(base + 8, indexCapacity);
  arena.setU64(base + 16, wantedHeap === 0 ? heapRoomBytes : wantedHeap);
  arena.setU64(base + HEAP_USED, 0);
  answer.bytes(arena.bytes.subarray(base, base + HEADER_BYTES));
}

function open({ arena, base, args, answer }: Operation): void {
  args.end();
  readVarVec(arena, base);
  answer.bytes(arena.bytes.subarray(base, base + HEADER_BYTES));
}

function get({ arena, base, args, answer }: Operation): void {
  const index = args.u64();
  const wanted = args.u32();
  const budgetBytes = args.u32();
  args.end();
  const vec = readVarVec(arena, base);
  const count = Math.min(wanted, Math.max(vec.length - index, 0));
  answerItems(answer, count, budgetBytes, (item) => elementAt(arena, vec, index + item));
}

/** Replaces elements: in place where the new one is no longer, else on the heap's end, packing the heap when it must. */
function set({ arena, base, args }: Operation): void {
  const index = args.u64();
  const elements = args.list();
  args.end();
  const vec = readVarVec(arena, base);
  ensure(index + elements.length <= vec.length, 'an index past the end');
  const longer = elements.filter((element, item) => element.length > entryAt(arena, vec, index + item).length);
  const neededBytes = totalBytes(longer);
  if (neededBytes > vec.heapBytes - vec.heapUsedBytes) {
    writePacked(arena, vec, (at) => elements[at - index] ?? elementAt(arena, vec, at));
    return;
  }
  let used = vec.heapUsedBytes;
  elements.forEach((element, item) => {
    const entry = entryAt(arena, vec, index + item);
    const isLonger = element.length > entry.length;
    // A number read again may have been scribbled over: the heap's bound still holds.
    ensureRoom(!isLonger || element.length <= vec.heapBytes - used, 'the heap is full');
    placeElement(arena, vec, index + item, isLonger ? used : entry.offset, element);
    if (isLonger) used += element.length;
  });
  arena.setU64(base + HEAP_USED, used);
}

function push({ arena, base, args, answer }: Operation): void {
  const elements = args.list();
  args.end();
  let vec = readVarVec(arena, base);
  const wantedBytes = totalBytes(elements.slice(0, vec.indexCapacity - vec.length));
  if (wantedBytes > vec.heapBytes - vec.heapUsedBytes) vec = pack(arena, vec);
  let used = vec.heapUsedBytes;
  let pushed = 0;
  for (const element of elements) {
    if (vec.length + pushed >= vec.indexCapacity || element.length > vec.heapBytes - used) break;
    placeElement(arena, vec, vec.length + pushed, used, element);
    used += element.length;
    pushed++;
  }
  arena.setU64(base + HEAP_USED, used);
  arena.setU64(base, vec.length + pushed);
  answer.u32(pushed).u64(vec.length + pushed);
}

/** Takes as many as the budget holds, none larger than it. */
function pop({ arena, base, args, answer }: Operation): void {
  const wanted = args.u32();
  const budgetBytes = budgetOf(args.u32());
  args.end();
  const vec = readVarVec(arena, base);
  let start = vec.length;
  let usedBytes = 0;
  let heapUsed = vec.heapUsedBytes;
  while (start > 0 && vec.length - start < wanted) {
    const entry = entryAt(arena, vec, start - 1);
    usedBytes += LENGTH_BYTES + entry.length;
    if (usedBytes > budgetBytes) break;
    if (entry.offset + entry.length === heapUsed) heapUsed = entry.offset;
    start--;
  }
  ensureRoom(start < vec.length || vec.length === 0 || wanted === 0, 'an element larger than the budget');
  answerItems(answer, vec.length - start, budgetBytes, (item) => elementAt(arena, vec, start + item));
  arena.setU64(base + HEAP_USED, start === 0 ? 0 : heapUsed);
  arena.setU64(base, start);
}

function clear({ arena, base, args }: Operation): void {
  args.end();
  readVarVec(arena, base);
  arena.setU64(base, 0);
  arena.setU64(base + HEAP_USED, 0);
}

function entryAt(arena: Arena, vec: VarVec, index: number): Entry {
  const at = vec.base + HEADER_BYTES + index * ENTRY_BYTES;
  const offset = arena.u64(at);
  const length = arena.u32(at + 8);
  ensure(offset + length <= vec.heapBytes, 'an element out of its heap');
  return { offset, length };
}

function elementAt(arena: Arena, vec: VarVec, index: number): Uint8Array {
  const { offset, length } = entryAt(arena, vec, index);
  return arena.bytes.subarray(vec.heap + offset, vec.heap + offset + length);
}

function setEntry(arena: Arena, vec: VarVec, index: number, { offset, length }: Entry): void {
  const at = vec.base + HEADER_BYTES + index * ENTRY_BYTES;
  arena.setU64(at, offset);
  arena.setU32(at + 8, length);
}

function placeElement(arena: Arena, vec: VarVec, index: number, offset: number, element: Uint8Array): void {
  setEntry(arena, vec, index, { offset, length: element.length });
  arena.bytes.set(element, vec.heap + offset);
}

/** Moves all elements together at the heap's start, in their order. */
function pack(arena: Arena, vec: VarVec): VarVec {
  writePacked(arena, vec, (index) => elementAt(arena, vec, index));
  return readVarVec(arena, vec.base);
}

function writePacked(arena: Arena, vec: VarVec, contentOf: (index: number) => Uint8Array): void {
  let neededBytes = 0;
  for (let index = 0; index < vec.length; index++) neededBytes += contentOf(index).length;
  ensureRoom(neededBytes <= vec.heapBytes, 'the heap is full');
  const packed = new Uint8Array(neededBytes);
  let used = 0;
  for (let index = 0; index < vec.length; index++) {
    const content = contentOf(index);
    ensure(content.length <= neededBytes - used, 'an element that changed under our hands');
    packed.set(content, used);
    setEntry(arena, vec, index, { offset: used, length: content.length });
    used += content.length;
  }
  arena.bytes.set(packed, vec.heap);
  arena.setU64(vec.base + HEAP_USED, used);
}

function totalBytes(elements: readonly Uint8Array[]): number {
  return elements.reduce((total, { length }) => total + length, 0);
}
