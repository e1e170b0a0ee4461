import { ensure, ensureRoom, type Arena } from '../bytes/index.ts';
import type { HashedBytes } from './hashed-bytes.ts';

export const HASH_MAP_HEADER_BYTES = 32;
const COUNT = 0;
const BUCKET_COUNT = 8;
const KEY_STRIDE = 16;
const VALUE_STRIDE = 24;

const EMPTY = 0;
const USED = 1;
const TOMBSTONE = 2;

/** A bucket: u8 state, u64 hash, u32 key length, key, u32 value length, value; key and value padded to their strides. */
const HASH = 1;
const KEY_LENGTH = 9;
const KEY = 13;
/** All of a bucket but key and value. */
const BUCKET_FIXED_BYTES = 17;
const VALUE_LENGTH_BYTES = 4;

/** Up to here a loop copies faster than the engine's own. */
const COPIED_BYTES_MAX = 64;

const TWO_TO_16 = 2 ** 16;

export function bucketBytesOf(keyStride: number, valueStride: number): number {
  return BUCKET_FIXED_BYTES + keyStride + valueStride;
}

/**
 * A table of buckets with open addressing and linear probing. `load` reads its header and checks it against the region,
 * its shape only when that is another than before; what follows until the next `load` uses what was read, under the
 * structure lock. A bucket is named by its offset.
 */
export class HashTable {
  // All of this is read at every access: engines read `#` fields several times slower, and those defined before they are
  // assigned too.
  declare readonly arena: Arena;
  declare readonly base: number;
  declare count: number;
  declare bucketCount: number;
  declare keyStride: number;
  declare valueStride: number;
  declare bucketBytes: number;
  declare private first: number;

  constructor(arena: Arena, base: number) {
    this.arena = arena;
    this.base = base;
    this.count = 0;
    this.bucketCount = 0;
    this.keyStride = 0;
    this.valueStride = 0;
    this.bucketBytes = 0;
    this.first = 0;
  }

  load(): void {
    const { arena, base } = this;
    if (!this.isAsLoaded()) this.loadShape();
    this.count = arena.u64(base + COUNT);
    ensure(this.count <= this.bucketCount, 'a map of more than its buckets');
  }

  /** Bucket number `index`. */
  bucketAt(index: number): number {
    return this.first + index * this.bucketBytes;
  }

  isUsed(bucket: number): boolean {
    return this.arena.bytes[bucket] === USED;
  }

  /** The bucket that holds `key`, or -1. */
  find(key: HashedBytes): number {
    const { arena, bucketCount } = this;
    let index = this.homeOf(key);
    for (let probed = 0; probed < bucketCount; probed++) {
      const bucket = this.bucketAt(index);
      const state = arena.bytes[bucket];
      if (state === EMPTY) return -1;
      if (state === USED && this.holds(bucket, key)) return bucket;
      index = index + 1 === bucketCount ? 0 : index + 1;
    }
    return -1;
  }

  /** The bucket that holds `key`, made if need be with an empty value; -1 when there is no room for it. */
  findOrAdd(key: HashedBytes): number {
    ensureRoom(key.length <= this.keyStride, 'a key over its stride');
    const found = this.find(key);
    if (found !== -1) return found;
    let index = this.homeOf(key);
    for (let probed = 0; probed < this.bucketCount; probed++) {
      const bucket = this.bucketAt(index);
      if (!this.isUsed(bucket)) {
        this.fill(bucket, key);
        return bucket;
      }
      index = index + 1 === this.bucketCount ? 0 : index + 1;
    }
    return -1;
  }

  /** Where the value's bytes begin. */
  valueOffset(bucket: number): number {
    return bucket + BUCKET_FIXED_BYTES + this.keyStride;
  }

  valueLength(bucket: number): number {
    const length = this.arena.u32(bucket + KEY + this.keyStride);
    ensure(length <= this.valueStride, 'a value over its stride');
    return length;
  }

  setValue(bucket: number, value: Uint8Array, length: number): void {
    const { arena } = this;
    const offset = this.valueOffset(bucket);
    arena.setU32(offset - VALUE_LENGTH_BYTES, length);
    copy(arena.bytes, offset, value, length);
  }

  keyOf(bucket: number): Uint8Array {
    const length = this.arena.u32(bucket + KEY_LENGTH);
    ensure(length <= this.keyStride, 'a key over its stride');
    return this.arena.bytes.subarray(bucket + KEY, bucket + KEY + length);
  }

  valueOf(bucket: number): Uint8Array {
    const offset = this.valueOffset(bucket);
    return this.arena.bytes.subarray(offset, offset + this.valueLength(bucket));
  }

