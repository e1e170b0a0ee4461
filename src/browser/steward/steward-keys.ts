import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Bytes, CellId } from '../../core/index.ts';
import type { StewardKey } from '../../steward/index.ts';
import { cellIdOf } from '../../transport/index.ts';

interface StoredKey {
  /** The hash of the public key, which the fabric's link names. */
  readonly steward: CellId;
  readonly publicKey: Bytes;
  readonly privateKey: CryptoKey;
  /** The highest version of a policy that was signed or is about to be. */
  readonly version: number;
}

interface StewardSchema extends DBSchema {
  stewards: { key: CellId; value: StoredKey };
}

const ALGORITHM = 'Ed25519';

/** Makes a key and keeps it in this profile; answers what the link is to name. Undefined where nothing can be kept. */
export async function createStewardKey(): Promise<CellId | undefined> {
  try {
    const database = await openKeys();
    const pair = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
    if (!('privateKey' in pair)) return undefined;
    const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
    const steward = cellIdOf(publicKey);
    await database.put('stewards', { steward, publicKey, privateKey: pair.privateKey, version: 0 });
    database.close();
    return steward;
  } catch {
    return undefined;
  }
}

/** The key of that steward, where this profile made it. */
export async function stewardKey(steward: CellId | undefined): Promise<StewardKey | undefined> {
  if (steward === undefined) return undefined;
  try {
    const database = await openKeys();
    const stored = await database.get('stewards', steward);
    return stored && new KeptStewardKey(database, stored);
  } catch {
    return undefined;
  }
}

class KeptStewardKey implements StewardKey {
  readonly publicKey: Bytes;
  readonly #database: IDBPDatabase<StewardSchema>;
  readonly #stored: StoredKey;

  constructor(database: IDBPDatabase<StewardSchema>, stored: StoredKey) {
    this.publicKey = stored.publicKey;
    this.#database = database;
    this.#stored = stored;
  }

  async sign(message: Bytes): Promise<Bytes> {
    return new Uint8Array(await crypto.subtle.sign(ALGORITHM, this.#stored.privateKey, message));
  }

  /** In one transaction, so that two tabs get two versions. */
  async nextVersion(least: number): Promise<number> {
    const { steward } = this.#stored;
    const transaction = this.#database.transaction('stewards', 'readwrite');
    const stored = (await transaction.store.get(steward)) ?? this.#stored;
    const version = Math.max(least, stored.version + 1);
    await transaction.store.put({ ...stored, version });
    await transaction.done;
    return version;
  }
}

function openKeys(): Promise<IDBPDatabase<StewardSchema>> {
  return openDB<StewardSchema>('grafos-web.stewards', 1, {
    upgrade: (fresh) => void fresh.createObjectStore('stewards', { keyPath: 'steward' }),
  });
}
