import { FabricError, MEMORY_LIMITS } from '../../core/index.ts';
import { STRUCTURE, WATCH_CELL, type ByteReader, type Region } from '../../memory/index.ts';
import type { Codec } from '../codec.ts';
import { StructureClient } from '../structure-client.ts';

const VERSION = 4;

/** A value, and which one in the row. */
export interface Watched<T> {
  readonly version: number;
  /** Undefined before the first. */
  readonly value: T | undefined;
}

/** One value that many set and many follow (MEMORY.md §12). It takes 16 bytes and the value's. */
export class FabricWatch<T> {
  readonly #client: StructureClient;
  readonly #codec: Codec<T>;

  private constructor(region: Region, base: number, codec: Codec<T>) {
    this.#client = new StructureClient(region, base, STRUCTURE.watchCell);
    this.#codec = codec;
  }

  static async create<T>(
    region: Region,
    codec: Codec<T>,
    { base = 0, valueBytesMax = codec.sizeBytes }: { readonly base?: number; readonly valueBytesMax?: number } = {},
  ): Promise<FabricWatch<T>> {
    if (valueBytesMax === undefined) {
      const message = 'say how many bytes the value may have: valueBytesMax';
      throw new FabricError({ code: 'invalid_argument', message });
    }
    const watch = new FabricWatch(region, base, codec);
    await watch.#client.call({
      operation: WATCH_CELL.create,
      write: (call) => call.u32(valueBytesMax),
      read: () => undefined,
    });
    return watch;
  }

  /** Opens the watch that another has made. Rejects with `invalid_argument` when something else is there. */
  static async open<T>(region: Region, codec: Codec<T>, { base = 0 } = {}): Promise<FabricWatch<T>> {
    const watch = new FabricWatch(region, base, codec);
    await watch.#client.call({ operation: WATCH_CELL.open, read: () => undefined });
    return watch;
  }

  get(): Promise<Watched<T>> {
    return this.#client.call({ operation: WATCH_CELL.get, read: (answer) => this.#read(answer) });
  }

  /** Answers the version that the value is. */
  set(value: T): Promise<number> {
    const encoded = this.#codec.encode(value);
    return this.#client.call({
      operation: WATCH_CELL.set,
      write: (call) => call.item(encoded),
      read: (answer) => answer.u32(),
    });
  }

  /** Sets the value if `version` is still the last one. */
  compareAndSet(version: number, value: T): Promise<boolean> {
    const encoded = this.#codec.encode(value);
    return this.#client.call({
      operation: WATCH_CELL.compareAndSet,
      write: (call) => call.u32(version).item(encoded),
      read: (answer) => answer.u32() === 1,
    });
  }

  /** The value there is, when there is one, then each that follows. Whoever is slow misses some, never the last. */
  async *changes(): AsyncGenerator<T, void> {
    for (let seen = -1; ;) {
      const { version, value } = await this.get();
      if (version !== seen && value !== undefined) yield value;
      seen = version;
      await this.#client.region.wait(this.#client.base + VERSION, version, MEMORY_LIMITS.waitMsMax);
    }
  }

  #read(answer: ByteReader): Watched<T> {
    const version = answer.u32();
    const value = answer.item();
    return { version, value: version === 0 ? undefined : this.#codec.decode(value) };
  }
}
