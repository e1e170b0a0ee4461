import { afterAll, afterEach, expect, test } from 'vitest';
import { healModules, simulatorOf } from './broken.ts';
import { LAWLESS } from './lawless.ts';
import { MUTANTS } from './mutants.ts';

/** A checker that needs more seeds than this would not have noticed. */
const SEEDS_MAX = 200;
const caught: string[] = [];

afterEach(healModules);

afterAll(() => console.info(caught.join('\n')));

test.each([...MUTANTS, ...LAWLESS])('a cell that $name is caught', async (mutant) => {
  const simulate = await simulatorOf(mutant);
  for (let seed = 1; seed <= SEEDS_MAX; seed++) {
    const { violations } = await simulate({ seed, cells: 6, steps: 2_500 });
    const found = violations.find(({ rule }) => mutant.rules.includes(rule));
    if (!found) continue;
    caught.push(`seed ${String(seed).padStart(3)}  ${mutant.name}: ${found.rule}`);
    return;
  }
  expect.fail(`not caught by any of ${SEEDS_MAX} seeds`);
});
