import { describe, expect, test } from 'vitest';
import { AuditChain, UsageMeter, type AuditEvent, type Usage } from '../../../src/audit/index.ts';
import { idOf, ManualTime } from '../../support/index.ts';
import { CELL, leaseEvent, TENANT } from './world.ts';

/** Use after these events, each so many seconds after the one before. */
function usageAfter(
  story: readonly (readonly [seconds: number, event: AuditEvent])[],
  moreSeconds = 0,
): readonly Usage[] {
  const time = new ManualTime();
  const chain = new AuditChain(CELL, time);
  const meter = new UsageMeter();
  for (const [seconds, event] of story) {
    time.sleep(seconds * 1_000);
    meter.take(chain.append(event));
  }
  time.sleep(moreSeconds * 1_000);
  return meter.usage(time.nowMs());
}

const used = (unitSeconds: number, leases = 1): readonly Usage[] => [
  { tenant: TENANT, resource: 'mem', unitSeconds, leases },
];

describe('use', () => {
  test.each(['lease.freed', 'lease.expired', 'lease.revoked', 'lease.preempted', 'lease.fenced'] as const)(
    'is capacity times seconds from grant to %s',
    (end) => {
      expect(
        usageAfter(
          [
            [0, leaseEvent('lease.granted')],
            [3, leaseEvent(end)],
          ],
          100,
        ),
      ).toEqual(used(3 * 1_024));
    },
  );

  test('is counted once when a lease ends twice', () => {
    const story = [
      [0, leaseEvent('lease.granted')],
      [2, leaseEvent('lease.revoked')],
      [5, leaseEvent('lease.fenced')],
      [5, leaseEvent('lease.unfenced')],
    ] as const;
    expect(usageAfter(story)).toEqual(used(2 * 1_024));
  });

  test('goes on through a renewal, and stops at the deadline when nothing ends it', () => {
    const granted = [0, leaseEvent('lease.granted')] as const;
    const renewed = [8, leaseEvent('lease.renewed', '4', { generation: 2 })] as const;
    expect(usageAfter([granted], 4)).toEqual(used(4 * 1_024));
    expect(usageAfter([granted], 60)).toEqual(used(10 * 1_024));
    expect(usageAfter([granted, renewed], 60)).toEqual(used(18 * 1_024));
    expect(usageAfter([granted, renewed, [90, leaseEvent('lease.expired')]])).toEqual(used(18 * 1_024));
  });

  test('of a lease that a crash cut off ends with the last that was seen', () => {
    const story = [
      [0, leaseEvent('lease.granted')],
      [2, leaseEvent('lease.granted', '5')],
      [900, { kind: 'cell.started' }],
    ] as const;
    expect(usageAfter(story, 50)).toEqual(used(2 * 1_024, 2));
  });

  test('is kept apart by tenant and by resource', () => {
    const story = [
      [0, leaseEvent('lease.granted')],
      [0, leaseEvent('lease.granted', '5', { resource: 'cpu', quantity: 2 })],
      [0, leaseEvent('lease.granted', '6', { tenant: idOf.cell('c'), quantity: 10 })],
    ] as const;
    expect(usageAfter(story, 1)).toEqual([
      { tenant: TENANT, resource: 'mem', unitSeconds: 1_024, leases: 1 },
      { tenant: TENANT, resource: 'cpu', unitSeconds: 2, leases: 1 },
      { tenant: idOf.cell('c'), resource: 'mem', unitSeconds: 10, leases: 1 },
    ]);
  });

  test('asked for twice is the same, and an end without a grant counts nothing', () => {
    const meter = new UsageMeter();
    const chain = new AuditChain(CELL, new ManualTime());
    meter.take(chain.append(leaseEvent('lease.freed', '9')));
    expect(meter.usage()).toEqual([]);
    meter.take(chain.append(leaseEvent('lease.granted')));
    expect(meter.usage(5_000)).toEqual(meter.usage(5_000));
  });
});
