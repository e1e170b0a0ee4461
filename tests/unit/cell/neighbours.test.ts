import { beforeEach, describe, expect, test } from 'vitest';
import { attenuate, decodeToken, encodeToken, operationSet, type Caveat } from '../../../src/capability/index.ts';
import type { NeighbourClaim, Neighbours } from '../../../src/cell/index.ts';
import { MEMORY_LIMITS, type Bytes, type LeaseId } from '../../../src/core/index.ts';
import {
  openedRegion,
  PolledWaits,
  REGION_FIELD,
  threadNumberOf,
  type RegionDoor,
  type Thread,
} from '../../../src/memory/index.ts';
import { REQUEST } from '../../../src/wire/index.ts';
import { errorOf, link, ManualTime, present, valueOf } from '../../support/index.ts';
import { testCell, type TestCell } from './world.ts';

const SIZE_BYTES = 4_096;
const LESSOR_TAB = 1;
const HOLDER_TAB = 2;

let time: ManualTime;
let lessor: TestCell;
let holder: TestCell;
let friend: TestCell;
let cut: () => void;
/** What was shown to the tabs beside, and what they answer. */
let shown: NeighbourClaim[];
let answer: (claim: NeighbourClaim) => Promise<SharedArrayBuffer | undefined>;

const threadOf = (tab: number): Thread => ({
  number: threadNumberOf(tab, 1),
  nowMs: () => time.nowMs(),
  waits: new PolledWaits({ clock: time, timers: time }),
});

function neighbour(name: string, tab: number, neighbours?: Neighbours): TestCell {
  const allocate = (sizeBytes: number): SharedArrayBuffer => new SharedArrayBuffer(sizeBytes);
  const memory = { allocate, thread: threadOf(tab), ...(neighbours ? { neighbours } : {}) };
  return testCell(time, name, { memory });
}

beforeEach(async () => {
  time = new ManualTime();
  shown = [];
  lessor = neighbour('lessor', LESSOR_TAB);
  answer = (claim) => Promise.resolve(lessor.cell.regions.redeem(claim));
  const beside: Neighbours = {
    isAny: true,
    show: (claim) => {
      shown.push(claim);
      return answer(claim);
    },
  };
  holder = neighbour('holder', HOLDER_TAB, beside);
  friend = neighbour('friend', 3, beside);
  cut = await link(time, holder, lessor);
  await link(time, friend, lessor);
});

async function take(ttlMs = 10_000): Promise<LeaseId> {
  const taken = holder.cell.holdings.take(lessor.self, [{ kind: 'mem', quantity: SIZE_BYTES, ttlMs }]);
  return present(valueOf(await time.until(taken))[0]).leaseId;
}

const tokenOf = (leaseId: LeaseId): Bytes => valueOf(holder.cell.holdings.usable(leaseId)).token;
const doorAt = async (at: TestCell, leaseId: LeaseId): Promise<RegionDoor> =>
  valueOf(await time.until(at.cell.regions.openRegion(leaseId)));
const bufferOf = (door: RegionDoor): SharedArrayBuffer => present(door.shared).buffer;

async function share(leaseId: LeaseId, ...caveats: Caveat[]): Promise<void> {
  const whole = valueOf(decodeToken(tokenOf(leaseId)));
  const narrowed = caveats.reduce((token, caveat) => valueOf(attenuate(token, caveat)), whole);
  valueOf(await time.until(friend.cell.holdings.open(lessor.self, leaseId, encodeToken(narrowed))));
}

async function openSession(leaseId: LeaseId): Promise<number> {
  const opened = holder.board.call(lessor.self, REQUEST.memoryOpen, { leaseId, token: tokenOf(leaseId) });
  return valueOf(await time.until(opened)).session;
}

const askTicket = (from: TestCell, session: number) =>
  time.until(from.board.call(lessor.self, REQUEST.memoryTicket, { session }));

/** A claim that is good, until something about it is changed. */
async function claimFor(leaseId: LeaseId): Promise<NeighbourClaim> {
  const { ticket } = valueOf(await askTicket(holder, await openSession(leaseId)));
  return { cell: holder.self, leaseId, ticket: new Uint8Array(ticket), tab: HOLDER_TAB };
}

describe('a region whose lessor is beside this tab', () => {
  test('is the very bytes, for all who open it here, and its lease ends them', async () => {
    const leaseId = await take();
    const door = await doorAt(holder, leaseId);
    const lent = openedRegion(door, threadOf(HOLDER_TAB));
    await time.until(lent.write(7, new Uint8Array([1, 2, 3])));
    await share(leaseId);
    const theirs = await doorAt(friend, leaseId);
    expect(bufferOf(theirs)).toBe(bufferOf(door));
    expect(bufferOf(await doorAt(holder, leaseId))).toBe(bufferOf(door));
    expect(shown.map(({ cell }) => cell)).toEqual([holder.self, friend.self]);

    valueOf(await time.until(holder.cell.holdings.renew(leaseId)));
    expect([...present(lent.local).bytes.subarray(7, 10)]).toEqual([1, 2, 3]);
    await time.until(holder.cell.holdings.give([leaseId]));
    await expect(lent.read(7, 3)).rejects.toMatchObject({ code: 'lease_expired' });
    expect(new Uint8Array(bufferOf(door), 64).every((byte) => byte === 0)).toBe(true);
  });

  test('stays remote, and works, when nobody there has it, can share it, or answers in time', async () => {
    for (const said of [
      () => Promise.resolve(undefined),
      () => Promise.reject(new Error('no')),
      () => new Promise(never),
    ]) {
      answer = said as typeof answer;
      const door = await doorAt(holder, await take());
      expect(door.shared).toBeUndefined();
      expect(await time.until(openedRegion(door).u32.add(0, 5))).toBe(0);
    }
    const other = new SharedArrayBuffer(SIZE_BYTES + 64);
    answer = () => Promise.resolve(other);
    expect((await doorAt(holder, await take())).shared).toBeUndefined();
    const [before, leaseId] = [time.nowMs(), await take()];
    answer = () => new Promise(never);
    await doorAt(holder, leaseId);
    expect(time.nowMs() - before).toBeLessThanOrEqual(MEMORY_LIMITS.neighbourMsMax + 100);
  });

  test('is remote for a token that leaves less than all of it', async () => {
    for (const caveat of [
      { kind: 'operations', operations: operationSet(['read', 'write']) },
      { kind: 'range', from: 0, to: SIZE_BYTES - 1 },
    ] satisfies Caveat[]) {
      const leaseId = await take();
      await share(leaseId, caveat);
      expect((await doorAt(friend, leaseId)).shared).toBeUndefined();
    }
    expect(shown).toEqual([]);
  });
});

