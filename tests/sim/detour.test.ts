import { expect, test } from 'vitest';
import { simulateDetour } from '../../src/sim/index.ts';

test.each([1, 2, 3])(
  'seed %i: two cells without a direct way work together, past the death of their carrier, and go direct when they can',
  async (seed) => {
    const report = await simulateDetour({ seed, cells: 4 });
    expect(report.violations).toEqual([]);
    expect(report.interruptions).toBe(0);
    expect(report.runs.relayed.submitted).toBeGreaterThan(10);
    expect(report.runs.moving.submitted).toBeGreaterThan(10);
    expect(report.relayedAfterMs).toBeLessThan(12_000);
    expect(report.takenOverAfterMs).toBeLessThan(8_000);
  },
);

test('the same seed does the same again', async () => {
  const options = { seed: 4, cells: 5 };
  expect(await simulateDetour(options)).toEqual(await simulateDetour(options));
});
