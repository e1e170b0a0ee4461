import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { STORE_LIMITS, type CellId } from '../../core/index.ts';
import type { AuditAnchor, AuditRecord } from '../../audit/index.ts';
import { MemoryStore, type Store } from '../../cell/index.ts';
import type { Artifacts } from '../../sdk/index.ts';

/** An identity of this browser profile. The private key cannot be taken out. */
export interface StoredIdentity {
  readonly slot: number;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly privateKey: CryptoKey;
}

/** The root key of an identity's capability tokens. It cannot be taken out either. */
export interface StoredTokenKey {
  readonly slot: number;
  readonly key: CryptoKey;
}

interface Schema extends DBSchema {
  identities: { key: number; value: StoredIdentity };
  tokenKeys: { key: number; value: StoredTokenKey };
  auditRecords: { key: [CellId, number]; value: AuditRecord };
  auditAnchors: { key: CellId; value: AuditAnchor & { readonly cell: CellId } };
  artifacts: {
    key: string;
    value: { readonly runId: string; readonly keptAtMs: number; readonly artifacts: Artifacts };
    indexes: { keptAtMs: number };
  };
}

export type Database = IDBPDatabase<Schema>;

const NAME = 'grafos-web';
/** What each version of the database added to the one before. */
const UPGRADES: readonly ((database: Database) => void)[] = [
  (database) => {
    database.createObjectStore('identities', { keyPath: 'slot' });
    database.createObjectStore('artifacts', { keyPath: 'runId' }).createIndex('keptAtMs', 'keptAtMs');
  },
  (database) => {
    database.createObjectStore('tokenKeys', { keyPath: 'slot' });
    database.createObjectStore('auditRecords', { keyPath: ['cell', 'sequence'] });
    database.createObjectStore('auditAnchors', { keyPath: 'cell' });
  },
];

/**
 * The profile's database, or undefined where the browser keeps none (private windows, storage switched off) or where a
 * tab with an older page still holds an older version open.
 */
export async function openDatabase(): Promise<Database | undefined> {
  return new Promise((resolve) => {
    let isTooLate = false;
    const giveUp = (): void => {
      isTooLate = true;
      resolve(undefined);
    };
    openDB<Schema>(NAME, UPGRADES.length, {
      upgrade(database, oldVersion) {
        for (const upgrade of UPGRADES.slice(oldVersion)) upgrade(database);
      },
      // A tab that waited for the others to close would not join before they do.
      blocked: giveUp,
    }).then((database) => (isTooLate ? database.close() : resolve(database)), giveUp);
  });
}

/** Artifacts by run id: in the database where there is one, else in memory until the tab closes. */
export function artifactStore(database: Database | undefined): Store<Artifacts> {
  return database ? new IdbArtifactStore(database) : new MemoryStore<Artifacts>(STORE_LIMITS.runsKeptMax);
}

class IdbArtifactStore implements Store<Artifacts> {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async get(key: string): Promise<Artifacts | undefined> {
    return (await this.#database.get('artifacts', key))?.artifacts;
  }

  /** Keeps the value and, in the same transaction, lets the oldest go beyond the bound. */
  async put(key: string, artifacts: Artifacts): Promise<void> {
    const transaction = this.#database.transaction('artifacts', 'readwrite');
    await transaction.store.put({ runId: key, keptAtMs: Date.now(), artifacts });
    let surplus = (await transaction.store.count()) - STORE_LIMITS.runsKeptMax;
    for (let cursor = await transaction.store.index('keptAtMs').openCursor(); cursor && surplus > 0; surplus--) {
      await cursor.delete();
      cursor = await cursor.continue();
    }
    await transaction.done;
  }

  async newest(limit: number): Promise<readonly Artifacts[]> {
    const found: Artifacts[] = [];
    const { store } = this.#database.transaction('artifacts');
    let cursor = await store.index('keptAtMs').openCursor(null, 'prev');
    while (cursor && found.length < limit) {
      found.push(cursor.value.artifacts);
      cursor = await cursor.continue();
    }
    return found;
  }
}
