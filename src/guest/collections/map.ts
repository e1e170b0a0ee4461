// FabricHashMap: values by key in leased memory.
import { ByteWriter } from '../bytes';
import { FabricMem } from '../mem';
import { decode, encode, encodeAll, fixedBytes, zero } from './codec';
import { endOfCall, LENGTH_BYTES, Structure, writeList } from './structure';

const HASH_MAP: u32 = 3;
const CREATE: u32 = 0;
const OPEN: u32 = 1;
const GET: u32 = 2;
const INSERT: u32 = 3;
const REMOVE: u32 = 4;
const ADD: u32 = 5;
const SCAN: u32 = 6;
const CLEAR: u32 = 7;
const HEADER_BYTES: u32 = 32;
const ABSENT: u32 = u32.MAX_VALUE;
const NUMBER_BYTES: u32 = 8;
const SCAN_BYTES: u32 = 16384;

/** A part of a map, and the bucket from which the next part is to be asked. */
export class MapPart<K, V> {
  readonly keys: K[] = [];
  readonly values: V[] = [];

  constructor(
    readonly next: u64,
    readonly isLast: bool,
  ) {}
}

/** Keys are equal when their bytes are. */
export class FabricHashMap<K, V> extends Structure {
  /** Whether the latest `get` found its key. */
  found: bool = false;

  private constructor(
    mem: FabricMem,
    base: u64,
    readonly buckets: u64,
    readonly keyStride: u32,
    readonly valueStride: u32,
  ) {
    super(mem, base, HASH_MAP);
  }

  /**
   * Lays an empty map out over whatever is there, with as many buckets as fit when `buckets` is 0. Null when it failed: see
   * `mem.status`. The sizes are for text and bytes.
   */
  static create<K, V>(
    mem: FabricMem,
    base: u64 = 0,
    buckets: u64 = 0,
    keyBytesMax: u32 = 0,
    valueBytesMax: u32 = 0,
  ): FabricHashMap<K, V> | null {
    const call = header<K, V>(mem, base, CREATE, keyBytesMax, valueBytesMax).u64le(buckets);
    return FabricHashMap.answered<K, V>(mem, base, call);
  }

  /** Opens the map that another has laid out. Null when something else is there. */
  static open<K, V>(mem: FabricMem, base: u64 = 0): FabricHashMap<K, V> | null {
    return FabricHashMap.answered<K, V>(mem, base, header<K, V>(mem, base, OPEN, 0, 0));
  }

  private static answered<K, V>(mem: FabricMem, base: u64, call: ByteWriter): FabricHashMap<K, V> | null {
    const answer = new Structure(mem, base, HASH_MAP).send(call, HEADER_BYTES);
    if (answer === null) return null;
    answer.u64();
    const buckets = answer.u64();
    const keyStride = <u32>answer.u64();
    return new FabricHashMap<K, V>(mem, base, buckets, keyStride, <u32>answer.u64());
  }

  get size(): u64 {
    const answer = this.send(this.call(OPEN).u32le(0).u32le(0), HEADER_BYTES);
    return answer === null ? 0 : answer.u64();
  }

  /** The value of a key; the zero of `V` when there is none, where `found` is false. */
  get(key: K): V {
    const call = this.call(GET);
    writeList(call, [encode<K>(key)], 0, 1);
    const answer = this.send(call, 2 * LENGTH_BYTES + this.valueStride);
    this.found = false;
    if (answer === null || answer.u32() !== 1) return zero<V>();
    const length = answer.u32();
    this.found = length !== ABSENT;
    return this.found ? decode<V>(answer.bytes(length)) : zero<V>();
  }

  has(key: K): bool {
    this.get(key);
    return this.found;
  }

  /** Sets the value of a key; false when there is no room for it, with the status of success, or when it failed. */
  insert(key: K, value: V): bool {
    const call = this.call(INSERT).u32le(1);
    writePair<K, V>(call, key, value);
    const answer = this.send(call, 2 * LENGTH_BYTES);
    return answer !== null && answer.u32() === 1;
  }

