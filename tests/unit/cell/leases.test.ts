import { beforeEach, describe, expect, test } from 'vitest';
import { attenuate, decodeToken, encodeToken, operationSet } from '../../../src/capability/index.ts';
import { failure, LEASE_LIMITS, type Bytes, type LeaseId } from '../../../src/core/index.ts';
import type { HeldLease, LeaseTier, LeaseWish } from '../../../src/lease/index.ts';
import { REQUEST } from '../../../src/wire/index.ts';
import { errorOf, idOf, link, ManualTime, present, valueOf } from '../../support/index.ts';
import { deliver, runOf, testCell, type TestCell } from './world.ts';

let time: ManualTime;
let lessor: TestCell;
let holder: TestCell;
let friend: TestCell;

beforeEach(async () => {
  time = new ManualTime();
  lessor = testCell(time, 'lessor', { slots: 2 });
  holder = testCell(time, 'holder');
  friend = testCell(time, 'friend');
  await link(time, holder, lessor);
  await link(time, friend, lessor);
});

const wish = (tier: LeaseTier = 'standard', ttlMs = 10_000): LeaseWish => ({ kind: 'cpu', quantity: 1, ttlMs, tier });

async function take(wishes: LeaseWish[] = [wish()], by = holder): Promise<HeldLease> {
  return present(valueOf(await time.until(by.cell.holdings.take(lessor.self, wishes)))[0]);
}

const tokenOf = (leaseId: LeaseId, by = holder): Bytes => valueOf(by.cell.holdings.usable(leaseId)).token;
const share = (leaseId: LeaseId, token = tokenOf(leaseId)) =>
  time.until(friend.cell.holdings.open(lessor.self, leaseId, token));
const said = (at: TestCell): string[] =>
  at.news.map((news) => (news.kind === 'ended' ? `${news.held.state} ${news.reason ?? ''}`.trim() : news.kind));
/** Lets time pass with everybody saying something, as rosters do. */
async function pass(durationMs: number): Promise<void> {
  for (let passed = 0; passed < durationMs; passed += 500) {
    for (const [from, to] of [
      [holder, lessor],
      [friend, lessor],
      [lessor, holder],
      [lessor, friend],
    ] as const) {
      void from.board.call(to.self, REQUEST.leaseFree, { leaseIds: [] });
    }
    await time.advance(Math.min(500, durationMs - passed));
  }
}

describe('renewing between cells', () => {
  test('extends the lease under the next generation, with a token of that generation', async () => {
    const { leaseId, deadlineMs } = await take();
    const old = tokenOf(leaseId);
    await pass(4_000);
    const renewed = valueOf(await time.until(holder.cell.holdings.renew(leaseId)));
    expect(renewed.generation).toBe(2);
    expect(renewed.deadlineMs).toBeGreaterThan(deadlineMs);
    expect(errorOf(await share(leaseId, old)).code).toBe('lease_expired');
    expect((await share(leaseId)).ok).toBe(true);
    expect(lessor.sealed).toEqual(['lease.granted', 'lease.renewed', 'request.denied']);
  });

  test('voids the token that asked for it, for those who showed it before too', async () => {
    const { leaseId } = await take();
    const old = tokenOf(leaseId);
    const open = () => time.until(holder.board.call(lessor.self, REQUEST.leaseOpen, { leaseId, token: old }));
    expect((await open()).ok).toBe(true);
    valueOf(await time.until(holder.cell.holdings.renew(leaseId)));
    expect(errorOf(await open()).code).toBe('lease_expired');
    const again = { leaseId, generation: 2, token: old };
    expect(errorOf(await time.until(holder.board.call(lessor.self, REQUEST.leaseRenew, again))).code).toBe(
      'lease_expired',
    );
  });

  test('goes by itself for a lease that is kept alive, and stops with it', async () => {
    const { leaseId } = await take([wish('standard', 2_000)]);
    holder.cell.holdings.keepAlive(leaseId, true);
    await pass(9_000);
    expect(present(holder.cell.holdings.leases()[0]).generation).toBeGreaterThan(4);
    holder.cell.holdings.keepAlive(leaseId, false);
    await pass(2_500);
    expect(said(holder).at(-1)).toBe('expired');
  });

  test('is not even asked for once the holder’s own deadline has passed', async () => {
    const { leaseId } = await take([wish('standard', 1_000)]);
    time.sleep(800);
    expect(errorOf(await holder.cell.holdings.renew(leaseId)).code).toBe('lease_expired');
    await pass(500);
    expect(errorOf(await holder.cell.holdings.renew(leaseId)).code).toBe('lease_expired');
    expect(said(holder)).toEqual(['taken', 'expired']);
  });
});

