import { describe, expect, test } from 'vitest';
import { FabricBarrier, FabricMutex, FabricOnce, FabricWatch, text, u32 } from '../../../src/collections/index.ts';
import { utf8 } from '../../../src/core/index.ts';
import { codeOf, RegionWorld, type Whereabouts } from './world.ts';

const TTL_MS = 1_000;

describe.each<Whereabouts>(['here', 'far'])('sync, bytes %s', (where) => {
  test('a mutex lets one in at a time and loses no update', async () => {
    const world = new RegionWorld(where);
    const region = world.region(64);
    await FabricMutex.create(region);
    const addOne = async (): Promise<void> => {
      const mutex = await FabricMutex.open(region);
      for (let round = 0; round < 5; round++) {
        await mutex.with(async (guard) => {
          const [count = 0] = await guard.read(40, 1);
          await guard.write(40, Uint8Array.of(count + 1));
        });
      }
    };
    await world.until(Promise.all([addOne(), addOne(), addOne()]));
    expect((await region.read(40, 1))[0]).toBe(15);
  });

  test('who dies holding it is overtaken when the hold ends, and is fenced', async () => {
    const world = new RegionWorld(where);
    const region = world.region(64);
    const mutex = await FabricMutex.create(region);
    const dead = await mutex.lock(TTL_MS);
    expect([dead.recovered, await mutex.tryLock()]).toEqual([false, undefined]);
    const startedMs = world.time.nowMs();
    const next = await world.until(mutex.lock(TTL_MS));
    expect(world.time.nowMs() - startedMs).toBeLessThanOrEqual(TTL_MS + 50);
    expect([next.recovered, next.fence > dead.fence]).toEqual([true, true]);
    for (const late of [dead.write(40, utf8('x')), dead.read(40, 1), dead.renew(), dead.unlock()]) {
      expect(await codeOf(late)).toBe('fenced');
    }
    await dead[Symbol.asyncDispose]();
    await next.write(40, utf8('y'));
    expect(await next.read(40, 1)).toEqual(utf8('y'));
    await next.renew(5 * TTL_MS);
    await world.time.advance(2 * TTL_MS);
    await next.unlock();
    expect((await mutex.lock()).recovered).toBe(false);
  });

  test('giving it back wakes who waits', async () => {
    const world = new RegionWorld(where);
    const mutex = await FabricMutex.create(world.region(64));
    const first = await mutex.lock(60_000);
    const second = mutex.lock();
    await world.time.advance(100);
    const startedMs = world.time.nowMs();
    await first.unlock();
    expect((await world.until(second)).recovered).toBe(false);
    expect(world.time.nowMs() - startedMs).toBeLessThan(300);
  });

  test('a barrier holds its parties until all are there', async () => {
    const world = new RegionWorld(where);
    const region = world.region(64);
    const barrier = await FabricBarrier.create(region, 3);
    const other = await FabricBarrier.open(region);
    let passed = 0;
    const waits = [barrier.wait(), other.wait()].map((wait) => wait.finally(() => passed++));
    await world.time.advance(500);
    expect(passed).toBe(0);
    expect(await world.until(other.wait())).toBe(true);
    expect(await world.until(Promise.all(waits))).toEqual([false, false]);
    expect(await world.until(barrier.waitFor(200))).toBe(false);
    expect(await region.u32.load(12)).toBe(0);
  });

  test('work is done once, and everybody has its value', async () => {
    const world = new RegionWorld(where);
    const region = world.region(64);
    const once = await FabricOnce.create(region, text, { valueBytesMax: 8 });
    let done = 0;
    const run = (): Promise<string> =>
      once.run(async () => {
        await new Promise<void>((resolve) => world.time.after(100, resolve));
        return `value ${++done}`;
      });
    expect(await world.until(Promise.all([run(), run(), run()]))).toEqual(['value 1', 'value 1', 'value 1']);
    const again = await FabricOnce.open(region, text);
    expect(await again.run(() => Promise.reject(new Error('not again')))).toBe('value 1');
  });

  test('work that failed or died is done by the next', async () => {
    const world = new RegionWorld(where);
    const once = await FabricOnce.create(world.region(64), u32);
    expect(await codeOf(once.run(() => Promise.reject(new Error('no'))))).toBe('Error: no');
    const stuck = codeOf(
      once.run(() => new Promise((resolve) => world.time.after(3 * TTL_MS, () => resolve(1))), TTL_MS),
    );
    await world.time.advance(10);
    const next = once.run(({ recovered }) => Promise.resolve(recovered ? 2 : 3));
    expect(await world.until(next)).toBe(2);
    expect(await world.until(stuck)).toBe('fenced');
  });

  test('a watch shows the last value to whoever follows', async () => {
    const world = new RegionWorld(where);
    const region = world.region(64);
    const watch = await FabricWatch.create(region, text, { valueBytesMax: 16 });
    expect(await watch.get()).toEqual({ version: 0, value: undefined });
    const seen: string[] = [];
    const follower = await FabricWatch.open(region, text);
    const following = (async () => {
      for await (const value of follower.changes()) {
        seen.push(value);
        if (value === 'last') return;
      }
    })();
    for (const value of ['one', 'two', 'last']) {
      await watch.set(value);
      await world.time.advance(100);
    }
    await world.until(following);
    expect(seen).toEqual(['one', 'two', 'last']);
    expect([await watch.compareAndSet(2, 'x'), await watch.compareAndSet(3, 'x'), await watch.get()]).toEqual([
      false,
      true,
      { version: 4, value: 'x' },
    ]);
  });
});
