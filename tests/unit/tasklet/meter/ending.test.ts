import { describe, expect, it } from 'vitest';
import { name } from '../wasm/binary.ts';
import { I, metered, moduleOfFunctions } from './metered.ts';

const MARK_MIN = -(2n ** 62n);
const ENDLESS = [I.loop, I.empty, I.br, 0, I.end, I.i32, 0];
const BOTTOMLESS = [I.get, 0, I.call, 0];

describe('how a metered run ends', () => {
  it('out of fuel: negative, and not below the mark', () => {
    const { trapped, left } = metered(moduleOfFunctions([{ code: ENDLESS }])).run(0, 10_000n);
    expect(trapped).toBe(true);
    expect(left).toBeLessThan(0n);
    expect(left).toBeGreaterThanOrEqual(MARK_MIN);
  });

  it('out of stack: below the mark, and 2^63 more is what was left', () => {
    const { trapped, left } = metered(moduleOfFunctions([{ code: BOTTOMLESS }])).run(0);
    expect(trapped).toBe(true);
    expect(left).toBeLessThan(MARK_MIN);
    expect(left + 2n ** 63n).toBeGreaterThan(0n);
  });

  it('at the same depth with any fuel that lasts, and again after that', () => {
    const module = metered(moduleOfFunctions([{ code: BOTTOMLESS }]));
    const spent = [1_000_000n, 5_000_000n, 5_000_000n].map((fuel) => fuel - (module.run(0, fuel).left + 2n ** 63n));
    expect(new Set(spent).size).toBe(1);
  });

  it('in a trap of its own: not negative', () => {
    const { trapped, left } = metered(moduleOfFunctions([{ code: [I.i32, 1, I.get, 0, I.divS] }])).run(0);
    expect(trapped).toBe(true);
    expect(left).toBeGreaterThanOrEqual(0n);
  });

  it('the host sees what was spent up to its call, and nothing past the budget', () => {
    // Imports come first: function 0 is the host's.
    const imports = [1, ...name('host'), ...name('see'), 0, 0];
    const bytes = moduleOfFunctions([{ code: [I.get, 0, I.call, 0, I.call, 0] }], [2, imports]);
    const patched = Uint8Array.from(bytes);
    const at = Buffer.from(patched).indexOf(Buffer.from(name('run'))) + 5;
    patched[at] = 1;
    const seen: bigint[] = [];
    const module = metered(
      patched,
      {},
      {
        host: {
          see: (value: number) => {
            const fuel = module.exports['__grafos_fuel'];
            if (fuel instanceof WebAssembly.Global) seen.push(fuel.value as bigint);
            return value;
          },
        },
      },
    );
    expect(module.run(4, 10n).left).toBe(6n);
    expect(seen.splice(0)).toEqual([7n, 6n]);
    expect(module.run(4, 3n).trapped).toBe(true);
    expect(seen).toEqual([0n]);
  });

  // `run` is named by `ref.func`, so the host calls it itself: run(n) ends in run(n - 1), run(0) in the host's function.
  describe('in an indirect tail call that may land in the host', () => {
    const tableSet = [I.i32, 1, 0xd2, 1, 0x26, 0];
    const isNotZero = [I.get, 0, I.i32, 0, 0x47];
    const code = [...tableSet, I.get, 0, I.i32, 1, I.sub, ...isNotZero, 0x13, 0, 0];
    const bytes = moduleOfFunctions(
      [{ code }, { code: [I.get, 0] }],
      [2, [1, ...name('host'), ...name('charge'), 0, 0]],
      [4, [1, 0x70, 0, 2]],
      [9, [1, 0, I.i32, 0, I.end, 1, 0]],
    );
    const charge = (value: number): number => {
      const fuel = module.exports['__grafos_fuel'];
      if (fuel instanceof WebAssembly.Global) fuel.value = (fuel.value as bigint) - 50n;
      return value;
    };
    const module = metered(bytes, { callDepthMax: 10 }, { host: { charge } });

    it('sees what the host charged', () => {
      const { trapped, answer, spent } = module.run(0);
      expect({ trapped, answer }).toEqual({ trapped: false, answer: -1 });
      expect(module.run(0, spent)).toMatchObject({ trapped: false, left: 0n });
      expect(module.run(0, spent - 1n)).toMatchObject({ trapped: true, left: -1n });
    });

    it('counts the depth, and gives it back', () => {
      for (let time = 0; time < 5; time++) expect(module.run(5).trapped).toBe(false);
      expect(module.run(40).left).toBeLessThan(MARK_MIN);
      expect(module.run(5).trapped).toBe(false);
    });
  });
});
