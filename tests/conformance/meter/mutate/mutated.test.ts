import { describe, expect, it } from 'vitest';
import { Random } from '../generate/index.ts';
import { acceptance } from './acceptance.ts';
import { mutated, someModule } from './index.ts';

const MODULES = 200;
const MUTANTS_PER_MODULE = 100;

// 200,000 and more by `npx tsx tests/conformance/meter/long.ts`.
describe('the meter on damaged modules', () => {
  it('answers every one, and accepts none that the engine rejects', { timeout: 120_000 }, () => {
    const random = new Random(20_000);
    const seen = { refused: 0, accepted: 0, stricter: 0 };
    for (let count = 0; count < MODULES; count++) {
      const bytes = someModule(random);
      for (let mutant = 0; mutant < MUTANTS_PER_MODULE; mutant++) {
        const { verdict, bytes: damaged } = acceptance(mutated(bytes, random));
        if (verdict === 'refused' || verdict === 'accepted' || verdict === 'stricter') seen[verdict]++;
        else expect.fail(`${verdict}: ${Buffer.from(damaged).toString('base64')}`);
      }
    }
    expect(seen.refused + seen.accepted + seen.stricter).toBe(MODULES * MUTANTS_PER_MODULE);
    expect(seen.accepted).toBeGreaterThan(0);
  });
});
