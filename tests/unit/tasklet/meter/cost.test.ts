import { describe, expect, it } from 'vitest';
import { I, metered, moduleOfFunctions } from './metered.ts';

/** `code` as the only function: what a call with `argument` costs by hand, entry included. */
const COUNTED: readonly (readonly [what: string, code: readonly number[], argument: number, cost: bigint])[] = [
  ['the entry and one instruction', [I.get, 0], 5, 2n],
  ['nop and drop for nothing', [I.nop, I.get, 0, I.get, 0, I.drop], 5, 3n],
  ['a block for nothing', [I.block, I.int, I.get, 0, I.end], 5, 2n],
  ['the arm that is taken', [I.get, 0, I.if, I.int, I.i32, 1, I.i32, 2, I.add, I.else, I.i32, 3, I.end], 1, 6n],
  ['the other arm', [I.get, 0, I.if, I.int, I.i32, 1, I.i32, 2, I.add, I.else, I.i32, 3, I.end], 0, 4n],
  ['an arm passed over', [I.get, 0, I.if, I.empty, I.i32, 1, I.set, 0, I.end, I.get, 0], 0, 4n],
  ['an early return', [I.get, 0, I.if, I.empty, I.i32, 7, I.return, I.end, I.i32, 1, I.i32, 2, I.add], 1, 4n],
  ['a br_if taken', [I.block, I.empty, I.get, 0, I.brIf, 0, I.i32, 1, I.set, 0, I.end, I.get, 0], 1, 4n],
  ['a br_if not taken', [I.block, I.empty, I.get, 0, I.brIf, 0, I.i32, 1, I.set, 0, I.end, I.get, 0], 0, 6n],
  ['a br_if that carries a value', [I.block, I.int, I.i32, 3, I.get, 0, I.brIf, 0, I.i32, 1, I.add, I.end], 1, 4n],
  ['code after a branch for nothing', [I.block, I.empty, I.br, 0, I.i32, 1, I.set, 0, I.end, I.get, 0], 1, 3n],
  ['memory.grow by the page', [I.get, 0, I.memoryGrow, 0], 2, 3n + 2n * 1024n],
  ['memory.fill by 64 bytes begun', [I.i32, 0, I.i32, 0, I.get, 0, 0xfc, 11, 0, I.i32, 0], 65, 6n + 2n],
  ['memory.fill of nothing', [I.i32, 0, I.i32, 0, I.get, 0, 0xfc, 11, 0, I.i32, 0], 0, 6n],
];

/** Counts down from its argument: per turn 5, and entry and last instruction. */
const BOTTOM_TESTED = [I.loop, I.empty, I.get, 0, I.i32, 1, I.sub, I.tee, 0, I.brIf, 0, I.end, I.get, 0];

/** The same, asked before each turn: per turn 7, the last question 2. */
const TOP_TESTED = [
  ...[I.block, I.empty, I.loop, I.empty, I.get, 0, I.eqz, I.brIf, 1],
  ...[I.get, 0, I.i32, 1, I.sub, I.set, 0, I.br, 0, I.end, I.end, I.get, 0],
];

/**
 * Counts down by 2 while even and by 1 else, until below 1; both arms meet at a bare jump back. Per even turn 14, per odd
 * one 13, and the last question 4.
 */
const SWITCHED = [
  ...[I.block, I.empty, I.loop, I.empty, I.get, 0, I.i32, 1, I.ltS, I.brIf, 1],
  ...[I.block, I.empty, I.block, I.empty, I.block, I.empty, I.get, 0, I.i32, 1, I.and, I.brTable, 1, 0, 1, I.end],
  ...[I.get, 0, I.i32, 2, I.sub, I.set, 0, I.br, 1, I.end, I.nop],
  ...[I.get, 0, I.i32, 1, I.sub, I.nop, I.set, 0, I.end, I.br, 0, I.end, I.end, I.get, 0],
];

describe('cost', () => {
  it.each(COUNTED)('of %s', (_what, code, argument, cost) => {
    const module = metered(moduleOfFunctions([{ code }]));
    expect(module.run(argument)).toMatchObject({ trapped: false, spent: cost });
    expect(module.run(argument, cost)).toMatchObject({ trapped: false, left: 0n });
    const short = module.run(argument, cost - 1n);
    expect(short.trapped).toBe(true);
    expect(short.left).toBeLessThan(0n);
  });

  it.each([
    ['asked at its end', BOTTOM_TESTED, 9, 2n + 9n * 5n],
    ['asked at its start', TOP_TESTED, 9, 2n + 9n * 8n + 3n],
    ['whose arms meet, even', SWITCHED, 8, 2n + 4n * 14n + 4n],
    ['whose arms meet, odd', SWITCHED, 9, 2n + 13n + 4n * 14n + 4n],
  ])('of a loop %s', (_what, code, turns, cost) => {
    const module = metered(moduleOfFunctions([{ code }]));
    expect(module.run(turns).spent).toBe(cost);
    expect(module.run(turns, cost).trapped).toBe(false);
    expect(module.run(turns, cost - 1n)).toMatchObject({ trapped: true });
  });

  it('of calls: the call, the entry, and what is in it', () => {
    const double = { code: [I.get, 0, I.get, 0, I.add] };
    const caller = { code: [I.get, 0, I.call, 0, I.call, 0] };
    expect(metered(moduleOfFunctions([double, caller])).run(3)).toMatchObject({ answer: 12, spent: 1n + 1n + 2n * 5n });
  });

  it('of a recursion', () => {
    // 0 for arguments below 1; per further level get, if, get, i32, sub, call and the entry.
    const code = [I.get, 0, I.if, I.int, I.get, 0, I.i32, 1, I.sub, I.call, 0, I.else, I.i32, 0, I.end];
    expect(metered(moduleOfFunctions([{ code }])).run(10)).toMatchObject({ answer: 0, spent: 10n * 7n + 4n });
  });
});
