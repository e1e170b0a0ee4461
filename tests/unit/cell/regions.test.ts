import { beforeEach, describe, expect, test } from 'vitest';
import { attenuate, decodeToken, encodeToken, operationSet, type Caveat } from '../../../src/capability/index.ts';
import { LINK_LIMITS, MEMORY_LIMITS, WIRE_LIMITS, type Bytes, type LeaseId } from '../../../src/core/index.ts';
import { BatchWriter, openedRegion, setSession, type Region } from '../../../src/memory/index.ts';
import { REQUEST } from '../../../src/wire/index.ts';
import { errorOf, link, ManualTime, present, settle, valueOf } from '../../support/index.ts';
import { testCell, type TestCell } from './world.ts';

const SIZE_BYTES = 65_536;

let time: ManualTime;
let lessor: TestCell;
let holder: TestCell;
let friend: TestCell;
let cut: () => void;

beforeEach(async () => {
  time = new ManualTime();
  lessor = testCell(time, 'lessor');
  holder = testCell(time, 'holder');
  friend = testCell(time, 'friend');
  cut = await link(time, holder, lessor);
  await link(time, friend, lessor);
});

async function take(ttlMs = 10_000, quantity = SIZE_BYTES): Promise<LeaseId> {
  const taken = holder.cell.holdings.take(lessor.self, [{ kind: 'mem', quantity, ttlMs }]);
  return present(valueOf(await time.until(taken))[0]).leaseId;
}

const tokenOf = (leaseId: LeaseId): Bytes => valueOf(holder.cell.holdings.usable(leaseId)).token;
const regionAt = async (at: TestCell, leaseId: LeaseId): Promise<Region> =>
  openedRegion(valueOf(await time.until(at.cell.regions.openRegion(leaseId))));

/** Opens the lease at the friend's, with its token narrowed by `caveats`. */
async function share(leaseId: LeaseId, ...caveats: Caveat[]): Promise<Region> {
  const whole = valueOf(decodeToken(tokenOf(leaseId)));
  const narrowed = caveats.reduce((token, caveat) => valueOf(attenuate(token, caveat)), whole);
  valueOf(await time.until(friend.cell.holdings.open(lessor.self, leaseId, encodeToken(narrowed))));
  return regionAt(friend, leaseId);
}

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  time.until(promise.then(() => 'succeeded').catch((error: unknown) => Reflect.get(Object(error), 'code') as unknown));

describe('a region over a renewal', () => {
  test('loses no operation and keeps their order, however often and whenever it comes', async () => {
    const leaseId = await take();
    const region = await regionAt(holder, leaseId);
    const adds: Promise<number>[] = [];
    for (let round = 0; round < 12; round++) {
      for (let turn = 0; turn < 30; turn++) {
        adds.push(region.u32.add(0, 1));
        if (turn % 3 === 0) await settle();
      }
      const renewed = holder.cell.holdings.renew(leaseId);
      adds.push(region.u32.add(0, 1));
      await settle();
      adds.push(region.u32.add(0, 1));
      valueOf(await time.until(renewed));
    }
    const before = await time.until(Promise.all(adds));
    expect(before).toEqual(adds.map((_, index) => index));
  });

  test('is followed by those who have its lease open, narrowed as it was', async () => {
    const leaseId = await take();
    const mine = await regionAt(holder, leaseId);
    const theirs = await share(leaseId, { kind: 'operations', operations: operationSet(['read', 'atomic']) });
    await time.until(theirs.u32.add(0, 1));
    const renewed = holder.cell.holdings.renew(leaseId);
    const during = theirs.u32.add(0, 1);
    valueOf(await time.until(renewed));
    expect(await time.until(during)).toBe(1);
    expect(await codeOf(theirs.write(0, new Uint8Array(1)))).toBe('lease_denied');
    expect(await time.until(mine.u32.load(0))).toBe(2);
  });

  test('goes on waiting', async () => {
    const leaseId = await take();
    const region = await regionAt(holder, leaseId);
    const waiting = region.wait(0, 0, 5_000);
    await time.advance(100);
    valueOf(await time.until(holder.cell.holdings.renew(leaseId)));
    expect(await time.until(region.notify(0))).toBe(1);
    expect(await time.until(waiting)).toBe('woken');
  });
});

