import { FabricError } from '../../core/index.ts';
import { Arena, HashedBytes, HashTable, type LocalBytes } from '../../memory/index.ts';
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

/**
 * A map on bytes that this thread shares: each operation encodes its key once and compares it where the others lie. Its
 * fields are declared as those of the table are, for the same reason.
 */
export class LocalMap<K, V> implements MapSync<K, V> {
  declare private readonly local: LocalBytes;
  declare private readonly table: HashTable;
  declare private readonly key: HashedBytes;
  declare private readonly keyCodec: Codec<K>;
  declare private readonly value: HashedBytes;
  declare private readonly valueCodec: Codec<V>;

  constructor(
    local: LocalBytes,
    base: number,
    key: { readonly codec: Codec<K>; readonly stride: number },
    value: { readonly codec: Codec<V>; readonly stride: number },
  ) {
    this.local = local;
    this.table = new HashTable(new Arena(local.bytes), base);
    this.key = new HashedBytes(key.stride);
    this.keyCodec = key.codec;
    this.value = new HashedBytes(value.stride);
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
    encodeInto(this.keyCodec, key, this.key);
    this.enter();
    try {
      const bucket = this.find();
      return bucket === -1 ? undefined : this.decode(bucket);
    } catch (error) {
      return explainFault(error);
    } finally {
      this.local.leave();
    }
  }

  has(key: K): boolean {
    encodeInto(this.keyCodec, key, this.key);
    this.enter();
    try {
      return this.find() !== -1;
    } catch (error) {
      return explainFault(error);
    } finally {
      this.local.leave();
    }
  }

  insert(key: K, value: V): boolean {
    encodeInto(this.keyCodec, key, this.key);
    encodeInto(this.valueCodec, value, this.value);
    this.enter();
    try {
      const table = this.table;
      const { bytes, length } = this.value;
      table.load();
      if (this.key.length === -1 || length === -1 || length > table.valueStride) throw noRoom(OVER_STRIDE);
      const countBefore = table.count;
      const bucket = table.findOrAdd(this.key);
      if (bucket === -1) throw noRoom('every bucket of the map is used');
      table.setValue(bucket, bytes, length);
      return table.count !== countBefore;
    } catch (error) {
      return explainFault(error);
    } finally {
      this.local.leave();
    }
  }

  remove(key: K): boolean {
    encodeInto(this.keyCodec, key, this.key);
    this.enter();
    try {
      const bucket = this.find();
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

  private find(): number {
    this.table.load();
    return this.key.length === -1 ? -1 : this.table.find(this.key);
  }

  private decode(bucket: number): V {
    const table = this.table;
    const codec = this.valueCodec;
    if (!codec.decodeAt) return codec.decode(table.valueOf(bucket));
    return codec.decodeAt(table.arena.bytes, table.valueOffset(bucket), table.valueLength(bucket));
  }
}

const OVER_STRIDE = 'a key or value over its stride';

/** Encodes `value` into what the map lends for it. */
function encodeInto<T>(codec: Codec<T>, value: T, target: HashedBytes): void {
  if (codec.encodeInto) codec.encodeInto(value, target);
  else target.set(codec.encode(value));
}

function noRoom(message: string): FabricError {
  return new FabricError({ code: 'capacity_exceeded', message });
}
