import { beforeEach, describe, expect, test } from 'vitest';
import { LEASE_LIMITS } from '../../../src/core/index.ts';
import {
  CountedResource,
  Lessor,
  type Lease,
  type LeaseEvent,
  type LeasePolicy,
  type LeaseTier,
  type LeaseWish,
} from '../../../src/lease/index.ts';
import { errorOf, idOf, ManualTime, present, testEnv, valueOf } from '../../support/index.ts';

const holder = idOf.cell('a');
const other = idOf.cell('b');
const third = idOf.cell('c');

let time: ManualTime;
let events: LeaseEvent[];
let lessor: Lessor;

beforeEach(() => {
  time = new ManualTime();
  events = [];
  lessor = lessorOf();
});

function lessorOf(policy?: LeasePolicy): Lessor {
  return new Lessor(
    testEnv(time, 'rules'),
    [new CountedResource('cpu', 4, 'slots'), new CountedResource('mem', 100, 'bytes')],
    {
      observe: (event) => events.push(event),
      ...(policy ? { policy } : {}),
    },
  );
}

const wish = (quantity = 1, ttlMs = 1_000, tier: LeaseTier = 'standard'): LeaseWish => ({
  kind: 'cpu',
  quantity,
  ttlMs,
  tier,
});
const take = (asked = wish(), by = holder): Lease => present(valueOf(lessor.grant(by, [asked]))[0]);
const kinds = (): string[] => events.map(({ kind }) => kind);
describe('sharing', () => {
  test('gives others the use of a lease; closing one does not end it, and only its holder can free it', () => {
    const { leaseId } = take();
    expect(errorOf(lessor.check(other, leaseId, 'cpu')).code).toBe('not_found');
    valueOf(lessor.open(other, leaseId));
    valueOf(lessor.open(other, leaseId));
    valueOf(lessor.open(third, leaseId));
    expect(lessor.check(other, leaseId, 'cpu').ok).toBe(true);
    expect(lessor.free(other, leaseId)).toBeUndefined();
    expect(lessor.close(other, leaseId)?.openers).toEqual([third]);
    expect(lessor.close(other, leaseId)).toBeUndefined();
    expect(errorOf(lessor.check(other, leaseId, 'cpu')).code).toBe('not_found');
    expect(lessor.check(holder, leaseId, 'cpu').ok).toBe(true);
    expect(kinds()).toEqual(['granted', 'opened', 'opened', 'closed']);
  });

  test('ends for all of them with the lease, and the end names them', () => {
    const { leaseId } = take();
    valueOf(lessor.open(other, leaseId));
    expect(lessor.revoke(leaseId, 0, 'lessor')?.openers).toEqual([other]);
    expect(errorOf(lessor.check(other, leaseId, 'cpu')).code).toBe('revoked');
    expect(errorOf(lessor.open(third, leaseId)).code).toBe('revoked');
    expect(errorOf(lessor.open(third, idOf.lease('9'))).code).toBe('not_found');
  });

  test('is bounded', () => {
    const { leaseId } = take();
    for (let index = 0; index < LEASE_LIMITS.openersMax; index++) {
      valueOf(lessor.open(idOf.cell(index.toString(16).padStart(2, '0')), leaseId));
    }
    expect(errorOf(lessor.open(idOf.cell('fe'), leaseId)).code).toBe('capacity_exceeded');
  });

  test('a goodbye closes what was open, frees what was held, and leaves what is kept', () => {
    const own = take();
    const kept = take({ ...wish(), isKept: true });
    const opened = take(wish(), other);
    valueOf(lessor.open(holder, opened.leaseId));
    const left = lessor.holderLeft(holder);
    expect(left.ended.map(({ leaseId }) => leaseId)).toEqual([own.leaseId]);
    expect(left.closed.map(({ leaseId }) => leaseId)).toEqual([opened.leaseId]);
    expect(lessor.check(holder, kept.leaseId, 'cpu').ok).toBe(true);
    expect(lessor.check(other, opened.leaseId, 'cpu').ok).toBe(true);
  });
});

describe('quotas', () => {
  test('bound what one holder has, by number and by kind, and say so', () => {
    lessor = lessorOf({ quotaOf: (by) => ({ leasesMax: by === holder ? 2 : 9, quantityMax: { cpu: 2 } }) });
    take(wish(2));
    expect(errorOf(lessor.grant(holder, [wish(1)]))).toMatchObject({ code: 'lease_denied' });
    expect(errorOf(lessor.grant(holder, [wish(1)])).message).toMatch(/^quota: /);
    valueOf(lessor.grant(holder, [{ kind: 'mem', quantity: 9, ttlMs: 500 }]));
    expect(errorOf(lessor.grant(holder, [{ kind: 'mem', quantity: 9, ttlMs: 500 }])).message).toMatch(
      /at most 2 leases/,
    );
    expect(lessor.grant(other, [wish(2)]).ok).toBe(true);
  });
});

describe('tiers', () => {
  const victims = (tier: LeaseTier, quantity: number) =>
    lessor.claim(third, [wish(quantity, 1_000, tier)])?.victims.map(({ leaseId }) => leaseId);

  test('guaranteed yields to nobody, standard to guaranteed, scavenger to both', () => {
    take(wish(4, 1_000, 'guaranteed'));
    expect(victims('guaranteed', 1)).toBeUndefined();
    lessor = lessorOf();
    const standard = take(wish(4, 1_000, 'standard'));
    expect(victims('standard', 1)).toBeUndefined();
    expect(victims('guaranteed', 1)).toEqual([standard.leaseId]);
    lessor = lessorOf();
    const scavenger = take(wish(4, 1_000, 'scavenger'));
    expect(victims('scavenger', 1)).toBeUndefined();
    expect(victims('standard', 1)).toEqual([scavenger.leaseId]);
  });

  test('the lowest goes first, and of one tier the youngest; no more than needed', () => {
    const standard = take(wish(1, 1_000, 'standard'));
    const older = take(wish(1, 1_000, 'scavenger'));
    const younger = take(wish(1, 1_000, 'scavenger'));
    expect(victims('guaranteed', 2)).toEqual([younger.leaseId]);
    lessor = lessorOf();
    expect(victims('guaranteed', 2)).toBeUndefined();
    expect([standard, older].every(({ state }) => state === 'active')).toBe(true);
  });

  test('nobody is sent away when that would not make enough room', () => {
    take(wish(2, 1_000, 'guaranteed'));
    take(wish(2, 1_000, 'scavenger'));
    expect(victims('standard', 3)).toBeUndefined();
  });

  test('capacity spoken for goes to whom it was promised', () => {
    const scavenger = take(wish(4, 1_000, 'scavenger'));
    const claimed = present(lessor.claim(third, [wish(3)]));
    lessor.revoke(scavenger.leaseId, 0, 'preempted');
    lessor.reclaim(scavenger.leaseId);
    expect(errorOf(lessor.grant(other, [wish(2)])).code).toBe('capacity_exceeded');
    expect(lessor.grant(other, [wish(1)]).ok).toBe(true);
    expect(lessor.grant(third, [wish(3)], undefined, claimed.claim).ok).toBe(true);
    lessor.unclaim(claimed.claim);
    expect(lessor.capacity('cpu').free).toBe(0);
  });
});
