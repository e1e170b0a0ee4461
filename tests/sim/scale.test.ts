import { expect, test } from 'vitest';
import { simulateScale } from '../../src/sim/index.ts';

test('beyond a full mesh all know all, at little cost, and of every death in time', { timeout: 120_000 }, async () => {
  const report = await simulateScale({ seed: 3, cells: 56, loss: 0.05 });
  expect(report.violations).toEqual([]);
  expect(report.linksPerCell.max).toBeLessThanOrEqual(16);
  expect(report.crashes + report.goodbyes).toBe(20);
});
