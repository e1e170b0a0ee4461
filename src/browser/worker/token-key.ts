import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { TokenKey } from '../../capability/index.ts';
import type { Bytes } from '../../core/index.ts';

interface TokenKeySchema extends DBSchema {
  keys: { key: number; value: { readonly slot: number; readonly key: CryptoKey } };
}

const ALGORITHM = { name: 'HMAC', hash: 'SHA-256', length: 256 } as const;

/** A root key inside WebCrypto: it seals what it is given and never comes out. */
export class WebCryptoTokenKey implements TokenKey {
  readonly #key: CryptoKey;

  constructor(key: CryptoKey) {
    this.#key = key;
  }

  async mac(message: Bytes): Promise<Bytes> {
    return new Uint8Array(await crypto.subtle.sign(ALGORITHM.name, this.#key, message));
  }
}

/** A fresh key that cannot be taken out. */
export function freshTokenKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey(ALGORITHM, false, ['sign']);
}

/**
 * The token key of an identity, made when it is first asked for. Whoever asks holds the lock of the slot, so no other
 * tab does at the same time. Without a database or a slot the key lasts as long as the tab.
 */
export async function claimTokenKey(slot: number | undefined): Promise<TokenKey> {
  const database = slot === undefined ? undefined : await openKeys();
  if (!database || slot === undefined) return new WebCryptoTokenKey(await freshTokenKey());
  const stored = await database.get('keys', slot);
  if (stored) return new WebCryptoTokenKey(stored.key);
  const key = await freshTokenKey();
  await database.put('keys', { slot, key });
  return new WebCryptoTokenKey(key);
}

async function openKeys(): Promise<IDBPDatabase<TokenKeySchema> | undefined> {
  try {
    return await openDB<TokenKeySchema>('grafos-web.token-keys', 1, {
      upgrade: (fresh) => void fresh.createObjectStore('keys', { keyPath: 'slot' }),
    });
  } catch {
    return undefined;
  }
}