  /** Whether the key was there. */
  remove(key: K): bool {
    return this.removeMany([key]) === 1;
  }

  /** How many of the keys were there. */
  removeMany(keys: K[]): u32 {
    const encoded = encodeAll<K>(keys);
    let removed: u32 = 0;
    for (let done = 0; done < encoded.length;) {
      const end = endOfCall(encoded, done);
      const call = this.call(REMOVE);
      writeList(call, encoded, done, end);
      const answer = this.send(call, LENGTH_BYTES);
      if (answer === null) return removed;
      removed += answer.u32();
      done = end;
    }
    return removed;
  }

  /** Adds to the number under a key, 0 when there is none; the sum. For values of 64 bits. */
  add(key: K, delta: V): V {
    const call = this.call(ADD)
      .u32le(isFloat<V>() ? 1 : 0)
      .u32le(1);
    writePair<K, V>(call, key, delta);
    const answer = this.send(call, LENGTH_BYTES + NUMBER_BYTES);
    this.found = answer !== null && answer.u32() === 1;
    return this.found && answer !== null ? decode<V>(answer.bytes(NUMBER_BYTES)) : zero<V>();
  }

  /**
   * Adds to the numbers under many keys in few calls; how many were added to, from the first on: fewer when there is no room
   * or it failed. For values of 64 bits.
   */
  addMany(keys: K[], deltas: V[]): i32 {
    const pairs = new Array<Uint8Array>(keys.length);
    for (let i = 0; i < keys.length; i++) {
      const pair = new ByteWriter(64);
      writePair<K, V>(pair, keys[i], deltas[i]);
      pairs[i] = pair.toBytes();
    }
    for (let done = 0; done < pairs.length;) {
      const end = endOfCall(pairs, done);
      const call = this.call(ADD)
        .u32le(isFloat<V>() ? 1 : 0)
        .u32le(end - done);
      for (let i = done; i < end; i++) call.bytes(pairs[i]);
      const answer = this.send(call, LENGTH_BYTES + NUMBER_BYTES * <u32>(end - done));
      const added = answer === null ? 0 : <i32>answer.u32();
      if (added < end - done) return done + added;
      done = end;
    }
    return pairs.length;
  }

  /** Keys and values from a bucket on, 0 at first; null when it failed. */
  part(from: u64): MapPart<K, V> | null {
    const budget = max(SCAN_BYTES, 2 * LENGTH_BYTES + this.keyStride + this.valueStride);
    const answer = this.send(this.call(SCAN).u64le(from).u32le(u32.MAX_VALUE).u32le(budget), 20 + budget);
    if (answer === null) return null;
    const next = answer.u64();
    const part = new MapPart<K, V>(next, next === answer.u64());
    const count = answer.u32();
    for (let i: u32 = 0; i < count; i++) {
      part.keys.push(decode<K>(answer.item()));
      part.values.push(decode<V>(answer.item()));
    }
    return part;
  }

  clear(): bool {
    return this.did(this.call(CLEAR));
  }
}

function header<K, V>(mem: FabricMem, base: u64, operation: u32, keyBytesMax: u32, valueBytesMax: u32): ByteWriter {
  return new Structure(mem, base, HASH_MAP)
    .call(operation)
    .u32le(keyBytesMax === 0 ? fixedBytes<K>() : keyBytesMax)
    .u32le(valueBytesMax === 0 ? fixedBytes<V>() : valueBytesMax);
}

function writePair<K, V>(call: ByteWriter, key: K, value: V): void {
  const encodedKey = encode<K>(key);
  const encodedValue = encode<V>(value);
  call.u32le(encodedKey.length).bytes(encodedKey).u32le(encodedValue.length).bytes(encodedValue);
}
