import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../../../src/core/index.ts';
import { QUEUE, STRUCTURE } from '../../../../src/memory/index.ts';
import { bytesOf, World } from './world.ts';

const STRIDE = 8;

function queue(capacity: number): World {
  const world = new World(32 + capacity * STRIDE);
  world.answer(STRUCTURE.queue, QUEUE.create, (call) => call.u32(STRIDE).u32(0).u64(0));
  return world;
}

describe('queue', () => {
  test('golden: header and ring, wrapped', () => {
    const world = queue(3);
    world.answer(STRUCTURE.queue, QUEUE.push, (call) => call.list([bytesOf(1), bytesOf(2)]));
    world.answer(STRUCTURE.queue, QUEUE.pop, (call) => call.u32(1).u32(0));
    world.answer(STRUCTURE.queue, QUEUE.push, (call) => call.list([bytesOf(3)]));
    expect(toHex(world.snapshot())).toBe(
      ['0100000000000000', '0000000000000000', '0300000000000000', '0800000000000000'].join('') +
        ['0100000001000000', '0100000002000000', '0100000003000000'].join(''),
    );
  });

  test.each([2, 3, 5])('behaves like a list of at most %i - 1', (capacity) => {
    const element = fc.uint8Array({ maxLength: STRIDE - 4 });
    const step = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), elements: fc.array(element, { maxLength: 4 }) }),
      fc.record({ kind: fc.constantFrom('pop' as const, 'peek' as const), count: fc.nat(4) }),
      fc.record({ kind: fc.constant('clear' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const world = queue(capacity);
        let model: Uint8Array[] = [];
        for (const each of steps) {
          if (each.kind === 'push') {
            const fits = each.elements.slice(0, capacity - 1 - model.length);
            model.push(...fits);
            const answer = world.answer(STRUCTURE.queue, QUEUE.push, (call) => call.list(each.elements));
            expect(answer.u32()).toBe(fits.length);
            expect(answer.u32()).toBe(world.local.u32[0]);
            expect(world.last?.wake).toBe(fits.length > 0 ? 8 : undefined);
          } else if (each.kind === 'clear') {
            world.answer(STRUCTURE.queue, QUEUE.clear);
            model = [];
          } else {
            const answer = world.answer(STRUCTURE.queue, QUEUE[each.kind], (call) => call.u32(each.count).u32(0));
            expect(answer.u32()).toBe(world.local.u32[2]);
            const taken = model.slice(0, each.count);
            expect(answer.list()).toEqual(taken);
            if (each.kind === 'pop') model = model.slice(each.count);
            expect(world.last?.wake).toBe(each.kind === 'pop' && taken.length > 0 ? 0 : undefined);
          }
        }
      }),
    );
  });

  test('a queue of one slot is refused', () => {
    expect(new World(32 + STRIDE).call(STRUCTURE.queue, QUEUE.create, (call) => call.u32(STRIDE).u32(0).u64(0))).toBe(
      -4,
    );
  });
});
