import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { Binding, ResourceProvider } from '../../../src/lease/index.ts';
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
      const first = valueOf(provider.acquire(10));
      giveBack(provider, first);
      expect(valueOf(provider.acquire(10)).epoch).toBeGreaterThan(first.epoch);
    });

    test('taking the same back twice is a mistake of the program', () => {
      const provider = setup();
      const binding = valueOf(provider.acquire(2));
      giveBack(provider, binding);
      expect(() => giveBack(provider, binding)).toThrow();
    });

    test('admits a binding until it is cut, and never again', () => {
      const provider = setup();
      const binding = valueOf(provider.acquire(2));
      expect(provider.admits(binding)).toBe(true);
      provider.cut(binding);
      expect(provider.admits(binding)).toBe(false);
      provider.release(binding);
      valueOf(provider.acquire(2));
      expect(provider.admits(binding)).toBe(false);
    });

    test('never gives more than there is, and loses nothing, in whatever order', () => {
      const steps = fc.array(fc.integer({ min: -6, max: 12 }), { maxLength: 60 });
      fc.assert(
        fc.property(steps, (quantities) => {
          const provider = setup();
          const taken: Binding[] = [];
          let epoch = 0;
          for (const quantity of quantities) {
            if (quantity <= 0) {
              const oldest = taken.shift();
              if (oldest) giveBack(provider, oldest);
            } else {
              const acquired = provider.acquire(quantity);
              if (acquired.ok) {
                taken.push(acquired.value);
                expect(acquired.value.epoch).toBeGreaterThan(epoch);
                epoch = acquired.value.epoch;
              }
            }
            const sum = taken.reduce((total, { quantity }) => total + quantity, 0);
            expect(provider.capacity()).toEqual({ total: 10, free: 10 - sum });
            expect(sum).toBeLessThanOrEqual(10);
          }
        }),
        { seed: 1 },
      );
    });
  });
}

/** What the lessor does at the end of a lease, for resources with nothing to tear down. */
function giveBack(provider: ResourceProvider, binding: Binding): void {
  provider.cut(binding);
  provider.release(binding);
}
