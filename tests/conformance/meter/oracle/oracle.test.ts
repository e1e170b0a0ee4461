import { describe, expect, it } from 'vitest';
import { exportedCounter, exportedFunction, outcomeOf } from '../engine.ts';
import { generateModule } from '../generate/index.ts';
import { Host } from '../host.ts';
import { ByteWriter } from './bytes.ts';
import { TICK_GLOBAL, tickModule } from './tick.ts';

interface Case {
  readonly what: string;
  /** The body of `(func (export "run") (param i32) (result i32) (local i32))`, without its `end`. */
  readonly code: readonly number[];
  readonly argument?: number;
  /** Counted by hand from ABI.md §6, the function's entry included. */
  readonly ticks: bigint;
}

const GET_0 = [0x20, 0];
const CONST = (value: number): number[] => [...new ByteWriter().u8(0x41).s32(value).done()];

const CASES: readonly Case[] = [
  { what: 'an entry and a constant', code: CONST(7), ticks: 2n },
  { what: 'free instructions', code: [0x01, 0x02, 0x40, 0x0b, ...CONST(1), 0x1a, ...CONST(2), 0x0f], ticks: 3n },
  {
    what: 'if and the arm that runs',
    code: [...GET_0, 0x04, 0x7f, ...CONST(1), 0x05, 0x01, ...CONST(2), 0x0b],
    ticks: 4n,
  },
  // loop: local.get, i32.const, i32.sub, local.tee, br_if = 5 a trip, then local.get.
  {
    what: 'a loop of 10 trips',
    code: [0x03, 0x40, ...GET_0, ...CONST(1), 0x6b, 0x22, 0, 0x0d, 0, 0x0b, ...GET_0],
    argument: 10,
    ticks: 1n + 50n + 1n,
  },
  { what: 'br over dead code', code: [0x02, 0x40, 0x0c, 0, ...CONST(1), 0x1a, 0x0b, ...CONST(2)], ticks: 3n },
  {
    what: 'br_table',
    code: [0x02, 0x40, 0x02, 0x40, ...GET_0, 0x0e, 1, 0, 1, 0x0b, ...CONST(9), 0x0f, 0x0b, ...CONST(8)],
    argument: 1,
    ticks: 4n,
  },
  // memory.fill of 65 bytes: three constants, itself, ceil(65 / 64).
  {
    what: 'memory.fill',
    code: [...CONST(0), ...CONST(1), ...CONST(65), 0xfc, 11, 0, ...CONST(0)],
    ticks: 1n + 4n + 2n + 1n,
  },
  {
    what: 'memory.copy of nothing',
    code: [...CONST(0), ...CONST(1), ...CONST(0), 0xfc, 10, 0, 0, ...CONST(0)],
    ticks: 6n,
  },
  { what: 'memory.grow by two pages', code: [...CONST(2), 0x40, 0], ticks: 1n + 2n + 2048n },
  { what: 'table.grow by 65', code: [0xd0, 0x70, ...CONST(65), 0xfc, 15, 0], ticks: 1n + 3n + 2n },
  { what: 'a vector', code: [0xfd, 12, ...new Array<number>(16).fill(1), 0xfd, 27, 2], ticks: 3n },
  // (if (param > 0) call itself with param - 1): get, if, get, const, sub, call; then the const and the innermost entry.
  {
    what: 'recursion three deep',
    code: [...GET_0, 0x04, 0x40, ...GET_0, ...CONST(1), 0x6b, 0x10, 0, 0x1a, 0x0b, ...CONST(5)],
    argument: 2,
    ticks: 2n * (1n + 6n + 1n) + (1n + 2n + 1n),
  },
];

function moduleOf(code: readonly number[]): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter().u8(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  out.section(1, Uint8Array.from([1, 0x60, 1, 0x7f, 1, 0x7f]));
  out.section(3, Uint8Array.from([1, 0]));
  out.section(4, Uint8Array.from([1, 0x70, 0, 1]));
  out.section(5, Uint8Array.from([1, 0, 1]));
  out.section(7, new ByteWriter().u8(1).name('run').u8(0, 0).done());
  const body = new ByteWriter().u8(1, 1, 0x7f, ...code, 0x0b).done();
  return out.section(10, new ByteWriter().u8(1).sized(body).done()).done();
}

describe('the oracle', () => {
  it.each(CASES)('counts $what as people do', ({ code, argument = 1, ticks }) => {
    const ticked = new WebAssembly.Instance(new WebAssembly.Module(tickModule(moduleOf(code))));
    const plain = new WebAssembly.Instance(new WebAssembly.Module(moduleOf(code)));
    expect(exportedFunction(ticked, 'run')(argument)).toBe(exportedFunction(plain, 'run')(argument));
    expect(exportedCounter(ticked, TICK_GLOBAL).value).toBe(ticks);
  });

  it('counts up to the trap', () => {
    const code = [...CONST(1), ...CONST(0), 0x6d];
    const ticked = new WebAssembly.Instance(new WebAssembly.Module(tickModule(moduleOf(code))));
    expect(outcomeOf(() => exportedFunction(ticked, 'run')(0))).toEqual({ kind: 'trapped', trap: 'divide by zero' });
    expect(exportedCounter(ticked, TICK_GLOBAL).value).toBe(4n);
  });

  it('leaves generated modules valid and gives them the same answers', () => {
    for (let seed = 0; seed < 200; seed++) {
      const generated = generateModule(seed, { size: 60, tailCalls: false });
      const results = [generated.bytes, tickModule(generated.bytes)].map((bytes) => answers(bytes, generated.exports));
      expect(results[1], `seed ${seed}`).toEqual(results[0]);
    }
  });
});

function answers(
  bytes: Uint8Array<ArrayBuffer>,
  exports: readonly { readonly name: string; readonly params: readonly number[] }[],
): unknown {
  const module = new WebAssembly.Module(bytes);
  return exports.map(({ name, params }) => {
    return outcomeOf(() => {
      const instance = new WebAssembly.Instance(module, new Host().imports);
      return exportedFunction(instance, name)(...params.map((type) => (type === 0x7e ? 3n : 3)));
    });
  });
}
