import { beforeEach, describe, expect, test } from 'vitest';
import { LEASE_LIMITS } from '../../../src/core/index.ts';
import { CountedResource, Lessor, type LeaseWish } from '../../../src/lease/index.ts';
import { errorOf, idOf, ManualTime, present, testEnv, valueOf } from '../../support/index.ts';

const holder = idOf.cell('a');
const other = idOf.cell('b');
const cpu = (quantity = 1, ttlMs = 1_000): LeaseWish => ({ kind: 'cpu', quantity, ttlMs });
const mem = (quantity = 10, ttlMs = 1_000): LeaseWish => ({ kind: 'mem', quantity, ttlMs });

let time: ManualTime;
let lessor: Lessor;

beforeEach(() => {
  time = new ManualTime();
  lessor = lessorOf(4, 100);
});

function lessorOf(slots: number, bytes: number): Lessor {
  return new Lessor(testEnv(time, 'lessor'), [
    new CountedResource('cpu', slots, 'slots'),
    new CountedResource('mem', bytes, 'bytes'),
  ]);
}

const grantOne = (wish = cpu(), to = holder) => present(valueOf(lessor.grant(to, [wish]))[0]);
const free = () => [lessor.capacity('cpu').free, lessor.capacity('mem').free];

describe('granting', () => {
  test('gives everything asked for, to the one who asked, until then', () => {
    const [slot, memory] = valueOf(lessor.grant(holder, [cpu(2), mem(30, 500)], idOf.run('7')));
    expect(slot).toMatchObject({
      kind: 'cpu',
      quantity: 2,
      holder,
      runId: idOf.run('7'),
      state: 'active',
      generation: 1,
    });
    expect([slot?.expiresAtMs, memory?.expiresAtMs]).toEqual([time.nowMs() + 1_000, time.nowMs() + 500]);
    expect(free()).toEqual([2, 70]);
  });

  test('is all or nothing: one wish too many takes nothing', () => {
    expect(errorOf(lessor.grant(holder, [cpu(1), mem(50), mem(51)])).code).toBe('capacity_exceeded');
    expect(errorOf(lessor.grant(holder, [cpu(1), mem(101)])).code).toBe('lease_denied');
    expect(free()).toEqual([4, 100]);
    expect(lessor.leases()).toEqual([]);
    expect(lessor.nextDueMs()).toBeUndefined();
  });

  test('tells what can never be from what cannot be now', () => {
    expect(errorOf(lessor.grant(holder, [cpu(5)])).code).toBe('lease_denied');
    grantOne(cpu(3));
    expect(errorOf(lessor.grant(holder, [cpu(2)])).code).toBe('capacity_exceeded');
    expect(errorOf(new Lessor(testEnv(time, 'bare'), []).grant(holder, [cpu()])).code).toBe('lease_denied');
  });

  test('never lends the same thing twice: live quantities never exceed the total', () => {
    grantOne(cpu(2));
    grantOne(cpu(2), other);
    expect(lessor.grant(other, [cpu(1)]).ok).toBe(false);
  });

  test.each([
    ['nothing', cpu(0)],
    ['less than nothing', cpu(-1)],
    ['half a slot', cpu(1.5)],
    ['not a number', cpu(Number.NaN)],
    ['endlessly much', cpu(Infinity)],
    ['for too short', cpu(1, LEASE_LIMITS.ttlMsMin - 1)],
    ['for too long', cpu(1, LEASE_LIMITS.ttlMsMax + 1)],
    ['for no time at all', cpu(1, Number.NaN)],
  ])('refuses %s', (_name, wish) => {
    expect(errorOf(lessor.grant(holder, [wish])).code).toBe('invalid_argument');
    expect(free()).toEqual([4, 100]);
  });

  test('epochs of a resource only grow', () => {
    const epochs = [0, 1, 2, 3, 4].map(() => {
      const lease = grantOne();
      lessor.free(holder, lease.leaseId);
      lessor.reclaim(lease.leaseId);
      return lease.epoch;
    });
    expect(epochs).toEqual([...new Set(epochs)].sort((left, right) => left - right));
  });

  test('is bounded for each holder, and the bound counts until teardown is confirmed', () => {
    lessor = lessorOf(10_000, 1);
    const leases = Array.from({ length: LEASE_LIMITS.perHolderMax }, () => grantOne());
    expect(errorOf(lessor.grant(holder, [cpu()])).code).toBe('lease_denied');
    expect(lessor.grant(other, [cpu()]).ok).toBe(true);
    const [first] = leases;
    lessor.free(holder, present(first).leaseId);
    expect(lessor.grant(holder, [cpu()]).ok).toBe(false);
    lessor.reclaim(present(first).leaseId);
    expect(lessor.grant(holder, [cpu()]).ok).toBe(true);
  });

  test('is bounded over all holders', () => {
    lessor = lessorOf(10_000, 1);
    for (let index = 0; index < LEASE_LIMITS.grantedMax; index++) {
      grantOne(cpu(), idOf.cell((index % 17).toString(16).padStart(2, '0')));
    }
    expect(errorOf(lessor.grant(idOf.cell('fe'), [cpu()])).code).toBe('capacity_exceeded');
  });
});

