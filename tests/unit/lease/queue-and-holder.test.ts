import { beforeEach, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { LEASE_LIMITS } from '../../../src/core/index.ts';
import { CountedResource, ExpiryQueue, LeaseHolder, Lessor, type GrantNews } from '../../../src/lease/index.ts';
import { idOf, ManualTime, present, testEnv, valueOf } from '../../support/index.ts';

describe('the queue of deadlines', () => {
  const operation = fc.oneof(
    fc.record({ set: fc.nat({ max: 12 }), atMs: fc.nat({ max: 50 }) }),
    fc.record({ remove: fc.nat({ max: 12 }) }),
    fc.record({ takeUntil: fc.nat({ max: 50 }) }),
  );

  test('does what a sorted list would', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
        const queue = new ExpiryQueue<number>();
        const list = new Map<number, number>();
        for (const each of operations) {
          if ('set' in each) {
            queue.set(each.set, each.atMs);
            list.set(each.set, each.atMs);
          } else if ('remove' in each) {
            queue.delete(each.remove);
            list.delete(each.remove);
          } else {
            const taken = queue.takeDue(each.takeUntil);
            const times = taken.map((key) => present(list.get(key)));
            expect(times).toEqual(times.toSorted((left, right) => left - right));
            const due = [...list].filter(([, atMs]) => atMs <= each.takeUntil).map(([key]) => key);
            expect(taken.toSorted((left, right) => left - right)).toEqual(due.sort((left, right) => left - right));
            for (const key of due) list.delete(key);
          }
          expect(queue.size).toBe(list.size);
          expect(queue.nextAtMs()).toBe(list.size > 0 ? Math.min(...list.values()) : undefined);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('the holder', () => {
  const lessor = idOf.cell('a');
  let time: ManualTime;
  let holder: LeaseHolder;

  beforeEach(() => {
    time = new ManualTime();
    holder = new LeaseHolder(time);
  });

  const news = (change: Partial<GrantNews> = {}): GrantNews => ({
    leaseId: idOf.lease('1'),
    kind: 'cpu',
    quantity: 1,
    ttlMs: 1_000,
    remainingMs: 1_000,
    generation: 1,
    epoch: 1,
    tier: 'standard',
    ...change,
  });

  test('stops strictly before its lessor would, however long the answer took', () => {
    const delays = fc.tuple(fc.nat({ max: 3_000 }), fc.nat({ max: 3_000 }));
    const ttl = fc.integer({ min: LEASE_LIMITS.ttlMsMin, max: LEASE_LIMITS.ttlMsMax });
    fc.assert(
      fc.property(delays, ttl, ([thereMs, backMs], ttlMs) => {
        const world = new ManualTime();
        const granting = new Lessor(testEnv(world, 'l'), [new CountedResource('cpu', 1, 'slots')]);
        const askedAtMs = world.nowMs();
        world.sleep(thereMs);
        const lease = present(valueOf(granting.grant(idOf.cell('b'), [{ kind: 'cpu', quantity: 1, ttlMs }]))[0]);
        world.sleep(backMs);
        const held = new LeaseHolder(world).granted(lessor, news({ ttlMs, remainingMs: ttlMs }), askedAtMs);
        expect(held.deadlineMs).toBeLessThan(lease.expiresAtMs);
      }),
      { seed: 2 },
    );
  });

  test('may act until its deadline, and not at it, though no tick has come by', () => {
    const { deadlineMs, leaseId } = holder.granted(lessor, news(), time.nowMs());
    expect(deadlineMs).toBe(time.nowMs() + 1_000 - LEASE_LIMITS.holderMarginMs);
    time.sleep(deadlineMs - time.nowMs() - 1);
    expect(holder.isActive(leaseId)).toBe(true);
    time.sleep(1);
    expect(holder.isActive(leaseId)).toBe(false);
    expect(holder.tick().map(({ state }) => state)).toEqual(['expired']);
  });

  test('hears of an end once: from itself, from the lessor, or from its own clock', () => {
    const { leaseId } = holder.granted(lessor, news(), time.nowMs());
    expect(holder.ended(leaseId, 'freed')?.state).toBe('freed');
    expect(holder.ended(leaseId, 'revoked')).toBeUndefined();
    time.sleep(5_000);
    expect(holder.tick()).toEqual([]);
    expect(holder.leases()).toEqual([]);
  });

  test('lets go when the grace is over, though the lessor never says so', () => {
    const { leaseId } = holder.granted(lessor, news({ ttlMs: 5_000, remainingMs: 5_000 }), time.nowMs());
    holder.warned(leaseId, 400, 'lessor');
    expect(holder.nextDueMs()).toBe(time.nowMs() + 400);
    time.sleep(400);
    expect(holder.isActive(leaseId)).toBe(false);
    expect(holder.tick().map(({ state, warning }) => [state, warning?.reason])).toEqual([['revoked', 'lessor']]);
  });

  test('grace that outlasts the deadline does not prolong it', () => {
    const { leaseId } = holder.granted(lessor, news(), time.nowMs());
    holder.warned(leaseId, 5_000, 'lessor');
    time.sleep(1_000);
    expect(holder.tick().map(({ state }) => state)).toEqual(['expired']);
  });

  test('loses everything of a lessor that is gone, and nothing else', () => {
    holder.granted(lessor, news(), time.nowMs());
    holder.granted(lessor, news({ leaseId: idOf.lease('2'), kind: 'mem' }), time.nowMs());
    const kept = holder.granted(idOf.cell('c'), news({ leaseId: idOf.lease('3') }), time.nowMs(), idOf.run('1'));
    expect(holder.lessorGone(lessor).map(({ state, kind }) => [state, kind])).toEqual([
      ['revoked', 'cpu'],
      ['revoked', 'mem'],
    ]);
    expect(holder.leases()).toEqual([kept]);
    expect(holder.get(kept.leaseId)?.runId).toBe(idOf.run('1'));
  });

  test('knows nothing of leases it was never granted', () => {
    expect(holder.isActive(idOf.lease('9'))).toBe(false);
    expect(holder.ended(idOf.lease('9'), 'expired')).toBeUndefined();
  });
});
