import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { MemoryAuditStore, type AuditAnchor, type AuditRecord, type AuditStore } from '../../audit/index.ts';
import { AUDIT_LIMITS, type CellId } from '../../core/index.ts';

interface AuditSchema extends DBSchema {
  records: { key: [CellId, number]; value: AuditRecord };
  anchors: { key: CellId; value: AuditAnchor & { readonly cell: CellId } };
}

type AuditDatabase = IDBPDatabase<AuditSchema>;

/** The audit records of a cell: in this profile where the browser stores anything, else in memory until the tab closes. */
export async function auditStore(cell: CellId, recordsMax: number = AUDIT_LIMITS.storedMax): Promise<AuditStore> {
  try {
    const database = await openDB<AuditSchema>('grafos-web.audit', 1, {
      upgrade(fresh) {
        fresh.createObjectStore('records', { keyPath: ['cell', 'sequence'] });
        fresh.createObjectStore('anchors', { keyPath: 'cell' });
      },
    });
    return new IdbAuditStore(database, cell, recordsMax);
  } catch {
    return new MemoryAuditStore(recordsMax);
  }
}

class IdbAuditStore implements AuditStore {
  readonly #database: AuditDatabase;
  readonly #cell: CellId;
  readonly #recordsMax: number;

  constructor(database: AuditDatabase, cell: CellId, recordsMax: number) {
    this.#database = database;
    this.#cell = cell;
    this.#recordsMax = recordsMax;
  }

  anchor(): Promise<AuditAnchor | undefined> {
    return this.#database.get('anchors', this.#cell);
  }

  /** Records, anchor and the bound in one transaction. */
  async keep(records: readonly AuditRecord[]): Promise<void> {
    const last = records.at(-1);
    if (!last) return;
    const transaction = this.#database.transaction(['records', 'anchors'], 'readwrite');
    const stored = transaction.objectStore('records');
    const { sequence, hash } = last;
    const anchor = { cell: this.#cell, sequence, hash };
    const work: Promise<unknown>[] = records.map((record) => stored.put(record));
    work.push(transaction.objectStore('anchors').put(anchor));
    const surplus = sequence - this.#recordsMax;
    if (surplus > 0) work.push(stored.delete(this.#range(1, surplus)));
    await Promise.all([...work, transaction.done]);
  }

  read(afterSequence: number, limit: number): Promise<readonly AuditRecord[]> {
    return this.#database.getAll('records', this.#range(afterSequence + 1, Number.MAX_SAFE_INTEGER), limit);
  }

  #range(from: number, through: number): IDBKeyRange {
    return IDBKeyRange.bound([this.#cell, from], [this.#cell, through]);
  }
}
