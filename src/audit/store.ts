import { AUDIT_LIMITS } from '../core/index.ts';
import type { AuditAnchor, AuditRecord } from './record.ts';

/**
 * Where a cell's records and the anchor of its chain outlast it. Promises: what `keep` resolved for is there after a
 * crash; records and anchor move together; beyond its bound the oldest records go, the anchor never does.
 */
export interface AuditStore {
  /** The place of the last record kept, or undefined before the first. */
  anchor(): Promise<AuditAnchor | undefined>;
  /** Adds records, oldest first, and moves the anchor to the last of them. All of it or nothing. */
  keep(records: readonly AuditRecord[]): Promise<void>;
  /** Kept records after `sequence`, oldest first, at most `limit`. */
  read(afterSequence: number, limit: number): Promise<readonly AuditRecord[]>;
}

/** The twin of the browser's store. */
export class MemoryAuditStore implements AuditStore {
  readonly #recordsMax: number;
  #records: AuditRecord[] = [];
  #anchor: AuditAnchor | undefined;

  constructor(recordsMax: number = AUDIT_LIMITS.storedMax) {
    this.#recordsMax = recordsMax;
  }

  anchor(): Promise<AuditAnchor | undefined> {
    return Promise.resolve(this.#anchor);
  }

  keep(records: readonly AuditRecord[]): Promise<void> {
    const last = records.at(-1);
    if (last) this.#anchor = { sequence: last.sequence, hash: last.hash };
    this.#records.push(...records);
    // In steps of an eighth, so that a full store is not moved at every record.
    if (this.#records.length > this.#recordsMax * 1.125) this.#records = this.#records.slice(-this.#recordsMax);
    return Promise.resolve();
  }

  read(afterSequence: number, limit: number): Promise<readonly AuditRecord[]> {
    const kept = this.#records.slice(-this.#recordsMax);
    return Promise.resolve(kept.filter(({ sequence }) => sequence > afterSequence).slice(0, limit));
  }
}
