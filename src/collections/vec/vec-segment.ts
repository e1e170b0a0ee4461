import type { Region } from '../../memory/index.ts';
import type { Codec } from '../codec.ts';
import { callsOf, type StructureClient } from '../structure-client.ts';
import { createVec, openVec, VecRequests, type VecHead, type VecShape } from './vec-requests.ts';

/** The part of a vec that is in one region. */
export class VecSegment<T> {
  readonly client: StructureClient;
  readonly capacity: number;
  readonly requests: VecRequests<T>;

  private constructor(client: StructureClient, { stride, isRaw, capacity }: VecHead, codec: Codec<T>) {
    this.client = client;
    this.capacity = capacity;
    this.requests = new VecRequests({ stride, isRaw }, codec);
  }

  static async create<T>(
    client: StructureClient,
    codec: Codec<T>,
    shape: VecShape,
    capacity = 0,
  ): Promise<VecSegment<T>> {
    return new VecSegment(client, await client.call(createVec(shape, capacity)), codec);
  }

  static async open<T>(client: StructureClient, codec: Codec<T>, shape: VecShape | undefined): Promise<VecSegment<T>> {
    return new VecSegment(client, await client.call(openVec(shape)), codec);
  }

  /** The part that follows, in another region. */
  createNext(client: StructureClient): Promise<VecSegment<T>> {
    const { codec, shape } = this.requests;
    return VecSegment.create(client, codec, shape);
  }

  get region(): Region {
    return this.client.region;
  }

  async length(): Promise<number> {
    return (await this.client.call(openVec(this.requests.shape))).length;
  }

  get(index: number, count: number, budgetBytes: number): Promise<T[]> {
    return this.client.call(this.requests.get(index, count, budgetBytes));
  }

  async set(index: number, values: readonly T[]): Promise<void> {
    let done = 0;
    for (const part of this.#calls(values)) {
      await this.client.call(this.requests.set(index + done, part));
      done += part.length;
    }
  }

  /** Pushes as many as there is room for. */
  async push(values: readonly T[]): Promise<{ readonly pushed: number; readonly length: number }> {
    let pushed = 0;
    for (const part of this.#calls(values)) {
      const answer = await this.client.call(this.requests.push(part));
      pushed += answer.pushed;
      if (answer.pushed < part.length || pushed === values.length) return { pushed, length: answer.length };
    }
    return { pushed, length: await this.length() };
  }

  pop(count: number): Promise<T[]> {
    return this.client.call(this.requests.pop(count));
  }

  resize(length: number): Promise<void> {
    return this.client.call(this.requests.resize(length));
  }

  #calls(values: readonly T[]): Iterable<readonly Uint8Array[]> {
    const encoded = values.map((value) => this.requests.codec.encode(value));
    return callsOf(encoded, (element) => this.requests.sizeOf(element));
  }
}
