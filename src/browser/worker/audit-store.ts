import { MemoryAuditStore, type AuditAnchor, type AuditRecord, type AuditStore } from '../../audit/index.ts';
import { AUDIT_LIMITS, type CellId } from '../../core/index.ts';
import type { Database } from './storage.ts';

/** The audit records of a cell: in the database where there is one, else in memory until the tab closes. */
export function auditStore(
  database: Database | undefined,
  cell: CellId,
  recordsMax: number = AUDIT_LIMITS.storedMax,
): AuditStore {
  return database ? new IdbAuditStore(database, cell, recordsMax) : new MemoryAuditStore(recordsMax);
}

class IdbAuditStore implements AuditStore {
  readonly #database: Database;
  readonly #cell: CellId;
  readonly #recordsMax: number;

  constructor(database: Database, cell: CellId, recordsMax: number) {
    this.#database = database;
    this.#cell = cell;
    this.#recordsMax = recordsMax;
  }

  anchor(): Promise<AuditAnchor | undefined> {
    return this.#database.get('auditAnchors', this.#cell);
  }

  /** Records, anchor and the bound in one transaction. */
  async keep(records: readonly AuditRecord[]): Promise<void> {
    const last = records.at(-1);
    if (!last) return;
    const transaction = this.#database.transaction(['auditRecords', 'auditAnchors'], 'readwrite');
    const stored = transaction.objectStore('auditRecords');
    const { sequence, hash } = last;
    const anchor = { cell: this.#cell, sequence, hash };
    const work: Promise<unknown>[] = records.map((record) => stored.put(record));
    work.push(transaction.objectStore('auditAnchors').put(anchor));
    const surplus = sequence - this.#recordsMax;
    if (surplus > 0) work.push(stored.delete(this.#range(1, surplus)));
    await Promise.all([...work, transaction.done]);
  }

  read(afterSequence: number, limit: number): Promise<readonly AuditRecord[]> {
    return this.#database.getAll('auditRecords', this.#range(afterSequence + 1, Number.MAX_SAFE_INTEGER), limit);
  }

  #range(from: number, through: number): IDBKeyRange {
    return IDBKeyRange.bound([this.#cell, from], [this.#cell, through]);
  }
}
