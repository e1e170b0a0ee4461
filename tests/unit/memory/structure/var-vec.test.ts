import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex, utf8 } from '../../../../src/core/index.ts';
import { STRUCTURE, VAR_VEC } from '../../../../src/memory/index.ts';
import { World } from './world.ts';

function varVec(entries: number, heapBytes: number): World {
  const world = new World(32 + entries * 12 + heapBytes);
  world.answer(STRUCTURE.varVec, VAR_VEC.create, (call) => call.u64(entries).u64(0));
  return world;
}

const totalOf = (elements: readonly Uint8Array[]): number => elements.reduce((total, { length }) => total + length, 0);

describe('vec of varying elements', () => {
  test('golden: header, index and heap', () => {
    const world = varVec(2, 8);
    world.answer(STRUCTURE.varVec, VAR_VEC.push, (call) => call.list([utf8('abc'), utf8('de')]));
    expect(toHex(world.snapshot())).toBe(
      ['0200000000000000', '0200000000000000', '0800000000000000', '0500000000000000'].join('') +
        ['000000000000000003000000', '030000000000000002000000'].join('') +
        '6162636465000000',
    );
  });

  test('behaves like an array that is full at its entries or its heap', () => {
    const element = fc.uint8Array({ maxLength: 9 });
    const step = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), elements: fc.array(element, { maxLength: 3 }) }),
      fc.record({ kind: fc.constant('pop' as const), count: fc.nat(3) }),
      fc.record({ kind: fc.constant('set' as const), index: fc.nat(4), elements: fc.array(element, { maxLength: 2 }) }),
      fc.record({ kind: fc.constant('get' as const), index: fc.nat(6), count: fc.nat(6) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const world = varVec(5, 24);
        const model: Uint8Array[] = [];
        for (const each of steps) {
          if (each.kind === 'push') {
            let pushed = 0;
            for (const element of each.elements) {
              if (model.length === 5 || totalOf(model) + element.length > 24) break;
              model.push(element);
              pushed++;
            }
            const answer = world.answer(STRUCTURE.varVec, VAR_VEC.push, (call) => call.list(each.elements));
            expect([answer.u32(), answer.u64()]).toEqual([pushed, model.length]);
          } else if (each.kind === 'pop') {
            const popped = model.splice(Math.max(model.length - each.count, 0));
            expect(world.answer(STRUCTURE.varVec, VAR_VEC.pop, (call) => call.u32(each.count).u32(0)).list()).toEqual(
              popped,
            );
          } else if (each.kind === 'set') {
            const next = model.slice();
            const isInside = each.index + each.elements.length <= model.length;
            if (isInside) next.splice(each.index, each.elements.length, ...each.elements);
            const expected = !isInside ? -22 : totalOf(next) > 24 ? -4 : 0;
            const status = world.call(STRUCTURE.varVec, VAR_VEC.set, (call) =>
              call.u64(each.index).list(each.elements),
            );
            expect(status).toBe(expected);
            if (status === 0) model.splice(0, model.length, ...next);
          }
          const all = world.answer(STRUCTURE.varVec, VAR_VEC.get, (call) => call.u64(0).u32(99).u32(0)).list();
          expect(all).toEqual(model);
        }
      }),
    );
  });

  test('a pop takes no more than its budget, and nothing when that holds not even one', () => {
    const world = varVec(4, 32);
    world.answer(STRUCTURE.varVec, VAR_VEC.push, (call) => call.list(['a', 'bb', 'cc'].map(utf8)));
    const pop = (budget: number): number =>
      world.call(STRUCTURE.varVec, VAR_VEC.pop, (call) => call.u32(9).u32(budget));
    const before = world.snapshot();
    expect(pop(5)).toBe(-4);
    expect(world.snapshot()).toEqual(before);
    const answer = world.answer(STRUCTURE.varVec, VAR_VEC.pop, (call) => call.u32(9).u32(12));
    expect(answer.list()).toEqual(['bb', 'cc'].map(utf8));
  });
});
