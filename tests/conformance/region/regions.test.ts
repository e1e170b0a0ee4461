import { err, ok, type FabricFailure, type LeaseId, type Result } from '../../../src/core/index.ts';
import {
  executeBatch,
  failureOfStatus,
  LocalRegion,
  MEMORY_STATUS,
  openedRegion,
  PolledWaits,
  REGION_STATE,
  RegionHeader,
  type Region,
  type RegionDoor,
  type Thread,
} from '../../../src/memory/index.ts';
import { REQUEST } from '../../../src/wire/index.ts';
import { idOf, link, ManualTime, present, valueOf } from '../../support/index.ts';
import { testCell, type TestCell } from '../../unit/cell/world.ts';
import { EPOCH, freshBuffer, testThread } from '../../unit/memory/thread.ts';
import { REGION_BYTES, runRegionTests, type RegionWorld } from './contract.ts';

const TTL_MS = 200_000;

/** The door to a region of this thread, each call taking its time. */
function twinDoor(region: LocalRegion, time: ManualTime): RegionDoor {
  const later = (): Promise<void> => new Promise((resolve) => time.after(1, resolve));
  const answer = <T>(end: T | number, value: () => T): Result<T, FabricFailure> =>
    typeof end === 'number' && end !== MEMORY_STATUS.ok ? err(failureOfStatus(end)) : ok(value());
  return {
    leaseId: idOf.lease('4'),
    lessor: idOf.cell('b'),
    sizeBytes: region.sizeBytes,
    async operate(batch) {
      await later();
      return ok(valueOf(executeBatch(region, batch)));
    },
    async wait(offset, expected, timeoutMs) {
      const end = await region.wait(offset, expected, timeoutMs);
      return typeof end === 'number' ? err(failureOfStatus(end)) : ok(end);
    },
    async notices(seen, timeoutMs) {
      const end = seen === undefined ? region.status() : await region.waitNotices(seen, timeoutMs);
      return answer<number>(typeof end === 'number' ? end : MEMORY_STATUS.ok, () => region.notices);
    },
    close: () => undefined,
  };
}

function aloneWorld(isShared: boolean): Promise<RegionWorld> {
  const time = new ManualTime();
  const thread = testThread({ time });
  const local = new LocalRegion(freshBuffer(REGION_BYTES), EPOCH, thread);
  const door = twinDoor(local, time);
  const { buffer } = local;
  const shared = buffer instanceof ArrayBuffer || !isShared ? {} : { shared: { buffer, epoch: EPOCH } };
  return Promise.resolve({
    region: openedRegion({ ...door, ...shared }, thread),
    other: openedRegion({ ...door, ...shared }, testThread({ time, number: 2, waits: thread.waits })),
    until: (promise) => time.until(promise, 1_000_000),
    pass: (durationMs) => time.advance(durationMs),
    end: (how) => {
      new RegionHeader(buffer).end(REGION_STATE[how]);
      thread.waits.wakeAll(buffer);
      return Promise.resolve();
    },
  });
}

runRegionTests('shared with its owner', () => aloneWorld(true));
runRegionTests('reached by batches alone', () => aloneWorld(false));

const threadOf = (time: ManualTime): Thread => ({
  number: 1,
  nowMs: () => time.nowMs(),
  waits: new PolledWaits({ clock: time, timers: time }),
});

async function takeMemory(time: ManualTime, holder: TestCell, lessor: TestCell): Promise<LeaseId> {
  const taken = holder.cell.holdings.take(lessor.self, [{ kind: 'mem', quantity: REGION_BYTES, ttlMs: TTL_MS }]);
  return present(valueOf(await time.until(taken))[0]).leaseId;
}

async function regionOf(time: ManualTime, cell: TestCell, leaseId: LeaseId): Promise<Region> {
  return openedRegion(valueOf(await time.until(cell.cell.regions.openRegion(leaseId))), threadOf(time));
}

/** Everybody says something every half second, as rosters do. */
function chatter(time: ManualTime, cells: readonly TestCell[]): () => void {
  let timer = time.after(0, () => undefined);
  const speak = (): void => {
    for (const from of cells)
      for (const to of cells) {
        if (from.board.isLinked(to.self)) void from.board.call(to.self, REQUEST.leaseFree, { leaseIds: [] });
      }
    timer = time.after(500, speak);
  };
  speak();
  return () => timer.cancel();
}

async function endAt(world: { time: ManualTime; lessor: TestCell; holder: TestCell }, leaseId: LeaseId, how: string) {
  const { time, lessor, holder } = world;
  if (how === 'revoked') await time.until(lessor.cell.revoke(leaseId, 0));
  else if (how === 'freed') await time.until(holder.cell.holdings.give([leaseId]));
  else await time.advance(TTL_MS + 500);
  await time.advance(50);
}

async function ownWorld(isShared: boolean): Promise<RegionWorld> {
  const time = new ManualTime();
  const thread = threadOf(time);
  const allocate = (sizeBytes: number) => (isShared ? new SharedArrayBuffer(sizeBytes) : new ArrayBuffer(sizeBytes));
  const cell = testCell(time, 'alone', { memory: { allocate, thread } });
  const leaseId = await takeMemory(time, cell, cell);
  const open = async (): Promise<Region> =>
    openedRegion(valueOf(await time.until(cell.cell.regions.openRegion(leaseId))), thread);
  return {
    region: await open(),
    other: await open(),
    until: (promise) => time.until(promise, 1_000_000),
    pass: (durationMs) => time.advance(durationMs),
    end: (how) => endAt({ time, lessor: cell, holder: cell }, leaseId, how),
  };
}

runRegionTests('lent by this cell', () => ownWorld(true));
runRegionTests('lent by this cell without shared memory', () => ownWorld(false));

runRegionTests('lent by another cell', async () => {
  const time = new ManualTime();
  const [lessor, holder, friend] = ['lessor', 'holder', 'friend'].map((name) => testCell(time, name));
  const cells = [present(lessor), present(holder), present(friend)] as const;
  await link(time, cells[1], cells[0]);
  await link(time, cells[2], cells[0]);
  const leaseId = await takeMemory(time, cells[1], cells[0]);
  const { token } = valueOf(cells[1].cell.holdings.usable(leaseId));
  valueOf(await time.until(cells[2].cell.holdings.open(cells[0].self, leaseId, token)));
  const stop = chatter(time, cells);
  return {
    region: await regionOf(time, cells[1], leaseId),
    other: await regionOf(time, cells[2], leaseId),
    until: (promise) => time.until(promise, 1_000_000),
    pass: (durationMs) => time.advance(durationMs),
    end: (how) => endAt({ time, lessor: cells[0], holder: cells[1] }, leaseId, how),
    close: stop,
  };
});
