import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { STEWARD_LIMITS, STORE_LIMITS } from '../../core/index.ts';
import { MemoryStore, type Store } from '../../cell/index.ts';
import type { Artifacts } from '../../sdk/index.ts';
import type { SignedPolicy } from '../../steward/index.ts';
import type { MeteredBytes } from '../tasklet/index.ts';

/** Artifacts by run id. */
export function artifactStore(): Promise<Store<Artifacts>> {
  return openStore('grafos-web.artifacts', STORE_LIMITS.runsKeptMax);
}

/** Modules that were metered here, by hash, meter version and memory bound. */
export function meteredModuleStore(): Promise<Store<MeteredBytes>> {
  return openStore('grafos-web.modules', STORE_LIMITS.meteredModulesKeptMax);
}

/** Policies by fabric: they hold from the start when a tab comes back. */
export function policyStore(): Promise<Store<SignedPolicy>> {
  return openStore('grafos-web.policies', STEWARD_LIMITS.policiesKeptMax);
}

interface KeptSchema<Value> extends DBSchema {
  values: {
    key: string;
    value: { readonly name: string; readonly keptAtMs: number; readonly value: Value };
    indexes: { keptAtMs: number };
  };
}

/**
 * The newest `valuesMax` values of this browser profile under a name; in memory, and gone with the tab, where the browser
 * stores nothing (private windows, storage switched off).
 */
async function openStore<Value>(name: string, valuesMax: number): Promise<Store<Value>> {
  try {
    const database = await openDB<KeptSchema<Value>>(name, 1, {
      upgrade: (fresh) =>
        void fresh.createObjectStore('values', { keyPath: 'name' }).createIndex('keptAtMs', 'keptAtMs'),
    });
    return new IdbStore(database, valuesMax);
  } catch {
    return new MemoryStore(valuesMax);
  }
}

class IdbStore<Value> implements Store<Value> {
  readonly #database: IDBPDatabase<KeptSchema<Value>>;
  readonly #valuesMax: number;

  constructor(database: IDBPDatabase<KeptSchema<Value>>, valuesMax: number) {
    this.#database = database;
    this.#valuesMax = valuesMax;
  }

  async get(key: string): Promise<Value | undefined> {
    return (await this.#database.get('values', key))?.value;
  }

  /** Keeps the value and, in the same transaction, lets the oldest go beyond the bound. */
  async put(key: string, value: Value): Promise<void> {
    const transaction = this.#database.transaction('values', 'readwrite');
    await transaction.store.put({ name: key, keptAtMs: Date.now(), value });
    let surplus = (await transaction.store.count()) - this.#valuesMax;
    for (let cursor = await transaction.store.index('keptAtMs').openCursor(); cursor && surplus > 0; surplus--) {
      await cursor.delete();
      cursor = await cursor.continue();
    }
    await transaction.done;
  }

  async newest(limit: number): Promise<readonly Value[]> {
    const found: Value[] = [];
    const { store } = this.#database.transaction('values');
    let cursor = await store.index('keptAtMs').openCursor(null, 'prev');
    while (cursor && found.length < limit) {
      found.push(cursor.value.value);
      cursor = await cursor.continue();
    }
    return found;
  }
}
