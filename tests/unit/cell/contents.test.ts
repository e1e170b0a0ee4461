import { describe, expect, test } from 'vitest';
import { contentHash } from '../../../src/core/index.ts';
import { Contents } from '../../../src/cell/contents.ts';

/** Four of these fit; the fifth makes room. */
const QUARTER = 1_000;
const quarters = [1, 2, 3, 4, 5].map((seed) => new Uint8Array(QUARTER).fill(seed));

const put = (contents: Contents, index: number) => contents.put(quarters[index] ?? new Uint8Array(0));

describe('contents', () => {
  test('are kept by their hash', () => {
    const contents = new Contents();
    const bytes = new Uint8Array([1, 2, 3]);
    expect(contents.put(bytes)).toBe(contentHash(bytes));
    expect(contents.get(contentHash(bytes))).toBe(bytes);
    expect(contents.get(contentHash(new Uint8Array([1])))).toBeUndefined();
  });

  test('used longest ago make room, and putting again is a use', () => {
    const contents = new Contents(4 * QUARTER);
    const hashes = [0, 1, 2, 3].map((index) => put(contents, index));
    const [first, second, third, fourth] = hashes.map((hash) => () => contents.get(hash) !== undefined);
    first?.();
    put(contents, 1);
    put(contents, 4);
    expect([first?.(), second?.(), third?.(), fourth?.()]).toEqual([true, true, false, true]);
  });

  test('held by somebody stay until the last has let go', () => {
    const contents = new Contents(4 * QUARTER);
    const hashes = [0, 1, 2, 3].map((index) => put(contents, index));
    const [held, next] = hashes;
    if (!held || !next) throw new Error('four were put');
    contents.hold(held);
    contents.hold(held);
    contents.release(held);
    put(contents, 4);
    expect(contents.get(held)).toBeDefined();
    expect(contents.get(next)).toBeUndefined();
  });
});