describe('how a region ends', () => {
  test('is told apart: revoked, run out, given back, gone', async () => {
    const leases = [await take(), await take(1_500), await take()] as const;
    const regions = await Promise.all(leases.map((leaseId) => regionAt(holder, leaseId)));
    const [revoked, expired, freed] = regions;
    await time.until(lessor.cell.revoke(leases[0], 0));
    await time.until(holder.cell.holdings.give([leases[2]]));
    await time.advance(1_500);
    expect(await codeOf(present(revoked).read(0, 1))).toBe('revoked');
    expect(await codeOf(present(expired).read(0, 1))).toBe('lease_expired');
    expect(await codeOf(present(freed).read(0, 1))).toBe('lease_expired');
    const gone = await regionAt(holder, await take());
    cut();
    expect(await codeOf(gone.read(0, 1))).toBe('disconnected');
  });

  test('settles what was under way when the lessor does not answer any more', async () => {
    const region = await regionAt(holder, await take(2_000));
    lessor.crash();
    const asked = region.read(0, 1);
    const waiting = region.wait(0, 0, 60_000);
    const codes = [codeOf(asked), codeOf(waiting)];
    for (const code of await Promise.all(codes)) expect(['lease_expired', 'disconnected']).toContain(code);
  });

  test.each(['lessor', 'holder'] as const)('comes back with a link that the %s lost first', async (first) => {
    cut();
    await time.advance(10);
    const [dialer, answerer] = first === 'holder' ? [lessor, holder] : [holder, lessor];
    cut = await link(time, dialer, answerer);
    const leaseId = await take();
    const region = await regionAt(holder, leaseId);
    await time.until(region.u32.store(0, 7));
    cut();
    await time.advance(LINK_LIMITS.lessorBackMs / 2);
    await link(time, holder, lessor);
    expect(await time.until(region.u32.load(0))).toBe(7);
    await time.advance(LINK_LIMITS.lessorBackMs);
    expect(await codeOf(region.read(0, 1))).toBe('lease_expired');
  });

  test('is closed when the last who opened it closes it', async () => {
    const leaseId = await take();
    const first = valueOf(await time.until(holder.cell.regions.openRegion(leaseId)));
    const second = valueOf(await time.until(holder.cell.regions.openRegion(leaseId)));
    first.close();
    first.close();
    expect(await codeOf(openedRegion(second).read(0, 1))).toBe('succeeded');
    expect(await codeOf(openedRegion(first).read(0, 1))).toBe('invalid_argument');
    second.close();
    expect(await codeOf((await regionAt(holder, leaseId)).read(0, 1))).toBe('succeeded');
  });

  test('begins only with a lease of memory', async () => {
    const taken = holder.cell.holdings.take(lessor.self, [{ kind: 'cpu', quantity: 1, ttlMs: 5_000 }]);
    const { leaseId } = present(valueOf(await time.until(taken))[0]);
    expect(errorOf(await time.until(holder.cell.regions.openRegion(leaseId))).code).toBe('invalid_argument');
  });
});

describe('a token', () => {
  test('allows the bytes and operations that it names, and no others', async () => {
    const region = await share(await take(), { kind: 'range', from: 100, to: 200 });
    expect(await codeOf(region.write(100, new Uint8Array(100)))).toBe('succeeded');
    expect(await codeOf(region.write(99, new Uint8Array(1)))).toBe('lease_denied');
    expect(await codeOf(region.read(199, 2))).toBe('lease_denied');
    expect(await codeOf(region.u32.add(200, 1))).toBe('lease_denied');
    expect(await codeOf(region.wait(200, 0, 10))).toBe('lease_denied');
    expect(await codeOf(region.call(new Uint8Array(16)))).toBe('lease_denied');
  });
});

