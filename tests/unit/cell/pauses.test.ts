import { expect, test } from 'vitest';
import { FabricMutex } from '../../../src/collections/index.ts';
import { decodeToken, encodeToken } from '../../../src/capability/index.ts';
import type { LeaseId } from '../../../src/core/index.ts';
import { openedRegion, type Region } from '../../../src/memory/index.ts';
import { Prng } from '../../../src/sim/prng.ts';
import { link, ManualTime, present, valueOf } from '../../support/index.ts';
import { testCell, type TestCell } from './world.ts';

/** Ten worlds of as many pauses each: a thousand of either kind. */
const WORLDS = Array.from({ length: 10 }, (_, index) => index);
const PAUSES = 100;
const SIZE_BYTES = 1_024;
const TTL_MS = 300;
const HOLD_MS = 200;
const COUNTER = 64;
/**
 * When the tab stops: with the write on its way out, before the write with a clock that does not know of it, or before the write
 * with one that does.
 */
const STOPS = ['sent', 'unaware', 'aware'] as const;

/** A lessor that can lend one region at a time, and two that take it. */
async function threeCells() {
  const time = new ManualTime();
  const lessor = testCell(time, 'lessor', { memoryBytes: SIZE_BYTES });
  const paused = testCell(time, 'paused');
  const next = testCell(time, 'next');
  await link(time, paused, lessor);
  await link(time, next, lessor);
  const take = async (at: TestCell, ttlMs: number): Promise<LeaseId> => {
    const taken = at.cell.holdings.take(lessor.self, [{ kind: 'mem', quantity: SIZE_BYTES, ttlMs }]);
    return present(valueOf(await time.until(taken))[0]).leaseId;
  };
  const regionOf = async (at: TestCell, leaseId: LeaseId): Promise<Region> =>
    openedRegion(valueOf(await time.until(at.cell.regions.openRegion(leaseId))));
  return { time, lessor, paused, next, take, regionOf };
}

function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'accepted',
    (error: unknown) => Reflect.get(Object(error), 'code') as unknown,
  );
}

test.each(WORLDS)('a holder that was paused past its lease changes no byte of the next one (%i)', async (world) => {
  const prng = new Prng(`paused holder ${world}`);
  const { time, paused, next, take, regionOf } = await threeCells();
  for (let pause = 0; pause < PAUSES; pause++) {
    const stale = await regionOf(paused, await take(paused, TTL_MS));
    await time.until(stale.fill(0, SIZE_BYTES, 0xee));
    const stop = STOPS[pause % STOPS.length];
    const write = (): Promise<unknown> => {
      const writes = [
        stale.write(prng.below(SIZE_BYTES - 8), new Uint8Array(8).fill(0xee)),
        stale.u32.add(0, 1),
        stale.fill(0, SIZE_BYTES, 0xee),
      ];
      return Promise.all(writes.map(codeOf));
    };
    await time.advance(prng.below(TTL_MS / 2));
    const resume = paused.pause(stop === 'unaware' ? 'standing' : 'running');
    const sent = stop === 'sent' ? write() : undefined;
    await time.advance(TTL_MS + prng.between(50, 1_000));
    const nextLease = await take(next, 10_000);
    const fresh = await regionOf(next, nextLease);
    expect(await time.until(fresh.read(0, SIZE_BYTES))).toEqual(new Uint8Array(SIZE_BYTES));
    await time.until(fresh.fill(0, SIZE_BYTES, 0x11));
    resume();
    expect(await time.until(sent ?? write())).toEqual(['lease_expired', 'lease_expired', 'lease_expired']);
    expect(await time.until(fresh.read(0, SIZE_BYTES))).toEqual(new Uint8Array(SIZE_BYTES).fill(0x11));
    await time.until(next.cell.holdings.give([nextLease]));
    await time.advance(300);
  }
});

test.each(WORLDS)('what a paused holder of a mutex writes is fenced, and no update is lost (%i)', async (world) => {
  const prng = new Prng(`paused in a mutex ${world}`);
  const { time, lessor, paused, next, take, regionOf } = await threeCells();
  const leaseId = await take(next, 120_000);
  const token = encodeToken(valueOf(decodeToken(valueOf(next.cell.holdings.usable(leaseId)).token)));
  valueOf(await time.until(paused.cell.holdings.open(lessor.self, leaseId, token)));
  const mutex = await time.until(FabricMutex.create(await regionOf(next, leaseId)));
  const theirs = await time.until(FabricMutex.open(await regionOf(paused, leaseId)));
  for (let pause = 0; pause < PAUSES; pause++) {
    const stale = await time.until(theirs.lock(HOLD_MS));
    const [count = 0] = new Uint32Array((await time.until(stale.read(COUNTER, 4))).slice().buffer);
    expect(count).toBe(pause);
    const write = (): Promise<unknown> => codeOf(stale.write(COUNTER, bytesOf(count + 1)));
    const resume = paused.pause(pause % 2 === 0 ? 'running' : 'standing');
    const sent = prng.chance(0.5) ? write() : undefined;
    const startedMs = time.nowMs();
    const guard = await time.until(mutex.lock());
    expect(time.nowMs() - startedMs).toBeLessThanOrEqual(HOLD_MS + 50);
    expect([guard.recovered, guard.fence > stale.fence]).toEqual([true, true]);
    const seen = await time.until(guard.read(COUNTER, 4));
    // Half of them come while the next holder is inside, half after it has left.
    const isInside = prng.chance(0.5);
    if (isInside) resume();
    if (isInside) expect(await time.until(sent ?? write())).toBe('fenced');
    await time.until(guard.write(COUNTER, bytesOf((new Uint32Array(seen.slice().buffer)[0] ?? 0) + 1)));
    await time.until(guard.unlock());
    if (!isInside) resume();
    if (!isInside) expect(await time.until(sent ?? write())).toBe('fenced');
    expect(await codeOf(time.until(stale.unlock()))).toBe('fenced');
  }
  const guard = await time.until(mutex.lock());
  expect(guard.recovered).toBe(false);
  expect(await time.until(guard.read(COUNTER, 4))).toEqual(bytesOf(PAUSES));
});

function bytesOf(count: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(count).buffer);
}
