import { assert, hmacSha256, type Bytes } from '../core/index.ts';

/**
 * The root key of a cell's tokens. Only the key of a session is made under it, so it can live where nobody can take it
 * out. `mac` answers HMAC-SHA-256 (RFC 2104) of the message under the key, 32 bytes.
 */
export interface TokenKey {
  mac(message: Bytes): Promise<Bytes>;
}

/** The twin of the browser's key: one that the program holds. */
export class MemoryTokenKey implements TokenKey {
  readonly #key: Bytes;

  constructor(key: Uint8Array) {
    assert(key.length === 32, 'a token key is 32 bytes');
    this.#key = new Uint8Array(key);
  }

  mac(message: Bytes): Promise<Bytes> {
    return Promise.resolve(hmacSha256(this.#key, message));
  }
}
