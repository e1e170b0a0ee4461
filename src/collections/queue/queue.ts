import { FabricError, MEMORY_LIMITS } from '../../core/index.ts';
import { QUEUE, STRUCTURE, type Region } from '../../memory/index.ts';
import type { Codec } from '../codec.ts';
import { callsOf, StructureClient } from '../structure-client.ts';
import { LocalQueue, type QueueSync } from './local-queue.ts';
import { createQueue, openQueue, QueueRequests, type QueueHead } from './queue-requests.ts';

/** How a new queue is laid out. */
export interface QueueOptions {
  /** Where in the region it begins: a multiple of 8. 0 when absent. */
  readonly base?: number;
  /** Elements it holds at a time; as many as fit when absent. */
  readonly capacity?: number;
  /** Bytes an element may have. Needed where the codec's values differ in size. */
  readonly elementBytesMax?: number;
}

const LENGTH_BYTES = 4;
const HEAD = 0;
const TAIL = 8;
/** How many `values` takes at a time: what it has taken is nobody else's any more. */
const VALUES_AT_ONCE = 1;

/**
 * First in, first out, in leased memory (MEMORY.md §8): any number of cells may push and pop. Each method is one round trip, or
 * none where the bytes are shared, and atomic; waiting is done where the bytes are.
 */
export class FabricQueue<T> implements AsyncIterable<T> {
  /** How many elements it holds at most. */
  readonly capacity: number;
  /** Push and pop at once, where the bytes are shared. */
  readonly sync: QueueSync<T> | undefined;
  readonly #client: StructureClient;
  readonly #requests: QueueRequests<T>;

  private constructor(client: StructureClient, codec: Codec<T>, head: QueueHead) {
    this.#client = client;
    this.#requests = new QueueRequests(codec);
    this.capacity = head.capacity - 1;
    const { local } = client.region;
    this.sync = local && new LocalQueue(local, client, this.#requests);
  }

  /** Lays an empty queue out in `region`, over whatever is there. */
  static async create<T>(region: Region, codec: Codec<T>, options: QueueOptions = {}): Promise<FabricQueue<T>> {
    const client = new StructureClient(region, options.base ?? 0, STRUCTURE.queue);
    const elementBytes = options.elementBytesMax ?? codec.sizeBytes;
    if (elementBytes === undefined) {
      const message = 'say how many bytes an element may have: elementBytesMax';
      throw new FabricError({ code: 'invalid_argument', message });
    }
    // One slot of the ring stays free.
    const slots = options.capacity === undefined ? 0 : options.capacity + 1;
    return new FabricQueue(client, codec, await client.call(createQueue(elementBytes + LENGTH_BYTES, slots)));
  }

  /** Opens the queue that another has laid out. Rejects with `invalid_argument` when something else is there. */
  static async open<T>(region: Region, codec: Codec<T>, options: QueueOptions = {}): Promise<FabricQueue<T>> {
    const client = new StructureClient(region, options.base ?? 0, STRUCTURE.queue);
    const elementBytes = options.elementBytesMax ?? codec.sizeBytes;
    const stride = elementBytes === undefined ? 0 : elementBytes + LENGTH_BYTES;
    return new FabricQueue(client, codec, await client.call(openQueue(stride)));
  }

  async length(): Promise<number> {
    return (await this.#client.call(openQueue(0))).length;
  }

  /** Puts an element at the end; false when the queue is full. */
  async push(value: T): Promise<boolean> {
    return (await this.#client.call(this.#requests.push([this.#requests.encode(value)]))).pushed === 1;
  }

  /** Puts as many elements at the end as there is room for; how many that were. */
  async pushMany(values: readonly T[]): Promise<number> {
    let done = 0;
    for (const part of this.#calls(values)) {
      const { pushed } = await this.#client.call(this.#requests.push(part));
      done += pushed;
      if (pushed < part.length) break;
    }
    return done;
  }

  /** Puts elements at the end, each as soon as there is room for it. */
  async send(...values: readonly T[]): Promise<void> {
    for (const part of this.#calls(values)) {
      for (let done = 0; ;) {
        const { pushed, head } = await this.#client.call(this.#requests.push(part.slice(done)));
        done += pushed;
        if (done === part.length) break;
        if (pushed === 0) await this.#wait(HEAD, head);
      }
    }
  }

  /** Takes the first element; undefined when the queue is empty. */
  async pop(): Promise<T | undefined> {
    return (await this.popMany(1))[0];
  }

  /** Takes up to `count` elements from the front. */
  async popMany(count: number): Promise<T[]> {
    return (await this.#client.call(this.#requests.take(count, 0))).values;
  }

  /** Takes up to `count` elements from the front, as soon as there is one. */
  async receive(count = 1): Promise<T[]> {
    for (;;) {
      const { tail, values } = await this.#client.call(this.#requests.take(count, 0));
      if (values.length > 0) return values;
      await this.#wait(TAIL, tail);
    }
  }

  /** Up to `count` elements from the front, which stay. */
  async peek(count = 1): Promise<T[]> {
    return (await this.#client.call(this.#requests.take(count, 0, QUEUE.peek))).values;
  }

  async clear(): Promise<void> {
    await this.#client.call({ operation: QUEUE.clear, read: () => undefined });
  }

  /** Takes element after element, for as long as the lease lives. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) yield* await this.receive(VALUES_AT_ONCE);
  }

  async #wait(word: number, seen: number): Promise<void> {
    await this.#client.region.wait(this.#client.base + word, seen, MEMORY_LIMITS.waitMsMax);
  }

  #calls(values: readonly T[]): Iterable<readonly Uint8Array[]> {
    const encoded = values.map((value) => this.#requests.encode(value));
    return callsOf(encoded, (element) => element.length + LENGTH_BYTES);
  }
}
