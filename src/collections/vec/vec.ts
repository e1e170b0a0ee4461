import { FabricError, STRUCTURE_LIMITS } from '../../core/index.ts';
import { STRUCTURE, type Region, type VEC_FORM } from '../../memory/index.ts';
import type { Codec } from '../codec.ts';
import { LocalVec, NUMBERS_MAX, numberVec, type VecSync } from './local-vec.ts';
import { StructureClient } from '../structure-client.ts';
import type { VecShape } from './vec-requests.ts';
import { VecSegment } from './vec-segment.ts';

/** How a new vec is laid out. */
export interface VecOptions {
  /** Where in the region it begins: a multiple of 8. 0 when absent. */
  readonly base?: number;
  /** Elements there is room for; as many as fit when absent. */
  readonly capacity?: number;
  /** Bytes an element may have. Needed where the codec's values differ in size. */
  readonly elementBytesMax?: number;
  /**
   * `slots` has a length before every element, as the original has; `raw` has the elements alone and is what numbers take
   * when nothing is said.
   */
  readonly form?: keyof typeof VEC_FORM;
  /** Another lease's region when all there are are full: a push grows the vec by it. */
  readonly more?: () => Promise<Region>;
}

const LENGTH_BYTES = 4;

/**
 * Elements of one greatest size, in leased memory, by index (MEMORY.md §5).
 * 1. Each method is one round trip, or none where the bytes are shared, and atomic; many elements at once may be several.
 * 2. It grows by further leases (`grow`): their regions hold the elements that follow. Pushes and pops of several cells at
 *    once need a mutex then.
 * 3. Everything rejects with FabricError; after the end of a lease with the code of that end.
 */
export class FabricVec<T> implements AsyncIterable<T> {
  /** The same at once, where the bytes are shared and in one region. */
  readonly sync: VecSync<T> | undefined;
  readonly #segments: VecSegment<T>[];
  readonly #more: (() => Promise<Region>) | undefined;

  private constructor(segments: VecSegment<T>[], sync: VecSync<T> | undefined, more?: () => Promise<Region>) {
    this.#segments = segments;
    this.sync = sync;
    this.#more = more;
  }

  /** Lays an empty vec out in `region`, over whatever is there. */
  static async create<T>(region: Region, codec: Codec<T>, options: VecOptions = {}): Promise<FabricVec<T>> {
    const segment = await VecSegment.create(
      clientOf(region, options.base),
      codec,
      shapeOf(codec, options),
      options.capacity,
    );
    return new FabricVec([segment], syncOf(segment, codec), options.more);
  }

  /**
   * Opens the vec that another has laid out; for one that has grown, its regions in their order. Rejects with
   * `invalid_argument` when something else is there.
   */
  static async open<T>(
    regions: Region | readonly Region[],
    codec: Codec<T>,
    options: VecOptions = {},
  ): Promise<FabricVec<T>> {
    const all = isMany(regions) ? regions : [regions];
    const shape =
      options.elementBytesMax === undefined && codec.sizeBytes === undefined ? undefined : shapeOf(codec, options);
    const segments = await Promise.all(
      all.map((region, index) => VecSegment.open(clientOf(region, index === 0 ? options.base : 0), codec, shape)),
    );
    const [first] = segments;
    if (first === undefined) throw new FabricError({ code: 'invalid_argument', message: 'a vec has a region or more' });
    return new FabricVec(segments, segments.length === 1 ? syncOf(first, codec) : undefined, options.more);
  }

  /** The regions that hold it, in order: whoever is to open it needs a LeaseRef of each. */
  get regions(): readonly Region[] {
    return this.#segments.map(({ region }) => region);
  }

  get capacity(): number {
    return this.#segments.reduce((total, { capacity }) => total + capacity, 0);
  }

