import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { ResourceProvider } from '../../../src/lease/index.ts';
import { errorOf, valueOf } from '../../support/index.ts';

/** What every kind of resource promises to the lessor. `setup` makes one that has ten in all. */
export function runProviderTests(name: string, setup: () => ResourceProvider): void {
  describe(`${name}: a resource of ten`, () => {
    test('has all of it free at first, and gives up to all of it', () => {
      const provider = setup();
      expect(provider.capacity()).toEqual({ total: 10, free: 10 });
      valueOf(provider.acquire(10));
      expect(provider.capacity()).toEqual({ total: 10, free: 0 });
    });

    test('says whether it can never give that much, or not now', () => {
      const provider = setup();
      expect(errorOf(provider.acquire(11)).code).toBe('lease_denied');
      valueOf(provider.acquire(8));
      expect(errorOf(provider.acquire(3)).code).toBe('capacity_exceeded');
      expect(provider.capacity().free).toBe(2);
    });

    test('gives again what came back, under a higher epoch', () => {
      const provider = setup();
      const first = valueOf(provider.acquire(10)).epoch;
      provider.release(10);
      expect(valueOf(provider.acquire(10)).epoch).toBeGreaterThan(first);
    });

    test('taking more back than was given is a mistake of the program', () => {
      const provider = setup();
      valueOf(provider.acquire(2));
      expect(() => provider.release(3)).toThrow();
    });

    test('never gives more than there is, and loses nothing, in whatever order', () => {
      const steps = fc.array(fc.integer({ min: -6, max: 12 }), { maxLength: 60 });
      fc.assert(
        fc.property(steps, (quantities) => {
          const provider = setup();
          const taken: number[] = [];
          let epoch = 0;
          for (const quantity of quantities) {
            if (quantity <= 0) {
              provider.release(taken.shift() ?? 0);
            } else {
              const acquired = provider.acquire(quantity);
              if (acquired.ok) {
                taken.push(quantity);
                expect(acquired.value.epoch).toBeGreaterThan(epoch);
                epoch = acquired.value.epoch;
              }
            }
            const sum = taken.reduce((total, each) => total + each, 0);
            expect(provider.capacity()).toEqual({ total: 10, free: 10 - sum });
            expect(sum).toBeLessThanOrEqual(10);
          }
        }),
        { seed: 1 },
      );
    });
  });
}