  /** Empties a bucket. Where nothing follows it in its run, it and the tombstones before it need not be probed again. */
  remove(bucket: number): void {
    const { bytes } = this.arena;
    let index = (bucket - this.first) / this.bucketBytes;
    const next = this.bucketAt(index + 1 === this.bucketCount ? 0 : index + 1);
    this.setCount(this.count - 1);
    if (bytes[next] !== EMPTY || next === bucket) {
      bytes[bucket] = next === bucket ? EMPTY : TOMBSTONE;
      return;
    }
    bytes[bucket] = EMPTY;
    for (let cleared = 1; cleared < this.bucketCount; cleared++) {
      index = index === 0 ? this.bucketCount - 1 : index - 1;
      if (bytes[this.bucketAt(index)] !== TOMBSTONE) return;
      bytes[this.bucketAt(index)] = EMPTY;
    }
  }

  clear(): void {
    this.arena.bytes.fill(0, this.first, this.bucketAt(this.bucketCount));
    this.setCount(0);
  }

  private fill(bucket: number, key: HashedBytes): void {
    const { arena } = this;
    arena.setU32(bucket + HASH, key.low);
    arena.setU32(bucket + HASH + 4, key.high());
    arena.setU32(bucket + KEY_LENGTH, key.length);
    copy(arena.bytes, bucket + KEY, key.bytes, key.length);
    arena.setU32(bucket + KEY + this.keyStride, 0);
    arena.bytes[bucket] = USED;
    this.setCount(this.count + 1);
  }

  private setCount(count: number): void {
    this.count = Math.max(count, 0);
    this.arena.setU64(this.base + COUNT, this.count);
  }

  /** The high half of the hash is stored for others; the bytes themselves say whether the key is the same. */
  private holds(bucket: number, { bytes, length, low }: HashedBytes): boolean {
    const { arena } = this;
    if (arena.view.getInt32(bucket + HASH, true) !== low) return false;
    if (arena.u32(bucket + KEY_LENGTH) !== length || length > this.keyStride) return false;
    for (let at = 0; at < length; at++) if (arena.bytes[bucket + KEY + at] !== bytes[at]) return false;
    return true;
  }

  /** The bucket that a key would like best: for a power of two the low half of its hash says which. */
  private homeOf(key: HashedBytes): number {
    const { bucketCount } = this;
    const isPowerOfTwo = (bucketCount & (bucketCount - 1)) === 0 && bucketCount <= 2 ** 31;
    return isPowerOfTwo ? (key.low & (bucketCount - 1)) >>> 0 : remainder(key.high(), key.low >>> 0, bucketCount);
  }

  /** Whether the shape is the one that was last checked. */
  private isAsLoaded(): boolean {
    const { arena, base } = this;
    return (
      this.bucketCount !== 0 &&
      arena.u64(base + BUCKET_COUNT) === this.bucketCount &&
      arena.u64(base + KEY_STRIDE) === this.keyStride &&
      arena.u64(base + VALUE_STRIDE) === this.valueStride
    );
  }

  private loadShape(): void {
    const { arena, base } = this;
    arena.check(base, HASH_MAP_HEADER_BYTES);
    this.bucketCount = 0;
    this.keyStride = arena.u64(base + KEY_STRIDE);
    this.valueStride = arena.u64(base + VALUE_STRIDE);
    this.bucketBytes = bucketBytesOf(this.keyStride, this.valueStride);
    this.first = base + HASH_MAP_HEADER_BYTES;
    const bucketCount = arena.u64(base + BUCKET_COUNT);
    const fits = (arena.sizeBytes - this.first) / this.bucketBytes;
    ensure(bucketCount > 0 && bucketCount <= fits, 'a map that reaches out of the region');
    this.bucketCount = bucketCount;
  }
}

/** Copies the first `length` bytes of `source`, short ones without an object for them. */
function copy(target: Uint8Array, offset: number, source: Uint8Array, length: number): void {
  if (length > COPIED_BYTES_MAX) target.set(source.subarray(0, length), offset);
  else for (let at = 0; at < length; at++) target[offset + at] = source[at] ?? 0;
}

/** high · 2^32 + low modulo `divisor`, a whole number below 2^36, so that nothing here needs more than 52 bits. */
function remainder(high: number, low: number, divisor: number): number {
  let rest = high % divisor;
  rest = modulo(rest * TWO_TO_16 + (low >>> 16), divisor);
  return modulo(rest * TWO_TO_16 + (low & (TWO_TO_16 - 1)), divisor);
}

/** Faster than `%` on numbers over 32 bits, and exact below 2^52. */
function modulo(value: number, divisor: number): number {
  return value - Math.floor(value / divisor) * divisor;
}
