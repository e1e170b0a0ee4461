import { ensure, ensureRoom, type Arena } from '../bytes/index.ts';

export const HASH_MAP_HEADER_BYTES = 32;
const COUNT = 0;

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
/** FNV-1a, 64 bits: offset basis and prime (RFC 9923), the prime being 2^40 + 435. */
const FNV_BASIS_HIGH = 0xcbf29ce4;
const FNV_BASIS_LOW = 0x84222325;
const FNV_PRIME_LOW = 435;

export function bucketBytesOf(keyStride: number, valueStride: number): number {
  return BUCKET_FIXED_BYTES + keyStride + valueStride;
}

/**
 * A table of buckets with open addressing and linear probing. `load` reads its header and checks it against the region;
 * what follows until the next `load` uses what was read, under the structure lock. A bucket is named by its offset.
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
  declare private hashHigh: number;
  declare private hashLow: number;
  declare private home: number;

  constructor(arena: Arena, base: number) {
    this.arena = arena;
    this.base = base;
    this.count = 0;
    this.bucketCount = 0;
    this.keyStride = 0;
    this.valueStride = 0;
    this.bucketBytes = 0;
    this.first = 0;
    this.hashHigh = 0;
    this.hashLow = 0;
    this.home = 0;
  }

  load(): void {
    const { arena, base } = this;
    arena.check(base, HASH_MAP_HEADER_BYTES);
    this.count = arena.u64(base + COUNT);
    this.bucketCount = arena.u64(base + 8);
    this.keyStride = arena.u64(base + 16);
    this.valueStride = arena.u64(base + 24);
    this.first = base + HASH_MAP_HEADER_BYTES;
    this.bucketBytes = bucketBytesOf(this.keyStride, this.valueStride);
    const fits = (arena.sizeBytes - this.first) / this.bucketBytes;
    ensure(this.bucketCount > 0 && this.bucketCount <= fits, 'a map that reaches out of the region');
    ensure(this.count <= this.bucketCount, 'a map of more than its buckets');
  }

  /** Bucket number `index`. */
  bucketAt(index: number): number {
    return this.first + index * this.bucketBytes;
  }

  isUsed(bucket: number): boolean {
    return this.arena.bytes[bucket] === USED;
  }

  /** The bucket that holds the first `length` bytes of `key`, or -1. */
  find(key: Uint8Array, length: number): number {
    this.hash(key, length);
    let index = this.home;
    for (let probed = 0; probed < this.bucketCount; probed++) {
      const bucket = this.bucketAt(index);
      const state = this.arena.bytes[bucket];
      if (state === EMPTY) return -1;
      if (state === USED && this.holds(bucket, key, length)) return bucket;
      index = index + 1 === this.bucketCount ? 0 : index + 1;
    }
    return -1;
  }

  /** The bucket that holds `key`, made if need be with an empty value; -1 when there is no room for it. */
  findOrAdd(key: Uint8Array, length: number): number {
    ensureRoom(length <= this.keyStride, 'a key over its stride');
    const found = this.find(key, length);
    if (found !== -1) return found;
    let index = this.home;
    for (let probed = 0; probed < this.bucketCount; probed++) {
      const bucket = this.bucketAt(index);
      if (!this.isUsed(bucket)) {
        this.fill(bucket, key, length);
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

  private fill(bucket: number, key: Uint8Array, length: number): void {
    const { arena } = this;
    arena.setU32(bucket + HASH, this.hashLow);
    arena.setU32(bucket + HASH + 4, this.hashHigh);
    arena.setU32(bucket + KEY_LENGTH, length);
    copy(arena.bytes, bucket + KEY, key, length);
    arena.setU32(bucket + KEY + this.keyStride, 0);
    arena.bytes[bucket] = USED;
    this.setCount(this.count + 1);
  }

  private setCount(count: number): void {
    this.count = Math.max(count, 0);
    this.arena.setU64(this.base + COUNT, this.count);
  }

  private holds(bucket: number, key: Uint8Array, length: number): boolean {
    const { arena } = this;
    if (arena.u32(bucket + HASH) !== this.hashLow || arena.u32(bucket + HASH + 4) !== this.hashHigh) return false;
    if (arena.u32(bucket + KEY_LENGTH) !== length || length > this.keyStride) return false;
    for (let at = 0; at < length; at++) if (arena.bytes[bucket + KEY + at] !== key[at]) return false;
    return true;
  }

  /** Sets the hash of the key and the bucket it would like best. */
  private hash(key: Uint8Array, length: number): void {
    let high = FNV_BASIS_HIGH;
    let low = FNV_BASIS_LOW;
    for (let at = 0; at < length; at++) {
      low ^= key[at] ?? 0;
      const middle = Math.imul(low >>> 16, FNV_PRIME_LOW) + (Math.imul(low & 0xffff, FNV_PRIME_LOW) >>> 16);
      high = (Math.imul(high, FNV_PRIME_LOW) + (middle >>> 16) + (low << 8)) | 0;
      low = Math.imul(low, FNV_PRIME_LOW);
    }
    this.hashHigh = high >>> 0;
    this.hashLow = low >>> 0;
    this.home = remainder(this.hashHigh, this.hashLow, this.bucketCount);
  }
}

/** Copies the first `length` bytes of `source`, short ones without an object for them. */
function copy(target: Uint8Array, offset: number, source: Uint8Array, length: number): void {
  if (length > COPIED_BYTES_MAX) target.set(source.subarray(0, length), offset);
  else for (let at = 0; at < length; at++) target[offset + at] = source[at] ?? 0;
}

/** high · 2^32 + low modulo `divisor`, a whole number below 2^36, so that nothing here needs more than 52 bits. */
function remainder(high: number, low: number, divisor: number): number {
  if ((divisor & (divisor - 1)) === 0 && divisor <= 2 ** 31) return (low & (divisor - 1)) >>> 0;
  let rest = high % divisor;
  rest = modulo(rest * TWO_TO_16 + (low >>> 16), divisor);
  return modulo(rest * TWO_TO_16 + (low & (TWO_TO_16 - 1)), divisor);
}

/** Faster than `%` on numbers over 32 bits, and exact below 2^52. */
function modulo(value: number, divisor: number): number {
  return value - Math.floor(value / divisor) * divisor;
}