  async length(): Promise<number> {
    return (await this.#lengths()).reduce((total, length) => total + length, 0);
  }

  /** The element, or undefined past the end. */
  async get(index: number): Promise<T | undefined> {
    const place = this.#placeOf(index);
    return place && (await place.segment.get(place.index, 1, 0))[0];
  }

  /** Up to `count` elements from `index` on: fewer at the end. */
  async getMany(index: number, count: number): Promise<T[]> {
    const found: T[] = [];
    for (;;) {
      const place = this.#placeOf(index + found.length);
      if (!place || found.length >= count) return found;
      const part = await place.segment.get(place.index, count - found.length, 0);
      if (part.length === 0) return found;
      found.push(...part);
    }
  }

  /** Replaces the element at `index`, which there must be. */
  set(index: number, value: T): Promise<void> {
    return this.setMany(index, [value]);
  }

  /** Replaces elements from `index` on, all of which there must be. */
  async setMany(index: number, values: readonly T[]): Promise<void> {
    for (let done = 0; done < values.length;) {
      const place = this.#placeOf(index + done);
      if (!place) throw new FabricError({ code: 'invalid_argument', message: `no element ${index + done} to set` });
      const part = values.slice(done, done + place.segment.capacity - place.index);
      await place.segment.set(place.index, part);
      done += part.length;
    }
  }

  /** Appends an element and answers how many there are now. */
  push(value: T): Promise<number> {
    return this.pushMany([value]);
  }

  /** Appends elements and answers how many there are now. What there is no room for rejects with `capacity_exceeded`. */
  async pushMany(values: readonly T[]): Promise<number> {
    const lengths = this.#segments.length === 1 ? [0] : await this.#lengths();
    let current = Math.max(
      lengths.findIndex((length, index) => length < (this.#segments[index]?.capacity ?? 0)),
      0,
    );
    for (let done = 0; ; current++) {
      const segment = this.#segments[current] ?? (await this.#grown());
      if (!segment) {
        const message = `${done} of ${values.length} elements were pushed, then the vec was full`;
        throw new FabricError({ code: 'capacity_exceeded', message });
      }
      const { pushed, length } = await segment.push(values.slice(done));
      done += pushed;
      if (done === values.length) return this.#capacityBefore(current) + length;
    }
  }

  /** Takes the last element away; undefined when there is none. */
  async pop(): Promise<T | undefined> {
    const lengths = this.#segments.length === 1 ? [1] : await this.#lengths();
    const last = lengths.findLastIndex((length) => length > 0);
    return (await this.#segments[last]?.pop(1))?.[0];
  }

  /** Makes it `length` elements long. It grows by zeros, which only raw elements have. */
  async resize(length: number): Promise<void> {
    await Promise.all(
      this.#segments.map((segment, index) => {
        const own = Math.min(Math.max(length - this.#capacityBefore(index), 0), segment.capacity);
        const isLast = index === this.#segments.length - 1;
        return segment.resize(isLast ? Math.max(length - this.#capacityBefore(index), 0) : own);
      }),
    );
  }

  /** Makes the vec longer by the region of another lease, laid out like the first. */
  async grow(region: Region): Promise<void> {
    await this.#extend(region);
  }

  /** All elements from `index` on, read in batches of so many bytes. What changes meanwhile may be seen or not. */
  async *values(index = 0, batchBytes: number = STRUCTURE_LIMITS.batchBytesDefault): AsyncGenerator<T, void> {
    for (let next = index; ;) {
      const place = this.#placeOf(next);
      if (!place) return;
      const part = await place.segment.get(place.index, place.segment.capacity - place.index, batchBytes);
      if (part.length === 0) return;
      yield* part;
      next += part.length;
    }
  }

  [Symbol.asyncIterator](): AsyncGenerator<T, void> {
    return this.values();
  }

  async #grown(): Promise<VecSegment<T> | undefined> {
    return this.#more && this.#extend(await this.#more());
  }

  async #extend(region: Region): Promise<VecSegment<T>> {
    const segment = await this.#first().createNext(clientOf(region, 0));
    this.#segments.push(segment);
    return segment;
  }

  #first(): VecSegment<T> {
    const [first] = this.#segments;
    if (first === undefined) throw new FabricError({ code: 'internal', message: 'a vec without a region' });
    return first;
  }

  #lengths(): Promise<number[]> {
    return Promise.all(this.#segments.map((segment) => segment.length()));
  }

  #capacityBefore(segment: number): number {
    return this.#segments.slice(0, segment).reduce((total, { capacity }) => total + capacity, 0);
  }

  #placeOf(index: number): { readonly segment: VecSegment<T>; readonly index: number } | undefined {
    if (!Number.isSafeInteger(index) || index < 0) return undefined;
    let left = index;
    for (const segment of this.#segments) {
      if (left < segment.capacity) return { segment, index: left };
      left -= segment.capacity;
    }
    return undefined;
  }
}

function clientOf(region: Region, base = 0): StructureClient {
  return new StructureClient(region, base, STRUCTURE.vec);
}

function shapeOf<T>(codec: Codec<T>, { elementBytesMax, form }: VecOptions): VecShape {
  const elementBytes = elementBytesMax ?? codec.sizeBytes;
  if (elementBytes === undefined) {
    throw new FabricError({
      code: 'invalid_argument',
      message: 'say how many bytes an element may have: elementBytesMax',
    });
  }
  const isRaw = (form ?? (codec.sizeBytes === undefined ? 'slots' : 'raw')) === 'raw';
  if (isRaw && elementBytes !== codec.sizeBytes) {
    throw new FabricError({ code: 'invalid_argument', message: 'raw elements all have the size of their codec' });
  }
  return { stride: isRaw ? elementBytes : elementBytes + LENGTH_BYTES, isRaw };
}

function syncOf<T>({ client, requests, capacity }: VecSegment<T>, { arrayOver }: Codec<T>): VecSync<T> | undefined {
  const { local } = client.region;
  if (!local) return undefined;
  return requests.shape.isRaw && arrayOver && capacity <= NUMBERS_MAX
    ? numberVec(local, client.base, capacity, arrayOver)
    : new LocalVec(local, client, requests, capacity);
}

function isMany(regions: Region | readonly Region[]): regions is readonly Region[] {
  return Array.isArray(regions);
}