describe('using', () => {
  test('is for the holder and the kind of resource', () => {
    const { leaseId } = grantOne();
    expect(valueOf(lessor.check(holder, leaseId, 'cpu')).leaseId).toBe(leaseId);
    expect(errorOf(lessor.check(other, leaseId, 'cpu')).code).toBe('not_found');
    expect(errorOf(lessor.check(holder, leaseId, 'mem')).code).toBe('not_found');
    expect(errorOf(lessor.check(holder, idOf.lease('0'), 'cpu')).code).toBe('not_found');
  });

  test('ends with the deadline, though no tick has come by', () => {
    const { leaseId } = grantOne();
    time.sleep(999);
    expect(lessor.check(holder, leaseId, 'cpu').ok).toBe(true);
    time.sleep(1);
    expect(errorOf(lessor.check(holder, leaseId, 'cpu')).code).toBe('lease_expired');
    expect(lessor.tick().map(({ state }) => state)).toEqual(['expired']);
    expect(errorOf(lessor.check(holder, leaseId, 'cpu')).code).toBe('lease_expired');
  });

  test('ends when it is freed', () => {
    const { leaseId } = grantOne();
    lessor.free(holder, leaseId);
    expect(errorOf(lessor.check(holder, leaseId, 'cpu')).code).toBe('not_found');
  });
});

describe('ending', () => {
  test('is reported once, by whatever ended it', () => {
    const { leaseId } = grantOne();
    expect(lessor.free(holder, leaseId)?.state).toBe('freed');
    expect(lessor.free(holder, leaseId)).toBeUndefined();
    time.sleep(5_000);
    expect(lessor.tick()).toEqual([]);
    expect(lessor.holderLeft(holder).ended).toEqual([]);
  });

  test('is the holder’s to ask for, nobody else’s', () => {
    const { leaseId } = grantOne();
    expect(lessor.free(other, leaseId)).toBeUndefined();
    expect(lessor.check(holder, leaseId, 'cpu').ok).toBe(true);
  });

  test('at the goodbye of a holder takes all of its leases and no other’s', () => {
    grantOne();
    grantOne(mem());
    const kept = grantOne(cpu(), other);
    expect(lessor.holderLeft(holder).ended.map(({ kind }) => kind)).toEqual(['cpu', 'mem']);
    expect(lessor.check(other, kept.leaseId, 'cpu').ok).toBe(true);
  });

  test('comes in the order of deadlines, and the next is known', () => {
    const late = grantOne(cpu(1, 900));
    const early = grantOne(cpu(1, 300));
    expect(lessor.nextDueMs()).toBe(early.expiresAtMs);
    time.sleep(1_000);
    expect(lessor.tick().map(({ leaseId }) => leaseId)).toEqual([early.leaseId, late.leaseId]);
    expect(lessor.nextDueMs()).toBeUndefined();
  });

  test('gives capacity back when teardown is confirmed, not before, and once', () => {
    const { leaseId } = grantOne(cpu(3));
    lessor.reclaim(leaseId);
    expect(free()[0]).toBe(1);
    lessor.free(holder, leaseId);
    expect(free()[0]).toBe(1);
    lessor.reclaim(leaseId);
    lessor.reclaim(leaseId);
    expect(free()[0]).toBe(4);
    expect(lessor.leases()).toEqual([]);
  });
});

describe('fair share', () => {
  const third = idOf.cell('c');

  test('who has more than an even part leaves room to one who waits for its own', () => {
    const held = grantOne(cpu(4));
    expect(errorOf(lessor.grant(other, [cpu(1)])).code).toBe('capacity_exceeded');
    lessor.free(holder, held.leaseId);
    lessor.reclaim(held.leaseId);
    grantOne(cpu(2));
    expect(errorOf(lessor.grant(holder, [cpu(1)])).message).toBe('others wait for their part of cpu');
    grantOne(cpu(2), other);
  });

  test('nobody is waited for who has its part, or wants more than that', () => {
    grantOne(cpu(2), other);
    grantOne(cpu(1));
    expect(errorOf(lessor.grant(other, [cpu(2)])).code).toBe('capacity_exceeded');
    expect(lessor.grant(holder, [cpu(1)]).ok).toBe(true);
  });

  test('who does not ask again in time is waited for no more', () => {
    grantOne(cpu(3));
    expect(errorOf(lessor.grant(other, [cpu(2)])).code).toBe('capacity_exceeded');
    expect(errorOf(lessor.grant(holder, [cpu(1)])).code).toBe('capacity_exceeded');
    time.sleep(LEASE_LIMITS.fairWaitMs);
    expect(lessor.grant(holder, [cpu(1, 5_000)]).ok).toBe(true);
  });

  test('three who contend each get a part before one gets a second', () => {
    for (const cell of [other, third]) grantOne(cpu(2), cell);
    expect(errorOf(lessor.grant(holder, [cpu(1)])).code).toBe('capacity_exceeded');
    const freed = present(lessor.leases().find((lease) => lease.holder === other));
    lessor.free(other, freed.leaseId);
    lessor.reclaim(freed.leaseId);
    expect(lessor.grant(third, [cpu(1)]).ok).toBe(false);
    expect(lessor.grant(other, [cpu(1)]).ok).toBe(true);
    expect(lessor.grant(holder, [cpu(1)]).ok).toBe(true);
  });
});
