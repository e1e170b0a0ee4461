import { afterEach, expect, test } from 'vitest';
import type * as Menders from '../../src/membership/mending/mender.ts';
import { onlyFaults, simulate } from '../../src/sim/index.ts';
import { healModules, PATHS, replace, simulatorOf, type Mutant } from './broken.ts';

/** Those of the first that draw the fault. */
const SEEDS = [1, 2, 11];
const FAULTS = { ...onlyFaults([]), networkChanged: 6 };
const OPTIONS = { cells: 6, steps: 2_500, faults: FAULTS };

const MUTANT: Mutant = {
  name: 'waits for its links to come back by themselves',
  rules: ['nobody is missed'],
  install: () =>
    replace<typeof Menders>(PATHS.mender, ({ Mender: Real }) => {
      class Mender extends Real {
        constructor({ signaling, ...deps }: Menders.MenderDeps) {
          const restart = (): Promise<never> => new Promise<never>(() => undefined);
          super({ ...deps, signaling: { ...signaling, restart } });
        }
      }
      return { Mender };
    }),
};

afterEach(healModules);

test('where nothing but networks change nobody is missed, and runs, leases and bytes are as they should be', async () => {
  let changes = 0;
  for (const seed of SEEDS) {
    const { faultsInjected, violations } = await simulate({ ...OPTIONS, seed });
    expect({ seed, violations }).toEqual({ seed, violations: [] });
    changes += faultsInjected.networkChanged;
  }
  expect(changes).toBeGreaterThan(SEEDS.length);
});

test(`a cell that ${MUTANT.name} is caught`, async () => {
  const broken = await simulatorOf(MUTANT);
  for (const seed of SEEDS) {
    const rules = (await broken({ ...OPTIONS, seed })).violations.map(({ rule }) => rule);
    expect({ seed, rules }).toEqual({ seed, rules: expect.arrayContaining([...MUTANT.rules]) as unknown });
  }
});
