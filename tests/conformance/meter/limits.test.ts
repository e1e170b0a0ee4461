import { describe, expect, it } from 'vitest';
import { meterModule } from '../../../src/tasklet/meter/index.ts';
import { meteredOutcome, type MeteredOutcome } from './compare.ts';
import { ENGINE_HAS_TAIL_CALLS, exportedCounter, exportedFunction, outcomeOf } from './engine.ts';
import { METER } from './meter.ts';
import { ByteWriter } from './oracle/bytes.ts';

/** One function `(param i32) (result i32)` with this body, exported as `run`, and a function as start that calls it. */
function moduleOf(code: readonly number[], extra: { readonly start?: boolean; readonly exportName?: string } = {}) {
  const out = new ByteWriter().u8(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  out.section(1, Uint8Array.from([2, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 0, 0]));
  out.section(3, Uint8Array.from([2, 0, 1]));
  out.section(5, Uint8Array.from([1, 0, 1]));
  const entries = new ByteWriter().u8(2).name('memory').u8(2, 0);
  out.section(
    7,
    entries
      .name(extra.exportName ?? 'run')
      .u8(0, 0)
      .done(),
  );
  if (extra.start) out.section(8, Uint8Array.from([1]));
  const body = new ByteWriter().u8(0, ...code, 0x0b).done();
  const caller = Uint8Array.from([0, 0x41, 3, 0x10, 0, 0x1a, 0x0b]);
  return out.section(10, new ByteWriter().u8(2).sized(body).sized(caller).done()).done();
}

function runWith(code: readonly number[], fuel: bigint): { readonly outcome: MeteredOutcome; readonly left: bigint } {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(METER.meter(moduleOf(code))));
  const counter = exportedCounter(instance, METER.fuelGlobal);
  counter.value = fuel;
  const outcome = outcomeOf(() => exportedFunction(instance, 'run')(5));
  return { outcome: meteredOutcome(outcome, counter.value), left: counter.value };
}

const ENDLESS: readonly (readonly [what: string, code: readonly number[]])[] = [
  ['an empty loop', [0x03, 0x40, 0x0c, 0, 0x0b, 0x41, 0]],
  ['a loop of free instructions', [0x03, 0x40, 0x01, 0x0c, 0, 0x0b, 0x41, 0]],
  ['a loop closed by br_table', [0x03, 0x40, 0x20, 0, 0x0e, 1, 0, 0, 0x0b, 0x41, 0]],
  ['a loop that takes and gives a value', [0x20, 0, 0x03, 0x00, 0x41, 1, 0x6a, 0x0c, 0, 0x0b]],
  ['loops in a loop', [0x03, 0x40, 0x03, 0x40, 0x20, 0, 0x0d, 1, 0x0c, 0, 0x0b, 0x0b, 0x41, 0]],
];

describe('what never ends', () => {
  it.each(ENDLESS)('%s runs out of fuel', (_what, code) => {
    expect(runWith(code, 100_000n).outcome).toEqual({ kind: 'out_of_fuel' });
  });

  it.runIf(ENGINE_HAS_TAIL_CALLS)('a tail call to itself runs out of fuel, not of stack', () => {
    expect(runWith([0x20, 0, 0x12, 0], 50_000_000n).outcome).toEqual({ kind: 'out_of_fuel' });
  });

  it('a call to itself runs out of stack at a depth that does not depend on the fuel', () => {
    const code = [0x20, 0, 0x10, 0];
    const spent = [10_000_000n, 20_000_000n].map((fuel) => {
      const { outcome, left } = runWith(code, fuel);
      expect(outcome).toEqual({ kind: 'stack_exhausted' });
      // ABI.md §6: adding 2^63 gives the fuel that was left.
      return fuel - (left + 2n ** 63n);
    });
    expect(spent[0]).toBe(spent[1]);
  });

  it('a call to itself with little fuel runs out of fuel first', () => {
    expect(runWith([0x20, 0, 0x10, 0], 100n).outcome).toEqual({ kind: 'out_of_fuel' });
  });
});

describe('what costs much at once', () => {
  it('is charged before it acts: a large fill never happens without fuel', () => {
    const code = [0x41, 0, 0x41, 1, 0x41, 0x80, 0x80, 0x04, 0xfc, 11, 0, 0x41, 0];
    expect(runWith(code, 100n).outcome).toEqual({ kind: 'out_of_fuel' });
    // Three constants, the fill, 65536 / 64, a constant and the entry.
    expect(runWith(code, 1_030n)).toEqual({ outcome: { kind: 'returned', values: [0] }, left: 0n });
  });

  it('counts lengths as unsigned', () => {
    const code = [0x41, 0, 0x41, 1, 0x41, 0x7f, 0xfc, 11, 0, 0x41, 0];
    expect(runWith(code, 1_000n).outcome).toEqual({ kind: 'out_of_fuel' });
    expect(runWith(code, 2n ** 40n).outcome.kind).toBe('trapped');
  });
});

describe('the start function', () => {
  const code = [0x20, 0];

  it('spends the fuel that the module starts with', () => {
    const metered = meterModule(moduleOf(code, { start: true }), { fuel: 100n });
    expect(metered.ok).toBe(true);
    if (!metered.ok) return;
    const instance = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(metered.value.bytes)));
    // The caller: entry, constant, call; the callee: entry, local.get.
    expect(exportedCounter(instance, METER.fuelGlobal).value).toBe(95n);
  });

  it('does not run past it', () => {
    const metered = meterModule(moduleOf(code, { start: true }), { fuel: 4n });
    expect(metered.ok).toBe(true);
    if (!metered.ok) return;
    const module = new WebAssembly.Module(new Uint8Array(metered.value.bytes));
    expect(outcomeOf(() => new WebAssembly.Instance(module)).kind).toBe('trapped');
  });
});

describe('the reserved name', () => {
  it('is refused when the module has it already', () => {
    const taken = moduleOf([0x20, 0], { exportName: METER.fuelGlobal });
    expect(WebAssembly.validate(taken)).toBe(true);
    expect(meterModule(taken).ok).toBe(false);
  });
});
