import { describe, expect, it } from 'vitest';
import { meterModule } from '../../../src/tasklet/meter/index.ts';
import { meteredOutcome, type MeteredOutcome } from './compare.ts';
import { ENGINE_HAS_TAIL_CALLS, exportedCounter, exportedFunction, outcomeOf } from './engine.ts';
import { METER } from './meter.ts';
import { ByteWriter } from './oracle/bytes.ts';

const CALL_DEPTH_MAX = 10;
const FUEL = 10_000_000n;

/** Functions of `(param i32) (result i32)`, all in a table; the first is exported as `run`. */
function moduleOf(...bodies: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  const count = bodies.length;
  const indices = bodies.map((_, index) => index);
  const out = new ByteWriter().u8(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  out.section(1, Uint8Array.from([1, 0x60, 1, 0x7f, 1, 0x7f]));
  out.section(3, Uint8Array.from([count, ...bodies.map(() => 0)]));
  out.section(4, Uint8Array.from([1, 0x70, 0, count]));
  out.section(7, new ByteWriter().u8(1).name('run').u8(0, 0).done());
  out.section(9, Uint8Array.from([1, 0, 0x41, 0, 0x0b, count, ...indices]));
  const code = new ByteWriter().u8(count);
  for (const body of bodies) code.sized(Uint8Array.from([0, ...body, 0x0b]));
  return out.section(10, code.done()).done();
}

function run(bytes: Uint8Array, argument: number): MeteredOutcome {
  const metered = meterModule(bytes, { callDepthMax: CALL_DEPTH_MAX });
  if (!metered.ok) throw new Error(metered.error.message);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(metered.value.bytes)));
  const fuel = exportedCounter(instance, METER.fuelGlobal);
  fuel.value = FUEL;
  const outcome = outcomeOf(() => exportedFunction(instance, 'run')(argument));
  return meteredOutcome(outcome, fuel.value);
}

/** `if (param) { recurse(param - 1) }` and 7. */
const recursion = (...call: readonly number[]): number[] => {
  return [0x20, 0, 0x04, 0x40, 0x20, 0, 0x41, 1, 0x6b, ...call, 0x1a, 0x0b, 0x41, 7];
};

/** Does `call` param times over, and answers 0. */
const repeated = (...call: readonly number[]): number[] => {
  return [0x03, 0x40, 0x20, 0, ...call, 0x1a, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x41, 0];
};

const RECURSIONS: readonly (readonly [what: string, module: Uint8Array<ArrayBuffer>])[] = [
  ['direct', moduleOf(recursion(0x10, 0))],
  ['mutual', moduleOf(recursion(0x10, 1), recursion(0x10, 2), recursion(0x10, 0))],
  ['indirect', moduleOf(recursion(0x41, 0, 0x11, 0, 0))],
  ['through a tail call', moduleOf(recursion(0x10, 1), [0x20, 0, 0x12, 0])],
];

/** Ways out of a function; each takes and gives an i32. */
const EXITS: readonly (readonly [what: string, body: readonly number[]])[] = [
  ['the end', [0x20, 0]],
  ['return', [0x20, 0, 0x0f]],
  ['return from within', [0x02, 0x40, 0x03, 0x40, 0x20, 0, 0x0f, 0x0b, 0x0b, 0x00]],
  ['br to the function', [0x02, 0x40, 0x20, 0, 0x0c, 1, 0x0b, 0x00]],
  ['br_if to the function', [0x20, 0, 0x41, 1, 0x0d, 0]],
  ['br_table to the function', [0x02, 0x40, 0x20, 0, 0x20, 0, 0x0e, 1, 1, 1, 0x0b, 0x00]],
  ['a call and the end', [0x20, 0, 0x10, 2]],
  ['a tail call', [0x20, 0, 0x12, 2]],
  ['an indirect tail call', [0x20, 0, 0x41, 2, 0x13, 0, 0]],
];

const isTail = (what: string): boolean => what.includes('tail');

describe('the bound on call depth', () => {
  it.each(RECURSIONS.filter(([what]) => ENGINE_HAS_TAIL_CALLS || !isTail(what)))('holds: %s', (_what, module) => {
    expect(run(module, 4)).toEqual({ kind: 'returned', values: [7] });
    expect(run(module, 40)).toEqual({ kind: 'stack_exhausted' });
  });

  // The deepest argument that returns must not depend on the engine: it is the same number in every one.
  it('is a number of calls', () => {
    const deepest = Array.from({ length: 30 }, (_, argument) => argument).findLast(
      (argument) => run(moduleOf(recursion(0x10, 0)), argument).kind === 'returned',
    );
    expect([CALL_DEPTH_MAX - 1, CALL_DEPTH_MAX]).toContain(deepest);
  });

  it.each(EXITS.filter(([what]) => ENGINE_HAS_TAIL_CALLS || !isTail(what)))('is given back by %s', (_what, body) => {
    // Recursive in form, so that the depth is counted at all.
    const recursive = [0x41, 0, 0x04, 0x40, 0x41, 0, 0x10, 0, 0x1a, 0x0b, ...body];
    const outcome = run(moduleOf(repeated(0x10, 1), recursive, [0x20, 0]), 1000);
    expect(outcome).toEqual({ kind: 'returned', values: [0] });
  });
});