describe('a ticket', () => {
  test('is good once', async () => {
    const claim = await claimFor(await take());
    expect(lessor.cell.regions.redeem(claim)).toBeInstanceOf(SharedArrayBuffer);
    expect(lessor.cell.regions.redeem(claim)).toBeUndefined();
  });

  test('is used up by whoever shows it for another cell or lease, or from a tab whose number is taken', async () => {
    const leaseId = await take();
    const other = await take();
    for (const change of [{ cell: friend.self }, { leaseId: other }, { tab: LESSOR_TAB }]) {
      const claim = await claimFor(leaseId);
      expect(lessor.cell.regions.redeem({ ...claim, ...change })).toBeUndefined();
      expect(lessor.cell.regions.redeem(claim)).toBeUndefined();
    }
    expect(lessor.cell.regions.redeem({ ...(await claimFor(leaseId)), ticket: new Uint8Array(16) })).toBeUndefined();
    expect(lessor.cell.regions.redeem(await claimFor(leaseId))).toBeDefined();
    await share(leaseId);
    const asFriend = valueOf(await time.until(friend.cell.regions.openRegion(leaseId)));
    expect(asFriend.shared).toBeDefined();
  });

  test('is given under a session of the cell that asks, and no other', async () => {
    const session = await openSession(await take());
    expect(errorOf(await askTicket(friend, session)).code).toBe('not_found');
    expect(errorOf(await askTicket(holder, session + 1)).code).toBe('not_found');
  });

  test('is over after its time, with its lease, and with the generation', async () => {
    const late = await claimFor(await take());
    await time.advance(MEMORY_LIMITS.ticketMs);
    expect(lessor.cell.regions.redeem(late)).toBeUndefined();

    const leaseId = await take();
    const old = await claimFor(leaseId);
    valueOf(await time.until(holder.cell.holdings.renew(leaseId)));
    expect(lessor.cell.regions.redeem(old)).toBeUndefined();

    const freed = await claimFor(leaseId);
    await time.until(holder.cell.holdings.give([leaseId]));
    expect(lessor.cell.regions.redeem(freed)).toBeUndefined();
  });

  test('is one of a few that a cell may have, and of none where there is nothing to share', async () => {
    const session = await openSession(await take());
    for (let count = 0; count < MEMORY_LIMITS.ticketsPerPeerMax; count++) valueOf(await askTicket(holder, session));
    expect(errorOf(await askTicket(holder, session)).code).toBe('capacity_exceeded');
    await time.advance(MEMORY_LIMITS.ticketMs);
    valueOf(await askTicket(holder, session));

    const alone = testCell(time, 'alone');
    await link(time, holder, alone);
    const taken = holder.cell.holdings.take(alone.self, [{ kind: 'mem', quantity: SIZE_BYTES, ttlMs: 5_000 }]);
    const { leaseId } = present(valueOf(await time.until(taken))[0]);
    const opened = holder.board.call(alone.self, REQUEST.memoryOpen, { leaseId, token: tokenOf(leaseId) });
    const { session: bare } = valueOf(await time.until(opened));
    const asked = await time.until(holder.board.call(alone.self, REQUEST.memoryTicket, { session: bare }));
    expect(errorOf(asked).code).toBe('isolation_missing');
  });
});

describe('a tab that ends inside a structure', () => {
  const lockOf = (door: RegionDoor): Int32Array => new Int32Array(bufferOf(door), 4 * REGION_FIELD.lock, 1);

  test('is let out by the lessor', async () => {
    const lock = lockOf(await doorAt(holder, await take(60_000)));
    Atomics.store(lock, 0, threadNumberOf(HOLDER_TAB, 20));
    cut();
    await time.advance(3 * MEMORY_LIMITS.goneThreadMs);
    expect(Atomics.load(lock, 0)).toBe(0);
  });

  test('and nobody else is, nor a tab that came back', async () => {
    const lock = lockOf(await doorAt(holder, await take(60_000)));
    Atomics.store(lock, 0, threadNumberOf(LESSOR_TAB, 2));
    cut();
    await time.advance(3 * MEMORY_LIMITS.goneThreadMs);
    expect(Atomics.load(lock, 0)).toBe(threadNumberOf(LESSOR_TAB, 2));
    cut = await link(time, holder, lessor);
    Atomics.store(lock, 0, threadNumberOf(HOLDER_TAB, 2));
    cut();
    await link(time, holder, lessor);
    await time.advance(3 * MEMORY_LIMITS.goneThreadMs);
    expect(Atomics.load(lock, 0)).toBe(threadNumberOf(HOLDER_TAB, 2));
  });
});

function never(): void {
  // Nobody answers.
}
