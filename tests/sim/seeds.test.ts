import { describe, expect, test } from 'vitest';
import { FAULT_KINDS, noFaultsYet, onlyFaults, simulate } from '../../src/sim/index.ts';
import { REGRESSIONS } from './regressions.ts';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

describe('any seed', () => {
  test.each(SEEDS)('%i keeps every rule and ends whole', async (seed) => {
    const { violations, runs, steps } = await simulate({ seed, cells: 12, steps: 3_000 });
    expect(violations).toEqual([]);
    expect(steps).toBe(3_000);
    expect(runs).toBeGreaterThan(0);
  });

  test('does the same again, to the last byte, and another seed does not', async () => {
    const options = { seed: 7, cells: 8, steps: 2_500 };
    const first = await simulate({ ...options, isTraced: true });
    const again = await simulate({ ...options, isTraced: true });
    expect(again.digest).toBe(first.digest);
    expect(again.trace).toEqual(first.trace);
    expect((await simulate({ ...options, seed: 8 })).digest).not.toBe(first.digest);
  });

  test('does the same whether it is traced or not', async () => {
    const options = { seed: 9, cells: 6, steps: 1_500 };
    const traced = await simulate({ ...options, isTraced: true });
    expect((await simulate(options)).digest).toBe(traced.digest);
  });
});

describe('seeds that failed once', () => {
  test.each(REGRESSIONS)('$seed: $found', async ({ seed, cells, steps }) => {
    expect((await simulate({ seed, cells, steps })).violations).toEqual([]);
  });
});

describe('the fault model', () => {
  test('injects every kind', async () => {
    const counts = noFaultsYet();
    for (let seed = 1; seed <= 8; seed++) {
      const { faultsInjected } = await simulate({ seed, cells: 8, steps: 2_500 });
      for (const kind of FAULT_KINDS) counts[kind] += faultsInjected[kind];
    }
    expect(FAULT_KINDS.filter((kind) => counts[kind] === 0)).toEqual([]);
  });

  test('injects nothing that was not asked for', async () => {
    const faults = onlyFaults(['linkCut', 'tabHidden']);
    const { faultsInjected, violations } = await simulate({ seed: 3, cells: 6, steps: 1_500, faults });
    const injected = FAULT_KINDS.filter((kind) => faultsInjected[kind] > 0);
    expect(['linkCut', 'tabHidden']).toEqual(expect.arrayContaining(injected));
    expect(violations).toEqual([]);
  });

  test('without faults, runs succeed', async () => {
    const options = { seed: 7, cells: 5, steps: 2_000, faults: onlyFaults([]), isTraced: true };
    const { violations, trace } = await simulate(options);
    expect(violations).toEqual([]);
    expect(trace.filter((line) => line.includes('run.finished')).length).toBeGreaterThan(10);
  });
});
