import { FabricError, STRUCTURE_LIMITS } from '../../core/index.ts';
import { HASH_MAP, NUMBER_FORM, STRUCTURE, type ByteReader, type Region } from '../../memory/index.ts';
import type { Codec } from '../codec.ts';
import { callsOf, StructureClient, type StructureRequest } from '../structure-client.ts';
import { LocalMap, type MapSync } from './local-map.ts';

/** How a new map is laid out. */
export interface HashMapOptions {
  /** Where in the region it begins: a multiple of 8. 0 when absent. */
  readonly base?: number;
  /** Bytes a key may have. Needed where the codec's values differ in size. */
  readonly keyBytesMax?: number;
  /** Bytes a value may have. Needed where the codec's values differ in size. */
  readonly valueBytesMax?: number;
  /**
   * Buckets, each for one key; as many as fit when absent. Some more than there will be keys keep it fast, a power of two
   * most of all.
   */
  readonly buckets?: number;
}

const LENGTH_BYTES = 4;
const ABSENT = 0xffff_ffff;

interface MapHead {
  readonly size: number;
  readonly buckets: number;
  readonly keyStride: number;
  readonly valueStride: number;
}

/**
 * Values by key in leased memory (MEMORY.md §7). Keys are equal when their bytes are. Each method is one round trip, or none where
 * the bytes are shared, and atomic; many keys at once may be several.
 */
export class FabricHashMap<K, V> implements AsyncIterable<[K, V]> {
  readonly buckets: number;
  /** The same at once, where the bytes are shared. */
  readonly sync: MapSync<K, V> | undefined;
  readonly #client: StructureClient;
  readonly #key: Codec<K>;
  readonly #value: Codec<V>;

  private constructor(client: StructureClient, key: Codec<K>, value: Codec<V>, head: MapHead) {
    this.#client = client;
    this.#key = key;
    this.#value = value;
    this.buckets = head.buckets;
    const { local } = client.region;
    this.sync =
      local &&
      new LocalMap(
        local,
        client.base,
        { codec: key, stride: head.keyStride },
        { codec: value, stride: head.valueStride },
      );
  }

  /** Lays an empty map out in `region`, over whatever is there. */
  static async create<K, V>(
    region: Region,
    key: Codec<K>,
    value: Codec<V>,
    options: HashMapOptions = {},
  ): Promise<FabricHashMap<K, V>> {
    const client = new StructureClient(region, options.base ?? 0, STRUCTURE.hashMap);
    const keyStride = strideOf(key, options.keyBytesMax, 'keyBytesMax');
    const valueStride = strideOf(value, options.valueBytesMax, 'valueBytesMax');
    const head = await client.call({
      operation: HASH_MAP.create,
      write: (call) =>
        call
          .u32(keyStride)
          .u32(valueStride)
          .u64(options.buckets ?? 0),
      read: readHead,
    });
    return new FabricHashMap(client, key, value, head);
  }

  /** Opens the map that another has laid out. Rejects with `invalid_argument` when something else is there. */
  static async open<K, V>(
    region: Region,
    key: Codec<K>,
    value: Codec<V>,
    options: HashMapOptions = {},
  ): Promise<FabricHashMap<K, V>> {
    const client = new StructureClient(region, options.base ?? 0, STRUCTURE.hashMap);
    const keyStride = options.keyBytesMax ?? key.sizeBytes ?? 0;
    const valueStride = options.valueBytesMax ?? value.sizeBytes ?? 0;
    const head = await client.call(openMap(keyStride, valueStride));
    return new FabricHashMap(client, key, value, head);
  }

  async size(): Promise<number> {
    return (await this.#client.call(openMap(0, 0))).size;
  }

  /** The value of a key, or undefined. */
  async get(key: K): Promise<V | undefined> {
    return (await this.getMany([key]))[0];
  }

  /** The value of each key in turn, undefined where there is none. */
  async getMany(keys: readonly K[]): Promise<(V | undefined)[]> {
    const found: (V | undefined)[] = [];
    const encoded = keys.map((key) => this.#key.encode(key));
    while (found.length < encoded.length) {
      const [part = []] = callsOf(encoded.slice(found.length), itemBytes);
      const answers = await this.#client.call({
        operation: HASH_MAP.get,
        write: (call) => call.list(part),
        read: (answer) => this.#valuesOf(answer, part.length),
      });
      found.push(...answers);
    }
    return found;
  }

