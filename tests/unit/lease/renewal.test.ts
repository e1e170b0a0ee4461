import { beforeEach, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { isLeaseId, LEASE_LIMITS, type LeaseId } from '../../../src/core/index.ts';
import { RENEWAL_DEFAULTS, renewalAtMs, RenewalManager } from '../../../src/lease/index.ts';
import { idOf } from '../../support/index.ts';

const middle = leaseOf('80000000'.repeat(4));
const first = idOf.lease('0');
const last = idOf.lease('f');

function leaseOf(text: string): LeaseId {
  if (!isLeaseId(text)) throw new Error('not a lease id');
  return text;
}

describe('when to renew', () => {
  test('at 75 % of the time, 10 % earlier or later by the lease id', () => {
    expect(RENEWAL_DEFAULTS).toEqual({
      renewAtFraction: 0.75,
      jitterFraction: 0.1,
      minRenewMs: 30_000,
      maxBackoffMs: 5_000,
    });
    const at = (leaseId: LeaseId): number => renewalAtMs(RENEWAL_DEFAULTS, leaseId, 1_000, 101_000);
    expect(at(middle)).toBe(1_000 + 75_000);
    expect(at(first)).toBe(1_000 + 65_000);
    expect(at(last)).toBeCloseTo(1_000 + 85_000, 3);
  });

  test('no sooner than 30 s after the last time, and for a short lease after half of it', () => {
    expect(renewalAtMs(RENEWAL_DEFAULTS, first, 0, 44_000)).toBe(44_000 * 0.65);
    const hasty = { ...RENEWAL_DEFAULTS, renewAtFraction: 0.2, jitterFraction: 0 };
    expect(renewalAtMs(hasty, first, 0, 100_000)).toBe(30_000);
    expect(renewalAtMs(hasty, first, 0, 10_000)).toBe(5_000);
  });

  test('between the grant and the deadline, however short the lease', () => {
    const hex = fc.array(fc.nat({ max: 15 }), { minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(hex, fc.integer({ min: 20, max: LEASE_LIMITS.ttlMsMax }), (digits, totalMs) => {
        const leaseId = leaseOf(digits.map((digit) => digit.toString(16)).join(''));
        const atMs = renewalAtMs(RENEWAL_DEFAULTS, leaseId, 500, 500 + totalMs);
        expect(atMs).toBeGreaterThanOrEqual(500 + totalMs * 0.5);
        expect(atMs).toBeLessThan(500 + totalMs * 0.86);
        expect(atMs).toBe(renewalAtMs(RENEWAL_DEFAULTS, leaseId, 500, 500 + totalMs));
      }),
      { seed: 4 },
    );
  });
});

describe('the renewal manager', () => {
  let manager: RenewalManager;

  beforeEach(() => {
    manager = new RenewalManager();
  });

  test('says what is due, once, and again after the next registration', () => {
    manager.register(middle, 0, 10_000);
    expect(manager.nextDueMs()).toBe(7_500);
    expect(manager.tick(7_499).due).toEqual([]);
    expect(manager.tick(7_500).due).toEqual([middle]);
    expect(manager.tick(7_600).due).toEqual([]);
    manager.register(middle, 7_600, 17_600);
    expect(manager.nextDueMs()).toBe(15_100);
  });

  test('tries again after pauses that double, up to five seconds, and says what is near its end', () => {
    manager.register(middle, 0, 300_000);
    manager.tick(225_000);
    const pauses: number[] = [];
    let nowMs = 225_000;
    for (let attempt = 0; attempt < 3; attempt++) {
      manager.failed(middle, nowMs);
      pauses.push((manager.nextDueMs() ?? 0) - nowMs);
      nowMs = manager.nextDueMs() ?? 0;
      expect(manager.tick(nowMs).due).toEqual([middle]);
    }
    expect(pauses).toEqual([5_000, 5_000, 5_000]);
    manager.register(first, 0, 3_200);
    manager.tick(2_200);
    manager.failed(first, 2_200);
    expect(manager.nextDueMs()).toBe(2_300);
    expect(manager.tick(2_250).nearExpiry).toEqual([first]);
    manager.tick(2_300);
    manager.failed(first, 2_300);
    expect(manager.nextDueMs()).toBe(2_500);
  });

  test('never has an expired lease renewed', () => {
    manager.register(middle, 0, 1_000);
    expect(manager.tick(1_000)).toEqual({ due: [], nearExpiry: [] });
    expect(manager.has(middle)).toBe(false);
    manager.failed(middle, 1_000);
    expect(manager.nextDueMs()).toBeUndefined();
  });

  test('forgets what is unregistered', () => {
    manager.register(middle, 0, 1_000);
    manager.unregister(middle);
    expect(manager.tick(900).due).toEqual([]);
    expect(manager.has(middle)).toBe(false);
  });
});
