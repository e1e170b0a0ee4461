import { expect, test } from 'vitest';
import { MEMORY_LIMITS } from '../../../src/core/index.ts';
import { drawTabNumber, tabOfThread, threadNumberOf } from '../../../src/memory/index.ts';
import { seededRandom } from '../../support/index.ts';

const LAST_TAB = MEMORY_LIMITS.tabNumbersMax - 1;
const LAST_THREAD = MEMORY_LIMITS.threadsPerTabMax - 1;

test('a thread’s number says which tab it is of, fits the structure lock and is never that of nobody', () => {
  for (const tab of [1, 2, LAST_TAB]) {
    for (const index of [0, 1, LAST_THREAD]) {
      const number = threadNumberOf(tab, index);
      expect(tabOfThread(number)).toBe(tab);
      expect(number | 0).toBe(number);
      expect(number).toBeGreaterThan(0);
    }
  }
  expect(threadNumberOf(LAST_TAB, LAST_THREAD)).toBe(2 ** 31 - 1);
});

test('a tab’s number is drawn from all there are, and is not 0', () => {
  const random = seededRandom('tabs');
  const drawn = Array.from({ length: 1_000 }, () => drawTabNumber(random));
  expect(drawn.every((tab) => tab > 0 && tab <= LAST_TAB)).toBe(true);
  expect(Math.max(...drawn)).toBeGreaterThan(LAST_TAB / 2);
  expect(drawTabNumber({ bytes: (sizeBytes) => new Uint8Array(sizeBytes) })).toBe(1);
  expect(drawTabNumber({ bytes: (sizeBytes) => new Uint8Array(sizeBytes).fill(255) })).toBe(LAST_TAB);
});
