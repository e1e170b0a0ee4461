import { describe, expect, test } from 'vitest';
import { toHex, utf8 } from '../../../../src/core/index.ts';
import { BARRIER, HOLD, MUTEX, ONCE, STRUCTURE, WATCH_CELL } from '../../../../src/memory/index.ts';
import { World } from './world.ts';

const TTL_MS = 100;

function lock(world: World, holder = 7): { outcome: number; fence: number; holder: number; leftMs: number } {
  const answer = world.answer(STRUCTURE.mutex, MUTEX.lock, (call) => call.u64(holder).u32(TTL_MS));
  const outcome = answer.u32();
  answer.u32();
  return { outcome, fence: answer.u64(), holder: answer.u64(), leftMs: answer.u64() };
}

const withFence =
  (fence: number) =>
  (call: { u64(value: number): unknown }): unknown =>
    call.u64(fence);

describe('mutex', () => {
  function mutex(): World {
    const world = new World(64);
    world.answer(STRUCTURE.mutex, MUTEX.create);
    return world;
  }

  test('golden', () => {
    const world = mutex();
    lock(world, 9);
    expect(toHex(world.snapshot().slice(0, 32))).toBe(
      '474d5458' + '01000000' + '0100000000000000' + '0900000000000000' + '4c04000000000000',
    );
  });

  test('one holds it, the others are told who and for how long', () => {
    const world = mutex();
    expect(lock(world, 1)).toEqual({ outcome: HOLD.got, fence: 1, holder: 1, leftMs: TTL_MS });
    world.nowMs += 30;
    expect(lock(world, 2)).toEqual({ outcome: HOLD.busy, fence: 0, holder: 1, leftMs: 70 });
    expect(world.call(STRUCTURE.mutex, MUTEX.unlock, withFence(1))).toBe(0);
    expect(world.last?.wake).toBe(4);
    expect(lock(world, 2)).toMatchObject({ outcome: HOLD.got, fence: 2, holder: 2 });
  });

  test('a hold that ran out is recovered, and its holder is fenced from then on', () => {
    const world = mutex();
    lock(world);
    world.nowMs += TTL_MS;
    expect(world.call(STRUCTURE.mutex, MUTEX.unlock, withFence(1))).toBe(-3);
    expect(lock(world)).toMatchObject({ outcome: HOLD.recovered, fence: 2 });
    const write = (fence: number): number =>
      world.call(STRUCTURE.mutex, MUTEX.write, (call) => call.u64(fence).u64(40).item(utf8('x')));
    expect([write(1), write(2)]).toEqual([-3, 0]);
    expect(world.call(STRUCTURE.mutex, MUTEX.read, (call) => call.u64(1).u64(40).u32(1))).toBe(-3);
    expect(world.call(STRUCTURE.mutex, MUTEX.renew, (call) => call.u64(1).u32(TTL_MS))).toBe(-3);
    expect(world.answer(STRUCTURE.mutex, MUTEX.read, (call) => call.u64(2).u64(40).u32(1)).bytes(1)).toEqual(utf8('x'));
  });

  test('a renewed hold lasts, and no fence comes back, not even over a new mutex', () => {
    const world = mutex();
    lock(world);
    world.nowMs += 90;
    expect(world.call(STRUCTURE.mutex, MUTEX.renew, (call) => call.u64(1).u32(TTL_MS))).toBe(0);
    world.nowMs += 90;
    expect(lock(world).outcome).toBe(HOLD.busy);
    world.answer(STRUCTURE.mutex, MUTEX.create);
    expect(world.call(STRUCTURE.mutex, MUTEX.unlock, withFence(1))).toBe(-3);
    expect(lock(world).fence).toBeGreaterThan(1);
  });

  test('guarded ranges lie in the region and off the mutex', () => {
    const world = mutex();
    lock(world);
    const write = (offset: number): number =>
      world.call(STRUCTURE.mutex, MUTEX.write, (call) => call.u64(1).u64(offset).item(new Uint8Array(8)));
    expect([write(31), write(32), write(56), write(57), write(2 ** 52)]).toEqual([-22, 0, 0, -22, -22]);
  });

  test('a hold without a time or for too long changes nothing', () => {
    const world = mutex();
    const before = world.snapshot();
    const take = (ttlMs: number): number => world.call(STRUCTURE.mutex, MUTEX.lock, (call) => call.u64(1).u32(ttlMs));
    expect([take(0), take(300_001)]).toEqual([-22, -22]);
    expect(world.snapshot()).toEqual(before);
  });
});

