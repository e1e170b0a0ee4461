import { beforeEach, describe, expect, test } from 'vitest';
import { LEASE_LIMITS } from '../../../src/core/index.ts';
import {
  CountedResource,
  humanSummary,
  isTerminal,
  isUsable,
  legalTransition,
  Lessor,
  ResourceFences,
  REVOKE_STATES,
  type Lease,
  type LeaseEvent,
  type LeaseWish,
} from '../../../src/lease/index.ts';
import { errorOf, idOf, ManualTime, present, testEnv, valueOf } from '../../support/index.ts';

const holder = idOf.cell('a');
const other = idOf.cell('b');

let time: ManualTime;
let events: LeaseEvent[];
let slots: CountedResource;
let lessor: Lessor;

beforeEach(() => {
  time = new ManualTime();
  events = [];
  lessor = lessorOf();
});

function lessorOf(): Lessor {
  slots = new CountedResource('cpu', 4, 'slots');
  return new Lessor(testEnv(time, 'rules'), [slots, new CountedResource('mem', 100, 'bytes')], {
    observe: (event) => events.push(event),
  });
}

const wish = (quantity = 1, ttlMs = 1_000): LeaseWish => ({ kind: 'cpu', quantity, ttlMs });
const take = (asked = wish(), by = holder): Lease => present(valueOf(lessor.grant(by, [asked]))[0]);
const kinds = (): string[] => events.map(({ kind }) => kind);
const stateOf = (leaseId: Lease['leaseId']): string | undefined =>
  lessor.leases().find((lease) => lease.leaseId === leaseId)?.revokeState;

describe('the states of an end', () => {
  test('are the nine of the original, under its labels', () => {
    expect(REVOKE_STATES).toEqual([
      'active',
      'revoke_warning',
      'grace_running',
      'checkpoint_reported',
      'forced_teardown',
      'torndown',
      'expired',
      'fenced',
      'failed_closed',
    ]);
    expect(new Set(REVOKE_STATES.map(humanSummary)).size).toBe(9);
  });

  test('follow one another in these ways and no others', () => {
    const legal = REVOKE_STATES.flatMap((from) =>
      REVOKE_STATES.filter((to) => legalTransition(from, to)).map((to) => `${from} > ${to}`),
    );
    expect(legal).toEqual([
      'active > revoke_warning',
      'active > checkpoint_reported',
      'active > forced_teardown',
      'active > expired',
      'revoke_warning > grace_running',
      'revoke_warning > checkpoint_reported',
      'revoke_warning > forced_teardown',
      'revoke_warning > expired',
      'grace_running > checkpoint_reported',
      'grace_running > forced_teardown',
      'grace_running > expired',
      'checkpoint_reported > torndown',
      'checkpoint_reported > fenced',
      'forced_teardown > torndown',
      'forced_teardown > fenced',
      'expired > fenced',
      'expired > failed_closed',
    ]);
    expect(REVOKE_STATES.filter(isTerminal)).toEqual(['torndown', 'fenced', 'failed_closed']);
  });

  test('never lead back to use', () => {
    for (const from of REVOKE_STATES.filter((state) => !isUsable(state))) {
      expect(REVOKE_STATES.filter((to) => legalTransition(from, to) && isUsable(to))).toEqual([]);
    }
  });
});

describe('renewing', () => {
  test('extends a lease from now, under the next generation', () => {
    const { leaseId, epoch } = take();
    time.sleep(700);
    const renewed = valueOf(lessor.renew(holder, leaseId, 1));
    expect(renewed).toMatchObject({ generation: 2, expiresAtMs: time.nowMs() + 1_000, epoch });
    expect(lessor.nextDueMs()).toBe(renewed.expiresAtMs);
    expect(valueOf(lessor.renew(holder, leaseId, 2, 5_000))).toMatchObject({ generation: 3, ttlMs: 5_000 });
  });

  test('an expired lease is never renewed, though no tick has come by', () => {
    const { leaseId } = take();
    time.sleep(1_000);
    expect(errorOf(lessor.renew(holder, leaseId, 1)).code).toBe('lease_expired');
    lessor.tick();
    expect(errorOf(lessor.renew(holder, leaseId, 1)).code).toBe('lease_expired');
    lessor.reclaim(leaseId);
    expect(errorOf(lessor.renew(holder, leaseId, 1)).code).toBe('lease_expired');
  });

  test('is refused to others, under a past generation, out of bounds, and while the lease is being taken back', () => {
    const { leaseId } = take();
    valueOf(lessor.open(other, leaseId));
    expect(errorOf(lessor.renew(other, leaseId, 1)).code).toBe('not_found');
    expect(errorOf(lessor.renew(holder, leaseId, 0)).code).toBe('lease_denied');
    expect(errorOf(lessor.renew(holder, leaseId, 1, LEASE_LIMITS.ttlMsMax + 1)).code).toBe('invalid_argument');
    valueOf(lessor.renew(holder, leaseId, 1));
    expect(errorOf(lessor.renew(holder, leaseId, 1)).code).toBe('lease_denied');
    lessor.revoke(leaseId, 100, 'lessor');
    expect(errorOf(lessor.renew(holder, leaseId, 2)).code).toBe('revoked');
    expect(kinds().filter((kind) => kind === 'denied')).toHaveLength(5);
  });
});

