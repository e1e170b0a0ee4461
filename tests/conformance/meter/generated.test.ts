import { describe, expect, it } from 'vitest';
import { disagreements, emptyTally } from './compare.ts';
import { ENGINE_HAS_TAIL_CALLS } from './engine.ts';
import { generateModule, Random } from './generate/index.ts';
import { METER } from './meter.ts';

const MODULES_PER_SIZE = 500;
const SIZES = [10, 40, 120, 300];

// More seeds by `npx tsx tests/conformance/meter/long.ts`.
describe('the meter on generated modules', () => {
  it.each(SIZES)('agrees with the oracle on modules of size %i', { timeout: 120_000 }, (size) => {
    const tally = emptyTally();
    for (let index = 0; index < MODULES_PER_SIZE; index++) {
      const seed = size * 1_000_000 + index;
      const generated = generateModule(seed, { size, tailCalls: ENGINE_HAS_TAIL_CALLS });
      expect(disagreements(generated, METER, new Random(seed), tally), `seed ${seed}, size ${size}`).toEqual([]);
    }
    expect(tally.modules).toBe(MODULES_PER_SIZE);
    expect(tally.calls).toBeGreaterThan(MODULES_PER_SIZE);
  });
});