describe('a peer that means no good', () => {
  const operate = (from: TestCell, batch: Bytes) =>
    time.until(from.board.call(lessor.self, REQUEST.memoryOperate, batch));
  const write = (session: number): Bytes => {
    const writer = new BatchWriter();
    writer.write(0, new Uint8Array([1]));
    const batch = writer.take();
    setSession(batch, session);
    return batch;
  };
  const open = (leaseId: LeaseId, token = tokenOf(leaseId)) =>
    time.until(holder.board.call(lessor.self, REQUEST.memoryOpen, { leaseId, token }));

  test('gets nowhere under the session of another, or one that it has invented', async () => {
    const leaseId = await take();
    const region = await regionAt(holder, leaseId);
    const { session } = valueOf(await open(leaseId));
    for (const guess of [session, 0, 1, 99, 0xffff_ffff]) {
      expect(errorOf(await operate(friend, write(guess))).code).toBe('not_found');
    }
    expect((await time.until(region.read(0, 1)))[0]).toBe(0);
  });

  test('writes nothing under a session that a lessor gave out before it was reloaded', async () => {
    const { session: before } = valueOf(await open(await take()));
    lessor = testCell(time, 'lessor', { session: 2 });
    cut = await link(time, holder, lessor);
    const region = await regionAt(holder, await take());
    expect(errorOf(await operate(holder, write(before))).code).toBe('not_found');
    expect((await time.until(region.read(0, 1)))[0]).toBe(0);
  });

  test('opens nothing with the token of another lease, or a spoilt one', async () => {
    const [mine, other] = [await take(), await take()];
    expect(errorOf(await open(mine, tokenOf(other))).code).toBe('lease_denied');
    const spoilt = tokenOf(mine).map((byte, index) => (index === 60 ? byte ^ 1 : byte));
    expect(errorOf(await open(mine, spoilt)).code).toBe('lease_denied');
  });

  test('is disconnected after so many batches that are none', async () => {
    for (let count = 0; count < WIRE_LIMITS.malformedMax; count++) {
      expect(lessor.board.isLinked(holder.self)).toBe(true);
      const { session } = valueOf(await open(await take(5_000, 64)));
      const bad = write(session);
      bad[6] = 1;
      const answer = operate(holder, bad);
      if (count < WIRE_LIMITS.malformedMax - 1) expect(errorOf(await answer).code).toBe('protocol_violation');
      else await answer;
    }
    await time.advance(10);
    expect(lessor.board.isLinked(holder.self)).toBe(false);
  });

  test('has only so many waits pending, and gets them back', async () => {
    const leaseId = await take(20_000);
    const { session } = valueOf(await open(leaseId));
    const wait = () =>
      holder.board.call(lessor.self, REQUEST.memoryWait, { session, offset: 0, expected: 0, timeoutMs: 1_000 });
    const waits = Array.from({ length: MEMORY_LIMITS.waitsPerPeerMax }, wait);
    await time.advance(20);
    expect(errorOf(await time.until(wait())).code).toBe('capacity_exceeded');
    for (const end of await time.until(Promise.all(waits))) expect(valueOf(end).end).toBe('timed_out');
    expect(valueOf(await time.until(wait())).end).toBe('timed_out');
  });

  test('finds what it left neither by a new lease nor after its end', async () => {
    const leaseId = await take();
    const region = await regionAt(holder, leaseId);
    await time.until(region.fill(0, SIZE_BYTES, 7));
    const { session } = valueOf(await open(leaseId));
    await time.until(holder.cell.holdings.give([leaseId]));
    expect(errorOf(await operate(holder, write(session))).code).toBe('not_found');
    const next = await regionAt(holder, await take());
    expect((await time.until(next.read(0, SIZE_BYTES))).every((byte) => byte === 0)).toBe(true);
  });
});
