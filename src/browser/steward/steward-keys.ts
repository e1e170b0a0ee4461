import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { fromBase64Url, type Bytes, type CellId } from '../../core/index.ts';
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

/** `-----BEGIN PRIVATE KEY-----`, PKCS #8: what OpenSSL and Node write an Ed25519 key as. */
const PEM = /^\s*-----BEGIN PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]{1,512})-----END PRIVATE KEY-----\s*$/;

/** Makes a key and keeps it in this profile; answers what the link is to name. Undefined where nothing can be kept. */
export async function createStewardKey(): Promise<CellId | undefined> {
  try {
    const database = await openKeys();
    const pair = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
    if (!('privateKey' in pair)) return undefined;
    const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
    const steward = await keep(database, publicKey, pair.privateKey);
    database.close();
    return steward;
  } catch {
    return undefined;
  }
}

/** Keeps a key that came from outside, and answers whose it is. Undefined when it is none, or cannot be kept. */
export async function keepStewardKey(pem: string): Promise<CellId | undefined> {
  const base64 = PEM.exec(pem)?.[1];
  if (base64 === undefined) return undefined;
  try {
    const pkcs8 = Uint8Array.from(atob(base64.replace(/\s/g, '')), (character) => character.charCodeAt(0));
    // Out of the one that can be read again comes the public half; the one that is kept stays where it is.
    const readable = await crypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, true, ['sign']);
    const { x = '' } = await crypto.subtle.exportKey('jwk', readable);
    const publicKey = fromBase64Url(x);
    if (!publicKey) return undefined;
    const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['sign']);
    const database = await openKeys();
    const steward = await keep(database, publicKey, privateKey);
    database.close();
    return steward;
  } catch {
    return undefined;
  }
}

/** A key that is here already keeps its count of versions. */
async function keep(database: IDBPDatabase<StewardSchema>, publicKey: Bytes, privateKey: CryptoKey): Promise<CellId> {
  const steward = cellIdOf(publicKey);
  const transaction = database.transaction('stewards', 'readwrite');
  const version = (await transaction.store.get(steward))?.version ?? 0;
  await transaction.store.put({ steward, publicKey, privateKey, version });
  await transaction.done;
  return steward;
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