  async has(key: K): Promise<boolean> {
    const encoded = this.#key.encode(key);
    return this.#client.call({
      operation: HASH_MAP.get,
      write: (call) => call.list([encoded]),
      read: (answer) => answer.u32() === 1 && answer.u32() !== ABSENT,
    });
  }

  /** Sets the value of a key; whether the key is new. */
  async insert(key: K, value: V): Promise<boolean> {
    return (await this.insertMany([[key, value]])) === 1;
  }

  /** Sets the values of keys; how many of them are new. What there is no room for rejects with `capacity_exceeded`. */
  async insertMany(entries: readonly (readonly [K, V])[]): Promise<number> {
    const encoded = entries.map(([key, value]) => [this.#key.encode(key), this.#value.encode(value)] as const);
    let done = 0;
    let added = 0;
    for (const part of callsOf(encoded, pairBytes)) {
      const answer = await this.#client.call({
        operation: HASH_MAP.insert,
        write: (call) => call.pairs(part),
        read: (read) => ({ done: read.u32(), added: read.u32() }),
      });
      done += answer.done;
      added += answer.added;
      if (answer.done < part.length) throw full(done, entries.length);
    }
    return added;
  }

  /** Whether the key was there. */
  async remove(key: K): Promise<boolean> {
    return (await this.removeMany([key])) === 1;
  }

  /** How many of the keys were there. */
  async removeMany(keys: readonly K[]): Promise<number> {
    const encoded = keys.map((key) => this.#key.encode(key));
    let removed = 0;
    for (const part of callsOf(encoded, itemBytes)) {
      removed += await this.#client.call({
        operation: HASH_MAP.remove,
        write: (call) => call.list(part),
        read: (answer) => answer.u32(),
      });
    }
    return removed;
  }

  /** Adds to the number under a key, 0 when there is none, and answers the sum. For values of 64 bits: f64 and u64. */
  async add(key: K, delta: V): Promise<V> {
    const [sum] = await this.addMany([[key, delta]]);
    if (sum === undefined) throw full(0, 1);
    return sum;
  }

  /** Adds to the numbers under keys, one after the other, and answers the sums. */
  async addMany(entries: readonly (readonly [K, V])[]): Promise<V[]> {
    const encoded = entries.map(([key, delta]) => [this.#key.encode(key), this.#value.encode(delta)] as const);
    const form = entries.some(([, delta]) => typeof delta === 'number') ? NUMBER_FORM.float : NUMBER_FORM.integer;
    const sums: V[] = [];
    for (const part of callsOf(encoded, pairBytes)) {
      const answers = await this.#client.call({
        operation: HASH_MAP.add,
        write: (call) => call.u32(form).pairs(part),
        read: (answer) => Array.from({ length: answer.u32() }, () => this.#value.decode(answer.bytes(8))),
      });
      sums.push(...answers);
      if (answers.length < part.length) throw full(sums.length, entries.length);
    }
    return sums;
  }

  async clear(): Promise<void> {
    await this.#client.call({ operation: HASH_MAP.clear, read: () => undefined });
  }

  /**
   * All keys and values in no order, read in batches of so many bytes. What is inserted or removed meanwhile may be seen or
   * not; what stays is seen once.
   */
  async *entries(batchBytes: number = STRUCTURE_LIMITS.batchBytesDefault): AsyncGenerator<[K, V], void> {
    for (let from = 0, buckets = 1; from < buckets;) {
      const scanned = await this.#scan(from, batchBytes);
      yield* scanned.entries;
      ({ next: from, buckets } = scanned);
    }
  }

  async *keys(): AsyncGenerator<K, void> {
    for await (const [key] of this.entries()) yield key;
  }

  async *values(): AsyncGenerator<V, void> {
    for await (const [, value] of this.entries()) yield value;
  }

  [Symbol.asyncIterator](): AsyncGenerator<[K, V], void> {
    return this.entries();
  }

  #scan(from: number, batchBytes: number): Promise<{ next: number; buckets: number; entries: [K, V][] }> {
    return this.#client.call({
      operation: HASH_MAP.scan,
      write: (call) => call.u64(from).u32(0xffff_ffff).u32(batchBytes),
      read: (answer) => {
        const next = answer.u64();
        const buckets = answer.u64();
        if (next <= from && next < buckets) throw nonsense('a scan that does not move');
        const pairs = answer.pairs();
        return {
          next,
          buckets,
          entries: pairs.map(([key, value]) => [this.#key.decode(key), this.#value.decode(value)]),
        };
      },
    });
  }

  #valuesOf(answer: ByteReader, asked: number): (V | undefined)[] {
    const count = answer.u32();
    if (count === 0 || count > asked) throw nonsense('values for other keys than those asked for');
    return Array.from({ length: count }, () => {
      const length = answer.u32();
      return length === ABSENT ? undefined : this.#value.decode(answer.bytes(length));
    });
  }
}

function strideOf(
  { sizeBytes }: { readonly sizeBytes?: number },
  bytesMax: number | undefined,
  option: string,
): number {
  const stride = bytesMax ?? sizeBytes;
  if (stride !== undefined) return stride;
  throw new FabricError({ code: 'invalid_argument', message: `say how many bytes one may have: ${option}` });
}

function openMap(keyStride: number, valueStride: number): StructureRequest<MapHead> {
  return { operation: HASH_MAP.open, write: (call) => call.u32(keyStride).u32(valueStride), read: readHead };
}

function readHead(answer: ByteReader): MapHead {
  return { size: answer.u64(), buckets: answer.u64(), keyStride: answer.u64(), valueStride: answer.u64() };
}

function itemBytes(item: Uint8Array): number {
  return LENGTH_BYTES + item.length;
}

function pairBytes([key, value]: readonly [Uint8Array, Uint8Array]): number {
  return itemBytes(key) + itemBytes(value);
}

function full(done: number, wanted: number): FabricError {
  return new FabricError({
    code: 'capacity_exceeded',
    message: `${done} of ${wanted} keys fit, then the map was full`,
  });
}

function nonsense(message: string): FabricError {
  return new FabricError({ code: 'protocol_violation', message: `a map answered ${message}` });
}
