import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { STORE_LIMITS } from '../../core/index.ts';
import { MemoryStore, type Store } from '../../cell/index.ts';
import type { Artifacts } from '../../sdk/index.ts';

/** An identity of this browser profile. The private key cannot be taken out. */
export interface StoredIdentity {
  readonly slot: number;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly privateKey: CryptoKey;
}

interface Schema extends DBSchema {
  identities: { key: number; value: StoredIdentity };
  artifacts: {
    key: string;
    value: { readonly runId: string; readonly keptAtMs: number; readonly artifacts: Artifacts };
    indexes: { keptAtMs: number };
  };
}

export type Database = IDBPDatabase<Schema>;

const NAME = 'grafos-web';
const VERSION = 1;

/** The profile's database, or undefined where the browser keeps none (private windows, storage switched off). */
export async function openDatabase(): Promise<Database | undefined> {
  try {
    return await openDB<Schema>(NAME, VERSION, {
      upgrade(database) {
        database.createObjectStore('identities', { keyPath: 'slot' });
        database.createObjectStore('artifacts', { keyPath: 'runId' }).createIndex('keptAtMs', 'keptAtMs');
      },
    });
  } catch {
    return undefined;
  }
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
