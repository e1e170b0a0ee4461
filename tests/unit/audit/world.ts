import {
  AuditChain,
  auditLine,
  type AuditEvent,
  type AuditRecord,
  type LeaseAuditKind,
} from '../../../src/audit/index.ts';
import { idOf, ManualTime } from '../../support/index.ts';

export const CELL = idOf.cell('a');
export const TENANT = idOf.cell('b');

/** One thing that happened to the lease that `digit` spells. */
export function leaseEvent(
  kind: LeaseAuditKind,
  digit = '4',
  more: Partial<Extract<AuditEvent, { kind: LeaseAuditKind }>> = {},
): AuditEvent {
  const subject = { leaseId: idOf.lease(digit), tenant: TENANT, resource: 'mem', resourceId: 0, quantity: 1_024 };
  return { ...subject, generation: 1, epoch: 1, ttlMs: 10_000, ...more, kind };
}

export const ADMITTED = {
  kind: 'module.admitted',
  tenant: TENANT,
  runId: idOf.run('1'),
  module: idOf.content('2'),
} satisfies AuditEvent;

export const DENIED = {
  kind: 'request.denied',
  tenant: TENANT,
  code: 'lease_denied',
  reason: 'quota: at most 256 leases a holder',
} satisfies AuditEvent;

/** Events of every kind, `count` of them. */
export function someEvents(count: number): readonly AuditEvent[] {
  const kinds: readonly AuditEvent[] = [
    { kind: 'cell.started' },
    leaseEvent('lease.granted'),
    ADMITTED,
    leaseEvent('lease.renewed', '4', { generation: 2 }),
    DENIED,
    leaseEvent('lease.freed', '4', { generation: 2 }),
    leaseEvent('lease.expired', '5'),
    leaseEvent('lease.revoked', '6', { reason: 'drain' }),
    leaseEvent('lease.preempted', '7', { reason: 'for a guaranteed lease' }),
    leaseEvent('lease.fenced', '8', { reason: 'teardown was not confirmed' }),
    leaseEvent('lease.unfenced', '8', { reason: 'by the steward' }),
  ];
  return Array.from({ length: count }, (_, index) => kinds[index % kinds.length] ?? DENIED);
}

/** A chain of `count` records, each a second after the one before. */
export function someRecords(count: number, cell = CELL): readonly AuditRecord[] {
  const time = new ManualTime();
  const chain = new AuditChain(cell, time);
  return someEvents(count).map((event) => {
    time.sleep(1_000);
    return chain.append(event);
  });
}

export function linesOf(records: readonly AuditRecord[]): readonly string[] {
  return records.map(auditLine);
}
