import { STRUCTURE_LIMITS } from '../../../core/index.ts';
import { budgetOf, ensure, ensureRoom, type Arena } from '../bytes/index.ts';
import { HASH_MAP, NUMBER_FORM } from '../codes.ts';
import type { Operation, Operations } from '../operation.ts';
import { capacityOf } from '../slots.ts';
import { bucketBytesOf, HASH_MAP_HEADER_BYTES, HashTable } from './hash-table.ts';
import { HashedBytes } from './hashed-bytes.ts';

const ABSENT = 0xffff_ffff;
const LENGTH_BYTES = 4;
const NUMBER_BYTES = 8;

export const hashMapOperations: Operations = new Map([
  [HASH_MAP.create, create],
  [HASH_MAP.open, open],
  [HASH_MAP.get, get],
  [HASH_MAP.insert, insert],
  [HASH_MAP.remove, remove],
  [HASH_MAP.add, add],
  [HASH_MAP.scan, scan],
  [HASH_MAP.clear, clear],
]);

function loaded(arena: Arena, base: number): HashTable {
  const table = new HashTable(arena, base);
  table.load();
  return table;
}

function create({ arena, base, args, answer }: Operation): void {
  const keyStride = args.u32();
  const valueStride = args.u32();
  const wanted = args.u64();
  args.end();
  ensure(keyStride > 0, 'no stride of a key');
  const roomBytes = arena.sizeBytes - base - HASH_MAP_HEADER_BYTES;
  const bucketCount = capacityOf(wanted, roomBytes, bucketBytesOf(keyStride, valueStride));
  ensureRoom(bucketCount > 0, 'a map has a bucket or more');
  [0, bucketCount, keyStride, valueStride].forEach((field, index) => arena.setU64(base + index * 8, field));
  loaded(arena, base).clear();
  answer.bytes(arena.bytes.subarray(base, base + HASH_MAP_HEADER_BYTES));
}

function open({ arena, base, args, answer }: Operation): void {
  const keyStride = args.u32();
  const valueStride = args.u32();
  args.end();
  const table = loaded(arena, base);
  ensure(keyStride === 0 || keyStride === table.keyStride, 'a map of other keys');
  ensure(valueStride === 0 || valueStride === table.valueStride, 'a map of other values');
  answer.bytes(arena.bytes.subarray(base, base + HASH_MAP_HEADER_BYTES));
}

/** Answers each key's value in turn, until the answer is full. */
function get({ arena, base, args, answer }: Operation): void {
  const keys = args.list();
  args.end();
  const table = loaded(arena, base);
  const countAt = answer.later();
  let answered = 0;
  for (const key of keys) {
    const bucket = table.find(HashedBytes.of(key));
    const value = bucket === -1 ? undefined : table.valueOf(bucket);
    if (answer.sizeBytes + LENGTH_BYTES + (value?.length ?? 0) > STRUCTURE_LIMITS.answerBytesMax) break;
    if (value === undefined) answer.u32(ABSENT);
    else answer.item(value);
    answered++;
  }
  ensureRoom(answered > 0 || keys.length === 0, 'a value larger than an answer');
  answer.setLater(countAt, answered);
}

/** Inserts one after the other until there is no room; answers how many, and how many of them are new. */
function insert({ arena, base, args, answer }: Operation): void {
  const pairs = args.pairs();
  args.end();
  const table = loaded(arena, base);
  for (const [key, value] of pairs) {
    ensureRoom(key.length <= table.keyStride && value.length <= table.valueStride, 'a key or value over its stride');
  }
  const countBefore = table.count;
  let done = 0;
  for (const [key, value] of pairs) {
    const bucket = table.findOrAdd(HashedBytes.of(key));
    if (bucket === -1) break;
    table.setValue(bucket, value, value.length);
    done++;
  }
  answer.u32(done).u32(table.count - countBefore);
}

function remove({ arena, base, args, answer }: Operation): void {
  const keys = args.list();
  args.end();
  const table = loaded(arena, base);
  let removed = 0;
  for (const key of keys) {
    const bucket = table.find(HashedBytes.of(key));
    if (bucket === -1) continue;
    table.remove(bucket);
    removed++;
  }
  answer.u32(removed);
}

/** Adds to the numbers under the keys, an absent one being 0, until there is no room; answers the sums. */
function add({ arena, base, args, answer }: Operation): void {
  const form = args.u32();
  ensure(form === NUMBER_FORM.integer || form === NUMBER_FORM.float, 'no form of a number');
  const pairs = args.pairs();
  args.end();
  const table = loaded(arena, base);
  ensureRoom(table.valueStride >= NUMBER_BYTES, 'values too short for a number');
  for (const [key, delta] of pairs) {
    ensureRoom(key.length <= table.keyStride, 'a key over its stride');
    ensure(delta.length === NUMBER_BYTES, 'not a number of 64 bits');
    const bucket = table.find(HashedBytes.of(key));
    ensure(bucket === -1 || table.valueLength(bucket) === NUMBER_BYTES, 'a value that is not a number');
  }
  const countAt = answer.later();
  let done = 0;
  for (const [key, delta] of pairs) {
    const bucket = table.findOrAdd(HashedBytes.of(key));
    if (bucket === -1) break;
    if (table.valueLength(bucket) === 0) table.setValue(bucket, new Uint8Array(NUMBER_BYTES), NUMBER_BYTES);
    addNumber(arena.view, table.valueOffset(bucket), form, delta);
    answer.bytes(table.valueOf(bucket));
    done++;
  }
  answer.setLater(countAt, done);
}

function addNumber(view: DataView, offset: number, form: number, delta: Uint8Array): void {
  const other = new DataView(delta.buffer, delta.byteOffset, delta.byteLength);
  if (form === NUMBER_FORM.float) {
    view.setFloat64(offset, view.getFloat64(offset, true) + other.getFloat64(0, true), true);
  } else {
    view.setBigUint64(offset, BigInt.asUintN(64, view.getBigUint64(offset, true) + other.getBigUint64(0, true)), true);
  }
}

/** Answers the bucket to go on from, then the pairs found. */
function scan({ arena, base, args, answer }: Operation): void {
  const from = args.u64();
  const wanted = args.u32();
  const budgetBytes = budgetOf(args.u32());
  args.end();
  const table = loaded(arena, base);
  const end = Math.min(table.bucketCount, from + STRUCTURE_LIMITS.bucketsPerScanMax);
  const found: [Uint8Array, Uint8Array][] = [];
  let usedBytes = 0;
  let index = from;
  for (; index < end && found.length < wanted; index++) {
    const bucket = table.bucketAt(index);
    if (!table.isUsed(bucket)) continue;
    const key = table.keyOf(bucket);
    const value = table.valueOf(bucket);
    usedBytes += 2 * LENGTH_BYTES + key.length + value.length;
    if (found.length > 0 && usedBytes > budgetBytes) break;
    ensureRoom(usedBytes <= STRUCTURE_LIMITS.answerBytesMax, 'a pair larger than an answer');
    found.push([key, value]);
  }
  answer.u64(Math.min(index, table.bucketCount)).u64(table.bucketCount).pairs(found);
}

function clear({ arena, base, args }: Operation): void {
  args.end();
  loaded(arena, base).clear();
}
