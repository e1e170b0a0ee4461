import SharedMap from 'sharedmap';
import { f64, FabricHashMap, FabricVec, text } from '../../../src/collections/index.ts';
import type { Region } from '../../../src/memory/index.ts';

/** Operations a second, one entry a repeat. */
export interface LocalTimes {
  /** In the order of the index, and scattered. */
  readonly vec: readonly number[];
  readonly array: readonly number[];
  readonly vecScattered: readonly number[];
  readonly arrayScattered: readonly number[];
  readonly mapGet: readonly number[];
  readonly sharedMapGet: readonly number[];
  readonly mapSet: readonly number[];
  readonly sharedMapSet: readonly number[];
}

const ELEMENTS = 1 << 16;
const VEC_ROUNDS = 40;
const KEYS = 20_000;
const BUCKETS = 1 << 16;
const KEY_BYTES = 24;
const VALUE_BYTES = 24;

/** Collections in a region of this thread against what there is without leases. */
export async function collectionRates(region: () => Promise<Region>, repeats: number): Promise<LocalTimes> {
  const vec = await FabricVec.create(await region(), f64, { capacity: ELEMENTS });
  const map = await FabricHashMap.create(await region(), text, text, {
    buckets: BUCKETS,
    keyBytesMax: KEY_BYTES,
    valueBytesMax: VALUE_BYTES,
  });
  if (!vec.sync || !map.sync) throw new Error('the region is not in this thread');
  const [vecSync, mapSync] = [vec.sync, map.sync];
  // No whole numbers: engines would add those as integers, and convert there and back, in one loop and not in the other.
  for (let index = 0; index < ELEMENTS; index++) vecSync.push(index + 0.5);
  const array = new Float64Array(new SharedArrayBuffer(8 * ELEMENTS));
  for (let index = 0; index < ELEMENTS; index++) array[index] = index + 0.5;
  // Every index once, by a step that no prefetcher follows.
  const order = new Uint16Array(ELEMENTS).map((_, step) => (step * 40_503) & (ELEMENTS - 1));
  const shared = new SharedMap(BUCKETS, KEY_BYTES, VALUE_BYTES);
  const keys = Array.from({ length: KEYS }, (_, index) => `the key ${(index * 2_654_435_761) % 4_294_967_296}`);
  const subjects: Readonly<Record<keyof LocalTimes, () => number>> = {
    vec: () =>
      rate(2 * VEC_ROUNDS * ELEMENTS, () => {
        for (let round = 0, count = ELEMENTS; round < VEC_ROUNDS; round++) {
          for (let index = 0; index < count; index++) vecSync.set(index, (vecSync.get(index) ?? 0) + 1);
        }
      }),
    array: () =>
      rate(2 * VEC_ROUNDS * ELEMENTS, () => {
        for (let round = 0, count = ELEMENTS; round < VEC_ROUNDS; round++) {
          for (let index = 0; index < count; index++) array[index] = (array[index] ?? 0) + 1;
        }
      }),
    vecScattered: () =>
      rate(2 * VEC_ROUNDS * ELEMENTS, () => {
        for (let round = 0, count = ELEMENTS; round < VEC_ROUNDS; round++) {
          for (let step = 0; step < count; step++) {
            const at = order[step] ?? 0;
            vecSync.set(at, (vecSync.get(at) ?? 0) + 1);
          }
        }
      }),
    arrayScattered: () =>
      rate(2 * VEC_ROUNDS * ELEMENTS, () => {
        for (let round = 0, count = ELEMENTS; round < VEC_ROUNDS; round++) {
          for (let step = 0; step < count; step++) {
            const at = order[step] ?? 0;
            array[at] = (array[at] ?? 0) + 1;
          }
        }
      }),
    mapSet: () => rate(KEYS, () => keys.forEach((key, index) => mapSync.insert(key, `value ${index}`))),
    sharedMapSet: () => rate(KEYS, () => keys.forEach((key, index) => shared.set(key, `value ${index}`))),
    mapGet: () => rate(KEYS, () => keys.forEach((key) => demand(mapSync.get(key)))),
    sharedMapGet: () => rate(KEYS, () => keys.forEach((key) => demand(shared.get(key)))),
  };
  const times: Record<keyof LocalTimes, number[]> = {
    vec: [],
    array: [],
    vecScattered: [],
    arrayScattered: [],
    mapGet: [],
    sharedMapGet: [],
    mapSet: [],
    sharedMapSet: [],
  };
  const names = Object.keys(subjects).filter((name): name is keyof LocalTimes => name in times);
  for (let repeat = -2; repeat < repeats; repeat++) {
    for (const name of names) {
      const sample = subjects[name]();
      if (repeat >= 0) times[name].push(sample);
    }
  }
  if (array.some((value, index) => value !== vecSync.get(index))) throw new Error('vec and array went apart');
  return times;
}

function demand(value: unknown): void {
  if (value === undefined) throw new Error('a key was lost');
}

function rate(count: number, work: () => void): number {
  const start = performance.now();
  work();
  return (1_000 * count) / (performance.now() - start);
}
