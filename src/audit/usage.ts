import type { CellId, LeaseId } from '../core/index.ts';
import { LEASE_AUDIT_KINDS, type AuditRecord, type LeaseAuditKind } from './record.ts';

/** What one tenant used of one kind of resource. */
export interface Usage {
  readonly tenant: CellId;
  readonly resource: string;
  /** Capacity × seconds: slot-seconds, byte-seconds. */
  readonly unitSeconds: number;
  readonly leases: number;
}

type LeaseAuditRecord = Extract<AuditRecord, { kind: LeaseAuditKind }>;

interface OpenLease {
  readonly record: LeaseAuditRecord;
  deadlineMs: number;
}

/**
 * Counts use from the records of a chain, in their order. A lease counts from its grant to its first end, at most to its
 * deadline; one that a crash cut off counts up to the last record before it, for more was not seen.
 */
export class UsageMeter {
  readonly #open = new Map<LeaseId, OpenLease>();
  readonly #totals = new Map<string, { tenant: CellId; resource: string; unitSeconds: number; leases: number }>();
  #lastAtMs = 0;

  take(record: AuditRecord): void {
    if (record.kind === 'cell.started') this.#closeAll();
    else if (isLeaseRecord(record)) this.#takeLease(record);
    this.#lastAtMs = record.atMs;
  }

  /** Use so far; leases still open count up to `nowMs` on the cell's clock, or up to the last record. */
  usage(nowMs: number = this.#lastAtMs): readonly Usage[] {
    const meter = new UsageMeter();
    for (const [key, total] of this.#totals) meter.#totals.set(key, { ...total });
    for (const open of this.#open.values()) meter.#count(open, nowMs);
    return [...meter.#totals.values()];
  }

  #takeLease(record: LeaseAuditRecord): void {
    const open = this.#open.get(record.leaseId);
    switch (record.kind) {
      case 'lease.granted':
        this.#open.set(record.leaseId, { record, deadlineMs: record.atMs + record.ttlMs });
        return;
      case 'lease.renewed':
        if (open) open.deadlineMs = record.atMs + record.ttlMs;
        return;
      case 'lease.freed':
      case 'lease.expired':
      case 'lease.revoked':
      case 'lease.preempted':
      case 'lease.fenced':
        if (open) this.#close(record.leaseId, open, record.atMs);
        return;
      case 'lease.unfenced':
        return;
    }
  }

  #closeAll(): void {
    for (const [leaseId, open] of [...this.#open]) this.#close(leaseId, open, this.#lastAtMs);
  }

  #close(leaseId: LeaseId, open: OpenLease, atMs: number): void {
    this.#open.delete(leaseId);
    this.#count(open, atMs);
  }

  #count({ record, deadlineMs }: OpenLease, untilMs: number): void {
    const { tenant, resource, quantity, atMs } = record;
    const key = `${tenant}/${resource}`;
    const total = this.#totals.get(key) ?? { tenant, resource, unitSeconds: 0, leases: 0 };
    total.unitSeconds += (quantity * Math.max(0, Math.min(untilMs, deadlineMs) - atMs)) / 1_000;
    total.leases++;
    this.#totals.set(key, total);
  }
}

const LEASE_KINDS: ReadonlySet<string> = new Set<LeaseAuditKind>(LEASE_AUDIT_KINDS);

function isLeaseRecord(record: AuditRecord): record is LeaseAuditRecord {
  return LEASE_KINDS.has(record.kind);
}
