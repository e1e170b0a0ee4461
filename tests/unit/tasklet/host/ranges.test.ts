import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { fromUtf8, utf8 } from '../../../../src/core/index.ts';
import { STATUS } from '../../../../src/tasklet/index.ts';
import { Imports } from './bench.ts';

const SIZE = 65_536;
/** As WASM hands them over: i32, so the upper half arrives negative. */
const i32 = (value: number): number => value | 0;

/** Imports that take (ptr, len), with what goes before and after those. */
const RANGED: readonly (readonly [string, (ptr: number, len: number) => number[]])[] = [
  ['context_read', (ptr, len) => [ptr, len, 0]],
  ['input_read', (ptr, len) => [ptr, len, 0]],
  ['output_write', (ptr, len) => [ptr, len]],
  ['response_write', (ptr, len) => [ptr, len]],
  ['log', (ptr, len) => [1, ptr, len]],
  ['random_fill', (ptr, len) => [ptr, len]],
];

describe.each(RANGED)('%s', (name, args) => {
  test.each([
    ['one byte past the end', SIZE, 1],
    ['from inside to one past the end', SIZE - 3, 4],
    ['one past the end, of no length', SIZE + 1, 0],
    ['all of memory and one more', 0, SIZE + 1],
    ['a sum that wraps around 2^32', 0xffff_ffff, 2],
    ['a length that wraps around 2^32', 4, 0xffff_fffe],
    ['the largest of both', 0xffff_ffff, 0xffff_ffff],
    ['the sign bit alone', 0x8000_0000, 0x8000_0000],
  ])('refuses %s, moves nothing and charges nothing', (_name, ptr, len) => {
    const imports = new Imports();
    const before = imports.peek(0, SIZE);
    expect(imports.call(name, ...args(i32(ptr), i32(len)))).toBe(STATUS.invalidArgument);
    expect(imports.peek(0, SIZE)).toEqual(before);
    expect(imports.spent).toBe(0);
    expect(imports.host.record()).toEqual({ output: new Uint8Array(0), responseText: undefined, log: [] });
  });

  test.each([
    ['the last byte', SIZE - 1, 1],
    ['nothing at the end', SIZE, 0],
    ['nothing at all', 0, 0],
  ])('takes %s', (_name, ptr, len) => {
    expect(new Imports().call(name, ...args(ptr, len))).toBeGreaterThanOrEqual(0);
  });

  test('sees the memory as it is at the call, not as it was', () => {
    const imports = new Imports();
    expect(imports.call(name, ...args(SIZE, 4))).toBe(STATUS.invalidArgument);
    imports.grow(1);
    expect(imports.call(name, ...args(SIZE, 4))).toBeGreaterThanOrEqual(0);
    expect(imports.call(name, ...args(2 * SIZE, 4))).toBe(STATUS.invalidArgument);
  });

  test('answers a status or a count for every pair of numbers, and never throws', () => {
    const any32 = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.integer({ min: 0, max: 2 * SIZE }));
    fc.assert(
      fc.property(any32, any32, (ptr, len) => {
        const imports = new Imports({ fuelLimit: 1_000_000 });
        const isInside = (ptr >>> 0) + (len >>> 0) <= SIZE;
        const answer = imports.call(name, ...args(ptr, len));
        if (!isInside) expect(answer).toBe(STATUS.invalidArgument);
        else expect(answer).toBeGreaterThanOrEqual(0);
      }),
      { seed: 1, numRuns: 150 },
    );
  });
});

describe('reading', () => {
  const input = utf8('0123456789');

  test.each([
    ['from the start', 0, 4, '0123'],
    ['from the middle', 7, 2, '78'],
    ['past the end stops there', 7, 9, '789'],
    ['at the end is nothing', 10, 4, ''],
    ['far past the end is nothing', 0xffff_ffff, 4, ''],
  ])('%s', (_name, offset, len, expected) => {
    const imports = new Imports({ input });
    imports.poke(100, new Uint8Array(16).fill(0x2e));
    expect(imports.call('input_read', 100, len, i32(offset))).toBe(expected.length);
    expect(fromUtf8(imports.peek(100, 16))).toBe(expected.padEnd(16, '.'));
  });

  test('the context and the input are two things', () => {
    const imports = new Imports({ context: utf8('ctx'), input: utf8('in') });
    expect(imports.call('context_read', 0, 8, 0)).toBe(3);
    expect(imports.call('input_read', 8, 8, 0)).toBe(2);
    expect(fromUtf8(imports.peek(0, 10))).toBe('ctx\0\0\0\0\0in');
  });
});