describe('barrier', () => {
  test('opens for the last to arrive, again and again', () => {
    const world = new World(16);
    world.answer(STRUCTURE.barrier, BARRIER.create, (call) => call.u32(2));
    const arrive = (): [number, number, number | undefined] => {
      const answer = world.answer(STRUCTURE.barrier, BARRIER.arrive);
      return [answer.u32(), answer.u32(), world.last?.wake];
    };
    expect([arrive(), arrive(), arrive(), arrive()]).toEqual([
      [0, 0, undefined],
      [1, 0, 4],
      [0, 1, undefined],
      [1, 1, 4],
    ]);
    expect(toHex(world.snapshot())).toBe('47424152' + '02000000' + '02000000' + '00000000');
  });

  test('an arrival is taken back only while its generation lasts', () => {
    const world = new World(16);
    world.answer(STRUCTURE.barrier, BARRIER.create, (call) => call.u32(3));
    const withdraw = (generation: number): number =>
      world.answer(STRUCTURE.barrier, BARRIER.withdraw, (call) => call.u32(generation)).u32();
    expect(withdraw(0)).toBe(0);
    world.answer(STRUCTURE.barrier, BARRIER.arrive);
    expect([withdraw(1), withdraw(0), withdraw(0)]).toEqual([0, 1, 0]);
  });
});

describe('once', () => {
  function begin(world: World): { outcome: number; fence: number; leftMs: number; value: Uint8Array } {
    const answer = world.answer(STRUCTURE.once, ONCE.begin, (call) => call.u32(TTL_MS));
    const outcome = answer.u32();
    answer.u32();
    return { outcome, fence: answer.u64(), leftMs: answer.u64(), value: answer.item() };
  }

  test('one runs, the others get its value', () => {
    const world = new World(48);
    world.answer(STRUCTURE.once, ONCE.create, (call) => call.u32(8));
    expect(begin(world)).toMatchObject({ outcome: HOLD.got, fence: 1 });
    expect(begin(world)).toMatchObject({ outcome: HOLD.busy, leftMs: TTL_MS });
    expect(world.call(STRUCTURE.once, ONCE.complete, (call) => call.u64(1).item(new Uint8Array(9)))).toBe(-4);
    expect(world.call(STRUCTURE.once, ONCE.complete, (call) => call.u64(1).item(utf8('done')))).toBe(0);
    expect(begin(world)).toMatchObject({ outcome: HOLD.done, value: utf8('done') });
    expect(toHex(world.snapshot())).toBe(
      '474f4e43' + '01000000' + '01000000' + '08000000' + '0100000000000000' + '0000000000000000' +
        '04000000' + '00000000' + '646f6e6500000000',
    ); // prettier-ignore
  });

  test('one that failed or ran out is tried again, and is fenced', () => {
    const world = new World(48);
    world.answer(STRUCTURE.once, ONCE.create, (call) => call.u32(8));
    begin(world);
    expect(world.call(STRUCTURE.once, ONCE.fail, withFence(1))).toBe(0);
    expect(begin(world)).toMatchObject({ outcome: HOLD.got, fence: 2 });
    world.nowMs += TTL_MS;
    expect(begin(world)).toMatchObject({ outcome: HOLD.recovered, fence: 3 });
    expect(world.call(STRUCTURE.once, ONCE.complete, (call) => call.u64(2).item(utf8('late')))).toBe(-3);
  });
});

describe('watch cell', () => {
  test('holds a value and its version', () => {
    const world = new World(24);
    world.answer(STRUCTURE.watchCell, WATCH_CELL.create, (call) => call.u32(8));
    expect(world.answer(STRUCTURE.watchCell, WATCH_CELL.set, (call) => call.item(utf8('one'))).u32()).toBe(1);
    expect(world.last?.wake).toBe(4);
    const swap = (expected: number): number =>
      world.answer(STRUCTURE.watchCell, WATCH_CELL.compareAndSet, (call) => call.u32(expected).item(utf8('2'))).u32();
    expect([swap(0), swap(1), swap(1)]).toEqual([0, 1, 0]);
    const answer = world.answer(STRUCTURE.watchCell, WATCH_CELL.get);
    expect([answer.u32(), answer.item()]).toEqual([2, utf8('2')]);
    expect(world.call(STRUCTURE.watchCell, WATCH_CELL.set, (call) => call.item(new Uint8Array(9)))).toBe(-4);
    expect(toHex(world.snapshot())).toBe('47574348' + '02000000' + '08000000' + '01000000' + '326e650000000000');
  });
});