describe('a shared lease', () => {
  test('runs what its opener submits, survives its closing, and does not run what a closed one submits', async () => {
    const mem = await take([{ kind: 'mem', quantity: 1_048_576, ttlMs: 10_000 }]);
    const cpu = await take();
    for (const { leaseId } of [cpu, mem]) expect((await share(leaseId)).ok).toBe(true);
    const leases = { cpu: cpu.leaseId, mem: mem.leaseId };
    const ran = await time.until(deliver(friend, lessor, runOf('echo', { leases })));
    expect(valueOf(ran).outcome.status).toBe('succeeded');
    await time.until(friend.cell.holdings.give([cpu.leaseId]));
    expect(lessor.cell.state().granted.map(({ openers }) => openers)).toEqual([[friend.self], []]);
    expect(errorOf(await deliver(friend, lessor, runOf('echo', { runId: idOf.run('3'), leases }))).failure.code).toBe(
      'not_found',
    );
    const own = await time.until(deliver(holder, lessor, runOf('echo', { runId: idOf.run('4'), leases })));
    expect(valueOf(own).outcome.status).toBe('succeeded');
  });

  test('is followed through renewals by those who have it open', async () => {
    const { leaseId } = await take();
    valueOf(await share(leaseId));
    valueOf(await time.until(holder.cell.holdings.renew(leaseId)));
    await time.advance(20);
    const opened = present(friend.cell.holdings.leases()[0]);
    expect(opened).toMatchObject({ generation: 2, isOwn: false });
    expect(opened.deadlineMs).toBeLessThan(present(lessor.cell.state().granted[0]).expiresAtMs);
    expect(said(friend)).toEqual(['taken', 'renewed']);
  });

  test('reaches no further than its token', async () => {
    const { leaseId } = await take();
    const token = valueOf(decodeToken(tokenOf(leaseId)));
    const narrow = valueOf(attenuate(token, { kind: 'operations', operations: operationSet(['query']) }));
    valueOf(await share(leaseId, encodeToken(narrow)));
    const mem = await take([{ kind: 'mem', quantity: 1_048_576, ttlMs: 10_000 }]);
    valueOf(await share(mem.leaseId));
    const leases = { cpu: leaseId, mem: mem.leaseId };
    const refused = errorOf(await time.until(deliver(friend, lessor, runOf('echo', { leases }))));
    expect(refused.failure.code).toBe('lease_denied');
    expect(lessor.engine.runs).toEqual([]);
    const forged = tokenOf(leaseId).map((byte, at) => (at === 60 ? byte ^ 1 : byte));
    expect((await share(leaseId, forged)).ok).toBe(false);
  });

  test('ends for everyone who has it, each told once and why', async () => {
    const { leaseId } = await take();
    valueOf(await share(leaseId));
    const revoked = lessor.cell.revoke(leaseId, 400);
    await time.advance(20);
    expect([said(holder), said(friend)]).toEqual([
      ['taken', 'warned'],
      ['taken', 'warned'],
    ]);
    expect(await time.until(revoked)).toBe('torn_down');
    await time.advance(20);
    expect([said(holder).at(-1), said(friend).at(-1)]).toEqual(['revoked lessor', 'revoked lessor']);
    expect(errorOf(holder.cell.holdings.usable(leaseId)).code).toBe('revoked');
    expect(errorOf(await share(leaseId, new Uint8Array([1]))).code).toBe('lease_denied');
  });
});

