import { FabricError, STRUCTURE_LIMITS } from '../../core/index.ts';
import { STRUCTURE, VAR_VEC, type ByteReader, type Region } from '../../memory/index.ts';
import type { Codec } from '../codec.ts';
import { callsOf, requireCount, StructureClient } from '../structure-client.ts';

/** How a new vec of varying elements is laid out. */
export interface VarVecOptions {
  /** Where in the region it begins: a multiple of 8. 0 when absent. */
  readonly base?: number;
  /** Elements there is room for; one for each 64 bytes when absent. */
  readonly capacity?: number;
  /** Bytes for all elements together; the rest of the region when absent. */
  readonly heapBytes?: number;
}

const LENGTH_BYTES = 4;

/**
 * Elements of any size up to some 64 KiB, in leased memory, by index (MEMORY.md §6). Each method is one round trip, or none
 * where the bytes are shared, and atomic; many elements at once may be several.
 */
export class VarFabricVec<T> implements AsyncIterable<T> {
  readonly capacity: number;
  readonly #client: StructureClient;
  readonly #codec: Codec<T>;

  private constructor(client: StructureClient, codec: Codec<T>, capacity: number) {
    this.#client = client;
    this.#codec = codec;
    this.capacity = capacity;
  }

  /** Lays an empty vec out in `region`, over whatever is there. */
  static async create<T>(region: Region, codec: Codec<T>, options: VarVecOptions = {}): Promise<VarFabricVec<T>> {
    const { base = 0, capacity = 0, heapBytes = 0 } = options;
    const client = new StructureClient(region, base, STRUCTURE.varVec);
    const head = await client.call({
      operation: VAR_VEC.create,
      write: (call) => call.u64(capacity).u64(heapBytes),
      read: readHead,
    });
    return new VarFabricVec(client, codec, head.capacity);
  }

  /** Opens the vec that another has laid out. Rejects with `invalid_argument` when something else is there. */
  static async open<T>(region: Region, codec: Codec<T>, { base = 0 }: VarVecOptions = {}): Promise<VarFabricVec<T>> {
    const client = new StructureClient(region, base, STRUCTURE.varVec);
    const head = await client.call({ operation: VAR_VEC.open, read: readHead });
    return new VarFabricVec(client, codec, head.capacity);
  }

  async length(): Promise<number> {
    return (await this.#client.call({ operation: VAR_VEC.open, read: readHead })).length;
  }

  /** The element, or undefined past the end. */
  async get(index: number): Promise<T | undefined> {
    return (await this.#get(index, 1, 0))[0];
  }

  /** Up to `count` elements from `index` on: fewer at the end. */
  async getMany(index: number, count: number): Promise<T[]> {
    const found: T[] = [];
    while (found.length < count) {
      const part = await this.#get(index + found.length, count - found.length, 0);
      if (part.length === 0) break;
      found.push(...part);
    }
    return found;
  }

  /** Replaces the element at `index`, which there must be. */
  async set(index: number, value: T): Promise<void> {
    requireCount(index, 'an index');
    const encoded = this.#codec.encode(value);
    await this.#client.call({
      operation: VAR_VEC.set,
      write: (call) => call.u64(index).list([encoded]),
      read: () => undefined,
    });
  }

  /** Appends an element and answers how many there are now. */
  push(value: T): Promise<number> {
    return this.pushMany([value]);
  }

  /** Appends elements and answers how many there are now. What there is no room for rejects with `capacity_exceeded`. */
  async pushMany(values: readonly T[]): Promise<number> {
    const encoded = values.map((value) => this.#codec.encode(value));
    let done = 0;
    let length: number | undefined;
    for (const part of callsOf(encoded, (element) => element.length + LENGTH_BYTES)) {
      const answer = await this.#client.call({
        operation: VAR_VEC.push,
        write: (call) => call.list(part),
        read: (read) => ({ pushed: read.u32(), length: read.u64() }),
      });
      done += answer.pushed;
      ({ length } = answer);
      if (answer.pushed === part.length) continue;
      const message = `${done} of ${values.length} elements were pushed, then the vec was full`;
      throw new FabricError({ code: 'capacity_exceeded', message });
    }
    return length ?? this.length();
  }

  /** Takes the last element away; undefined when there is none. */
  async pop(): Promise<T | undefined> {
    const popped = await this.#client.call({
      operation: VAR_VEC.pop,
      write: (call) => call.u32(1).u32(0),
      read: (answer) => this.#elements(answer),
    });
    return popped[0];
  }

  async clear(): Promise<void> {
    await this.#client.call({ operation: VAR_VEC.clear, read: () => undefined });
  }

  /** All elements from `index` on, read in batches of so many bytes. What changes meanwhile may be seen or not. */
  async *values(index = 0, batchBytes: number = STRUCTURE_LIMITS.batchBytesDefault): AsyncGenerator<T, void> {
    for (let next = index; ;) {
      const part = await this.#get(next, this.capacity, batchBytes);
      if (part.length === 0) return;
      yield* part;
      next += part.length;
    }
  }

  [Symbol.asyncIterator](): AsyncGenerator<T, void> {
    return this.values();
  }

  #get(index: number, count: number, budgetBytes: number): Promise<T[]> {
    requireCount(index, 'an index');
    return this.#client.call({
      operation: VAR_VEC.get,
      write: (call) => call.u64(index).u32(Math.min(count, 0xffff_ffff)).u32(budgetBytes),
      read: (answer) => this.#elements(answer),
    });
  }

  #elements(answer: ByteReader): T[] {
    return answer.list().map((element) => this.#codec.decode(element));
  }
}

function readHead(answer: ByteReader): { readonly length: number; readonly capacity: number } {
  return { length: answer.u64(), capacity: answer.u64() };
}