describe('revoking', () => {
  test('with grace: warned, grace, then torn down by force; the lease can be used until the grace is over', () => {
    const { leaseId } = take(wish(1, 5_000));
    expect(lessor.revoke(leaseId, 300, 'lessor')).toMatchObject({ revokeState: 'revoke_warning', state: 'active' });
    expect(lessor.warned(leaseId)?.revokeState).toBe('grace_running');
    time.sleep(299);
    expect(lessor.check(holder, leaseId, 'cpu').ok).toBe(true);
    time.sleep(1);
    expect(errorOf(lessor.check(holder, leaseId, 'cpu')).code).toBe('revoked');
    expect(lessor.tick().map(({ revokeState, state }) => [revokeState, state])).toEqual([
      ['forced_teardown', 'revoked'],
    ]);
    expect(lessor.reclaim(leaseId)?.revokeState).toBe('torndown');
    expect(errorOf(lessor.check(holder, leaseId, 'cpu')).code).toBe('revoked');
    expect(kinds()).toEqual(['granted', 'warned', 'revoked', 'reclaimed']);
  });

  test('with grace: a checkpoint ends the lease at once', () => {
    const { leaseId } = take();
    expect(lessor.checkpointed(holder, leaseId)).toBeUndefined();
    lessor.revoke(leaseId, 500, 'preempted');
    lessor.warned(leaseId);
    expect(lessor.checkpointed(other, leaseId)).toBeUndefined();
    expect(lessor.checkpointed(holder, leaseId)).toMatchObject({
      revokeState: 'checkpoint_reported',
      state: 'revoked',
      revokeReason: 'preempted',
    });
    expect(lessor.reclaim(leaseId)?.revokeState).toBe('torndown');
  });

  test('without grace ends the lease at once, even one whose grace is running; a second revoke changes nothing', () => {
    const first = take();
    expect(lessor.revoke(first.leaseId, 0, 'lessor')?.revokeState).toBe('forced_teardown');
    expect(lessor.revoke(first.leaseId, 0, 'lessor')).toBeUndefined();
    const second = take();
    lessor.revoke(second.leaseId, 900, 'lessor');
    expect(lessor.revoke(second.leaseId, 100, 'lessor')).toBeUndefined();
    expect(lessor.revoke(second.leaseId, 0, 'lessor')?.revokeState).toBe('forced_teardown');
    expect(lessor.revoke(idOf.lease('9'), 0, 'lessor')).toBeUndefined();
  });

  test('grace never prolongs a lease: its deadline comes first', () => {
    const { leaseId } = take(wish(1, 200));
    lessor.revoke(leaseId, 5_000, 'lessor');
    expect(lessor.nextDueMs()).toBe(time.nowMs() + 200);
    time.sleep(200);
    expect(lessor.tick().map(({ state }) => state)).toEqual(['expired']);
    expect(lessor.reclaim(leaseId)?.revokeState).toBe('failed_closed');
  });
});

describe('fencing', () => {
  test('an unconfirmed teardown keeps the capacity until somebody unfences it', () => {
    const { leaseId } = take(wish(3));
    expect(lessor.fence(leaseId)).toBeUndefined();
    lessor.revoke(leaseId, 0, 'lessor');
    expect(lessor.fence(leaseId)?.revokeState).toBe('fenced');
    expect(lessor.reclaim(leaseId)).toBeUndefined();
    time.sleep(1_000_000);
    lessor.tick();
    expect(lessor.capacity('cpu').free).toBe(1);
    expect(errorOf(lessor.check(holder, leaseId, 'cpu')).code).toBe('fenced');
    expect(lessor.unfence(leaseId)?.revokeState).toBe('fenced');
    expect(lessor.capacity('cpu').free).toBe(4);
    expect(lessor.unfence(leaseId)).toBeUndefined();
    expect(kinds()).toEqual(['granted', 'revoked', 'fenced', 'unfenced']);
  });

  test.each(['freed', 'expired'] as const)('takes a lease that was %s as well', (end) => {
    const { leaseId } = take();
    if (end === 'freed') lessor.free(holder, leaseId);
    time.sleep(1_000);
    lessor.tick();
    lessor.fence(leaseId);
    expect(stateOf(leaseId)).toBe('fenced');
  });
});

describe('epochs at the resource', () => {
  test('an ended lease is refused by the resource itself, before and after its next grant', () => {
    const lease = take();
    expect(slots.admits(lease)).toBe(true);
    lessor.free(holder, lease.leaseId);
    expect(slots.admits(lease)).toBe(false);
    lessor.reclaim(lease.leaseId);
    const next = take();
    expect(next.resourceId).toBe(lease.resourceId);
    expect(next.epoch).toBeGreaterThan(lease.epoch);
    expect([slots.admits(lease), slots.admits(next)]).toEqual([false, true]);
  });

  test('a lease whose resource has moved on is refused, whatever the lessor believes', () => {
    const lease = take();
    slots.cut(lease);
    expect(errorOf(lessor.check(holder, lease.leaseId, 'cpu')).code).toBe('fenced');
  });

  test('no two live bindings overlap, and epochs only grow', () => {
    const fences = new ResourceFences();
    const first = fences.bind();
    const second = fences.bind();
    expect(first.resourceId).not.toBe(second.resourceId);
    fences.cut(first);
    fences.cut(first);
    fences.release(first);
    const third = fences.bind();
    expect(third.resourceId).toBe(first.resourceId);
    expect(third.epoch).toBeGreaterThan(second.epoch);
    expect([first, second, third].map((binding) => fences.admits(binding))).toEqual([false, true, true]);
  });
});
