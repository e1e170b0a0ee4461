import { beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../../src/cell/index.ts';

/** What every store promises. `setup` makes an empty one that keeps at most three values. */
export function runStoreTests(name: string, setup: () => Store<{ readonly n: number }>): void {
  describe(`${name}: a store of three`, () => {
    let store: Store<{ readonly n: number }>;

    beforeEach(() => {
      store = setup();
    });

    const numbers = async (limit = 10) => (await store.newest(limit)).map(({ n }) => n);

    test('answers what was put, and nothing for what was not', async () => {
      await store.put('a', { n: 1 });
      expect(await store.get('a')).toEqual({ n: 1 });
      expect(await store.get('b')).toBeUndefined();
      expect(await store.get('toString')).toBeUndefined();
    });

    test('keeps the latest value of a key, as one value', async () => {
      for (const n of [1, 2]) await store.put('a', { n });
      expect(await store.get('a')).toEqual({ n: 2 });
      expect(await numbers()).toEqual([2]);
    });

    test('lists the newest first, as many as are asked for', async () => {
      for (const n of [1, 2, 3]) await store.put(`k${n}`, { n });
      expect(await numbers()).toEqual([3, 2, 1]);
      expect(await numbers(2)).toEqual([3, 2]);
      expect(await numbers(0)).toEqual([]);
    });

    test('beyond its bound lets the oldest go, and putting again makes a value new', async () => {
      for (const n of [1, 2, 3]) await store.put(`k${n}`, { n });
      await store.put('k1', { n: 10 });
      await store.put('k4', { n: 4 });
      expect(await numbers()).toEqual([4, 10, 3]);
      expect(await store.get('k2')).toBeUndefined();
    });
  });
}
