import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { BUNDLE_LIMITS, type Bytes } from '../../core/index.ts';

/** Bundles by id, until they are removed. */
export interface BundleStore {
  /** Newest first. */
  all(): Promise<readonly Bytes[]>;
  /** Whether it is kept for longer than this page lasts. */
  put(id: string, bytes: Bytes): Promise<boolean>;
  remove(id: string): Promise<void>;
}

interface BundleSchema extends DBSchema {
  bundles: { key: string; value: { readonly id: string; readonly keptAtMs: number; readonly bytes: Bytes } };
}

/** The bundles of this browser profile; none outlast the page where the browser stores nothing. */
export async function openBundleStore(): Promise<BundleStore> {
  try {
    const database = await openDB<BundleSchema>('grafos-web.bundles', 1, {
      upgrade: (fresh) => void fresh.createObjectStore('bundles', { keyPath: 'id' }),
    });
    return new IdbBundles(database);
  } catch {
    return { all: () => Promise.resolve([]), put: () => Promise.resolve(false), remove: () => Promise.resolve() };
  }
}

class IdbBundles implements BundleStore {
  readonly #database: IDBPDatabase<BundleSchema>;

  constructor(database: IDBPDatabase<BundleSchema>) {
    this.#database = database;
  }

  async all(): Promise<readonly Bytes[]> {
    const kept = await this.#database.getAll('bundles');
    return kept.sort((left, right) => right.keptAtMs - left.keptAtMs).map(({ bytes }) => bytes);
  }

  /** Where there is no more room, what is there stays: only a person removes programs. */
  async put(id: string, bytes: Bytes): Promise<boolean> {
    const transaction = this.#database.transaction('bundles', 'readwrite');
    const others = (await transaction.store.getAll()).filter((kept) => kept.id !== id);
    const total = others.reduce((sum, kept) => sum + kept.bytes.length, bytes.length);
    if (others.length >= BUNDLE_LIMITS.keptMax || total > BUNDLE_LIMITS.keptBytesMax) return false;
    try {
      await transaction.store.put({ id, keptAtMs: Date.now(), bytes });
      await transaction.done;
      return true;
    } catch {
      return false; // the browser's own quota
    }
  }

  async remove(id: string): Promise<void> {
    await this.#database.delete('bundles', id);
  }
}
