import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STRUCTURE, VEC, VEC_FORM } from '../../../../src/memory/index.ts';
import { toHex } from '../../../../src/core/index.ts';
import { bytesOf, World } from './world.ts';

const STRIDE = 8;

function slotVec(capacity: number): World {
  const world = new World(24 + capacity * STRIDE);
  world.answer(STRUCTURE.vec, VEC.create, (call) => call.u32(STRIDE).u32(VEC_FORM.slots).u64(0));
  return world;
}

describe('vec', () => {
  test('golden: header and slots', () => {
    const world = slotVec(3);
    world.answer(STRUCTURE.vec, VEC.push, (call) => call.list([bytesOf(1, 2, 3), bytesOf(4)]));
    expect(toHex(world.snapshot())).toBe(
      ['0200000000000000', '0300000000000000', '0800000000000000'].join('') +
        ['0300000001020300', '0100000004000000', '0000000000000000'].join(''),
    );
  });

  test('golden: raw elements have no length and their header says so', () => {
    const world = new World(40);
    world.answer(STRUCTURE.vec, VEC.create, (call) => call.u32(8).u32(VEC_FORM.raw).u64(2));
    world.answer(STRUCTURE.vec, VEC.push, (call) => call.u32(2).f64(1).f64(-2));
    expect(toHex(world.snapshot())).toBe(
      '020000000000000002000000000000000800000001000000' + '000000000000f03f' + '00000000000000c0',
    );
  });

  test('behaves like an array that is full at its capacity', () => {
    const element = fc.uint8Array({ maxLength: STRIDE - 4 });
    const step = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), elements: fc.array(element, { maxLength: 3 }) }),
      fc.record({ kind: fc.constant('pop' as const), count: fc.nat(3) }),
      fc.record({ kind: fc.constant('set' as const), index: fc.nat(7), elements: fc.array(element, { maxLength: 2 }) }),
      fc.record({ kind: fc.constant('get' as const), index: fc.nat(7), count: fc.nat(9) }),
      fc.record({ kind: fc.constant('shrink' as const), length: fc.nat(6) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const world = slotVec(6);
        const model: Uint8Array[] = [];
        for (const each of steps) {
          if (each.kind === 'push') {
            const fits = each.elements.slice(0, 6 - model.length);
            model.push(...fits);
            const answer = world.answer(STRUCTURE.vec, VEC.push, (call) => call.list(each.elements));
            expect([answer.u32(), answer.u64()]).toEqual([fits.length, model.length]);
          } else if (each.kind === 'pop') {
            const popped = model.splice(Math.max(model.length - each.count, 0));
            expect(world.answer(STRUCTURE.vec, VEC.pop, (call) => call.u32(each.count)).list()).toEqual(popped);
          } else if (each.kind === 'set') {
            const fits = each.index + each.elements.length <= model.length;
            const status = world.call(STRUCTURE.vec, VEC.set, (call) => call.u64(each.index).list(each.elements));
            expect(status).toBe(fits ? 0 : -22);
            if (fits) model.splice(each.index, each.elements.length, ...each.elements);
          } else if (each.kind === 'get') {
            const answer = world.answer(STRUCTURE.vec, VEC.get, (call) => call.u64(each.index).u32(each.count).u32(0));
            expect(answer.list()).toEqual(model.slice(each.index, each.index + each.count));
          } else {
            const status = world.call(STRUCTURE.vec, VEC.resize, (call) => call.u64(each.length));
            expect(status).toBe(each.length <= model.length ? 0 : -22);
            if (status === 0) model.splice(each.length);
          }
        }
      }),
    );
  });

  test('an answer carries as many elements as its budget holds, and at least one', () => {
    const world = slotVec(4);
    const elements = [bytesOf(1, 1, 1, 1), bytesOf(2, 2, 2, 2), bytesOf(3)];
    world.answer(STRUCTURE.vec, VEC.push, (call) => call.list(elements));
    const got = (budget: number): number =>
      world.answer(STRUCTURE.vec, VEC.get, (call) => call.u64(0).u32(9).u32(budget)).list().length;
    expect([got(1), got(8), got(15), got(16), got(21), got(0)]).toEqual([1, 1, 1, 2, 3, 3]);
  });

  test('an element over its stride is refused and nothing is written', () => {
    const world = slotVec(4);
    const before = world.snapshot();
    expect(world.call(STRUCTURE.vec, VEC.push, (call) => call.list([bytesOf(1), new Uint8Array(5)]))).toBe(-4);
    expect(world.snapshot()).toEqual(before);
  });

  test('raw elements grow by zeros', () => {
    const world = new World(24 + 4 * 8);
    world.local.bytes.fill(7);
    world.answer(STRUCTURE.vec, VEC.create, (call) => call.u32(8).u32(VEC_FORM.raw).u64(0));
    expect(world.call(STRUCTURE.vec, VEC.resize, (call) => call.u64(3))).toBe(0);
    expect(world.call(STRUCTURE.vec, VEC.resize, (call) => call.u64(5))).toBe(-4);
    const answer = world.answer(STRUCTURE.vec, VEC.get, (call) => call.u64(0).u32(9).u32(0));
    expect(answer.packed(8)).toEqual(new Uint8Array(24));
  });

  test('a vec of other elements is not opened', () => {
    const world = slotVec(4);
    const open = (stride: number, form: number): number =>
      world.call(STRUCTURE.vec, VEC.open, (call) => call.u32(stride).u32(form));
    expect([open(0, 0), open(8, 0), open(8, 1), open(12, 0)]).toEqual([0, 0, -22, -22]);
  });
});
