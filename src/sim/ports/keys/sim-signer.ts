import { equalBytes, toHex, type Bytes, type Signer } from '../../../core/index.ts';
import { Prng } from '../../prng.ts';
import type { Later } from '../../time/index.ts';

const SIGNATURE_BYTES = 64;

/** An identity as a profile keeps it: the signer's public half, and a secret that only the keyring reads. */
export interface SimKey {
  readonly publicKey: Bytes;
}

/**
 * The signer's fast twin. A signature is a keyed hash, and the keyring, which knows every secret, verifies it: nobody in
 * the simulation can forge one, and none costs a curve multiplication.
 */
export class SimKeyring {
  readonly #secrets = new Map<string, string>();

  /** A fresh identity. */
  create(prng: Prng): SimKey {
    const publicKey = prng.bytes(32);
    this.#secrets.set(toHex(publicKey), toHex(prng.bytes(16)));
    return { publicKey };
  }

  /** The signer of `key` in one tab: the host's cryptography takes its time. */
  signer(key: SimKey, later: Later): Signer {
    return {
      publicKey: key.publicKey,
      sign: (message) => later.answer('signed', 0.1, 0.5, () => this.#signature(key.publicKey, message)),
      verify: (publicKey, message, signature) =>
        later.answer('verified', 0.1, 0.5, () => equalBytes(this.#signature(publicKey, message), signature)),
    };
  }

  /** Empty, which equals no signature, for a key that nobody has. */
  #signature(publicKey: Bytes, message: Bytes): Bytes {
    const secret = this.#secrets.get(toHex(publicKey));
    if (secret === undefined) return new Uint8Array(0);
    return new Prng(`${secret}/${digestOf(message)}`).bytes(SIGNATURE_BYTES);
  }
}

/** 106 bits of the message: enough to tell any two apart in a simulation. */
export function digestOf(bytes: Uint8Array): string {
  let high = 0x811c_9dc5;
  let low = bytes.length;
  let far = 0x1b87_3593;
  for (const byte of bytes) {
    high = Math.imul(high ^ byte, 0x0100_0193);
    low = (Math.imul((low << 13) | (low >>> 19), 5) + byte) | 0;
    far = Math.imul(far, 31) + byte + (high >>> 11);
  }
  return `${high}.${low}.${far | 0}`;
}
