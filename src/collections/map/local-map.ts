import { FabricError } from '../../core/index.ts';
import { Arena, HashTable, type LocalBytes } from '../../memory/index.ts';
import type { Codec } from '../codec.ts';
import { explainFault, requireLive } from '../structure-client.ts';

/** A map without promises. Throws FabricError. */
export interface MapSync<K, V> {
  readonly size: number;
  get(key: K): V | undefined;
  has(key: K): boolean;
  /** Sets the value of a key; whether the key is new. Throws `capacity_exceeded` when there is no room for it. */
  insert(key: K, value: V): boolean;
  /** Whether the key was there. */
  remove(key: K): boolean;
}

/** A value in bytes that the map lends: how many of `scratch` it takes. */
class Scratch<T> {
  declare readonly bytes: Uint8Array;
  declare private readonly codec: Codec<T>;

  constructor(codec: Codec<T>, sizeBytes: number) {
    this.codec = codec;
    this.bytes = new Uint8Array(sizeBytes);
  }

  /** The length of the value, or -1 when it is over the stride. */
  fill(value: T): number {
    const { codec } = this;
    if (codec.encodeInto) return codec.encodeInto(value, this.bytes);
    const encoded = codec.encode(value);
    if (encoded.length > this.bytes.length) return -1;
    this.bytes.set(encoded);
    return encoded.length;
  }
}

/**
 * A map on bytes that this thread shares: each operation encodes its key once and compares it where the others lie. Its
 * fields are declared as those of the table are, for the same reason.
 */
export class LocalMap<K, V> implements MapSync<K, V> {
  declare private readonly local: LocalBytes;
  declare private readonly table: HashTable;
  declare private readonly key: Scratch<K>;
  declare private readonly value: Scratch<V>;
  declare private readonly valueCodec: Codec<V>;

  constructor(
    local: LocalBytes,
    base: number,
    key: { readonly codec: Codec<K>; readonly stride: number },
    value: { readonly codec: Codec<V>; readonly stride: number },
  ) {
    this.local = local;
    this.table = new HashTable(new Arena(local.bytes), base);
    this.key = new Scratch(key.codec, key.stride);
    this.value = new Scratch(value.codec, value.stride);
    this.valueCodec = value.codec;
  }

  get size(): number {
    this.enter();
    try {
      this.table.load();
      return this.table.count;
    } catch (error) {
      return explainFault(error);
    } finally {
      this.local.leave();
    }
  }

  get(key: K): V | undefined {
    const length = this.key.fill(key);
    this.enter();
    try {
      const bucket = this.find(length);
      return bucket === -1 ? undefined : this.decode(bucket);
    } catch (error) {
      return explainFault(error);
    } finally {
      this.local.leave();
    }
  }

  has(key: K): boolean {
    const length = this.key.fill(key);
    this.enter();
    try {
      return this.find(length) !== -1;
    } catch (error) {
      return explainFault(error);
    } finally {
      this.local.leave();
    }
  }

  insert(key: K, value: V): boolean {
    const keyLength = this.key.fill(key);
    const valueLength = this.value.fill(value);
    if (keyLength === -1 || valueLength === -1) throw noRoom('a key or value over its stride');
    this.enter();
    try {
      const table = this.table;
      table.load();
      const countBefore = table.count;
      const bucket = table.findOrAdd(this.key.bytes, keyLength);
      if (bucket === -1 || valueLength > table.valueStride) throw noRoom('every bucket of the map is used');
      table.setValue(bucket, this.value.bytes, valueLength);
      return table.count !== countBefore;
    } catch (error) {
      return explainFault(error);
    } finally {
      this.local.leave();
    }
  }

  remove(key: K): boolean {
    const length = this.key.fill(key);
    this.enter();
    try {
      const bucket = this.find(length);
      if (bucket !== -1) this.table.remove(bucket);
      return bucket !== -1;
    } catch (error) {
      return explainFault(error);
    } finally {
      this.local.leave();
    }
  }

  private enter(): void {
    const local = this.local;
    local.enter();
    const isLive = local.status() === 0;
    if (isLive) return;
    local.leave();
    requireLive(local);
  }

  private find(keyLength: number): number {
    this.table.load();
    return keyLength === -1 ? -1 : this.table.find(this.key.bytes, keyLength);
  }

  private decode(bucket: number): V {
    const table = this.table;
    const codec = this.valueCodec;
    if (!codec.decodeAt) return codec.decode(table.valueOf(bucket));
    return codec.decodeAt(table.arena.bytes, table.valueOffset(bucket), table.valueLength(bucket));
  }
}

function noRoom(message: string): FabricError {
  return new FabricError({ code: 'capacity_exceeded', message });
}