describe('revoking between cells', () => {
  test('answers within a second what became of it, and not_found for what is not there', async () => {
    expect(await lessor.cell.revoke(idOf.lease('9'), 0)).toBe('not_found');
    const { leaseId } = await take();
    expect(await lessor.cell.revoke(leaseId, 0)).toBe('torn_down');
    expect(await lessor.cell.revoke(leaseId, 0)).toBe('not_found');
  });

  test('ends the grace at once when the holder has saved its work', async () => {
    const { leaseId } = await take();
    const revoked = lessor.cell.revoke(leaseId, 5_000);
    await time.advance(20);
    const atMs = time.nowMs();
    valueOf(await time.until(holder.cell.holdings.checkpointed(leaseId)));
    expect(await time.until(revoked)).toBe('torn_down');
    expect(time.nowMs() - atMs).toBeLessThan(100);
  });

  test('stops what runs on the lease, with that reason', async () => {
    const running = deliver(holder, lessor, runOf('hang'));
    await time.advance(50);
    const lease = present(lessor.cell.state().granted[0]);
    expect(await time.until(lessor.cell.revoke(lease.leaseId, 0))).toBe('torn_down');
    expect(valueOf(await time.until(running)).outcome.error?.code).toBe('revoked');
  });

  test('an engine that does not let go fences the slot within a second, until it is unfenced', async () => {
    const stubborn = testCell(time, 'stubborn', {
      slots: 1,
      scripts: { stuck: (run) => (run.stop = () => undefined) },
    });
    await link(time, holder, stubborn);
    void deliver(holder, stubborn, runOf('stuck'));
    await time.advance(50);
    const { leaseId } = present(stubborn.cell.state().granted.find(({ kind }) => kind === 'cpu'));
    const atMs = time.nowMs();
    expect(await time.until(stubborn.cell.revoke(leaseId, 0))).toBe('fenced');
    expect(time.nowMs() - atMs).toBeLessThanOrEqual(1_000);
    expect(stubborn.cell.state().slotsFree).toBe(0);
    expect(await stubborn.cell.revoke(leaseId, 0)).toBe('fenced');
    expect([stubborn.cell.unfence(leaseId), stubborn.cell.unfence(leaseId)]).toEqual([true, false]);
    expect(stubborn.cell.state().slotsFree).toBe(1);
    expect(stubborn.sealed.filter((kind) => kind.startsWith('lease.') && kind !== 'lease.granted')).toContain(
      'lease.fenced',
    );
  });

  test('is the lessor’s alone', async () => {
    const { leaseId } = await take();
    const asked = await time.until(friend.board.call(lessor.self, REQUEST.leaseRevoke, { leaseId, graceMs: 0 }));
    expect(errorOf(asked).code).toBe('lease_denied');
  });
});

describe('preemption', () => {
  test('takes a lower tier’s lease with grace, then grants; the loser hears why', async () => {
    const [first, second] = [await take([wish('scavenger')]), await take([wish('standard')])];
    const atMs = time.nowMs();
    const taken = await time.until(friend.cell.holdings.take(lessor.self, [wish('guaranteed')]));
    expect(taken.ok).toBe(true);
    expect(time.nowMs() - atMs).toBeGreaterThanOrEqual(LEASE_LIMITS.preemptGraceMs);
    await time.advance(20);
    expect(errorOf(holder.cell.holdings.usable(first.leaseId)).code).toBe('revoked');
    expect(holder.cell.holdings.usable(second.leaseId).ok).toBe(true);
    expect(said(holder)).toContain('revoked preempted');
    expect(lessor.sealed).toContain('lease.preempted');
    const full = await time.until(friend.cell.holdings.take(lessor.self, [wish('standard')]));
    expect(errorOf(full).code).toBe('capacity_exceeded');
  });
});

describe('a holder that comes back', () => {
  test('finds the leases it wanted to keep, under the same generation, and no others', async () => {
    const kept = await take([{ ...wish(), isKept: true }]);
    const other = await take();
    holder.board.close();
    await time.advance(20);
    const again = testCell(time, 'holder', { session: 2 });
    await link(time, again, lessor);
    const attached = valueOf(await time.until(again.cell.holdings.attach(lessor.self, kept.leaseId)));
    expect(attached).toMatchObject({ leaseId: kept.leaseId, generation: 1, isOwn: true });
    expect(attached.deadlineMs).toBeLessThan(present(lessor.cell.state().granted[0]).expiresAtMs);
    expect(errorOf(await time.until(again.cell.holdings.attach(lessor.self, other.leaseId))).code).toBe('not_found');
    expect(errorOf(await time.until(friend.cell.holdings.attach(lessor.self, kept.leaseId))).code).toBe('not_found');
    expect((await time.until(again.cell.holdings.renew(kept.leaseId))).ok).toBe(true);
  });

  test('finds an expired one expired', async () => {
    const kept = await take([{ ...wish('standard', 500), isKept: true }]);
    await pass(1_000);
    expect(errorOf(await time.until(holder.cell.holdings.attach(lessor.self, kept.leaseId))).code).toBe(
      'lease_expired',
    );
  });
});

describe('a run', () => {
  test('on leases that have ended fails closed, and those it was given are left alone', async () => {
    const mem = await take([{ kind: 'mem', quantity: 1_048_576, ttlMs: 900 }]);
    const cpu = await take([wish('standard', 900)]);
    const leases = { cpu: cpu.leaseId, mem: mem.leaseId };
    valueOf(await time.until(deliver(holder, lessor, runOf('echo', { leases }))));
    expect(holder.cell.holdings.leases()).toHaveLength(2);
    await pass(1_000);
    const late = errorOf(await deliver(holder, lessor, runOf('echo', { runId: idOf.run('5'), leases })));
    expect(late).toEqual({ begun: false, failure: failure('lease_expired', late.failure.message) });
    expect(lessor.sealed.filter((kind) => kind === 'module.admitted')).toHaveLength(1);
  });
});
