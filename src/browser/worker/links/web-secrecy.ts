import { utf8, type Bytes } from '../../../core/index.ts';
import type { SealingKey, Secrecy } from '../../../transport/index.ts';

const AGREEMENT = 'X25519';
const SEAL = 'AES-GCM';
const NONCE_BYTES = 12;

/** X25519 (RFC 7748), HKDF-SHA-256 (RFC 5869) and AES-256-GCM by WebCrypto; no secret can be taken out of it. */
export const webSecrecy: Secrecy = {
  async begin() {
    const pair = await crypto.subtle.generateKey(AGREEMENT, false, ['deriveBits']);
    if (!('privateKey' in pair)) throw new TypeError('no X25519 pair');
    const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
    return {
      publicKey,
      agree: async (theirs, salt, labels) => {
        const secret = await agreed(pair.privateKey, theirs);
        return secret && Promise.all(labels.map((label) => keyOf(secret, salt, label)));
      },
    };
  },
};

/** Undefined for what is no key, or gives a secret that everybody knows. */
async function agreed(privateKey: CryptoKey, theirs: Bytes): Promise<CryptoKey | undefined> {
  try {
    const theirKey = await crypto.subtle.importKey('raw', theirs, AGREEMENT, false, []);
    const shared = await crypto.subtle.deriveBits({ name: AGREEMENT, public: theirKey }, privateKey, 256);
    return await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  } catch {
    return undefined;
  }
}

async function keyOf(secret: CryptoKey, salt: Bytes, label: string): Promise<SealingKey> {
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt, info: utf8(label) };
  const key = await crypto.subtle.deriveKey(derivation, secret, { name: SEAL, length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
  return {
    async seal(counter, plain) {
      return new Uint8Array(await crypto.subtle.encrypt({ name: SEAL, iv: nonceOf(counter) }, key, plain));
    },
    async open(counter, sealed) {
      try {
        return new Uint8Array(await crypto.subtle.decrypt({ name: SEAL, iv: nonceOf(counter) }, key, sealed));
      } catch {
        return undefined;
      }
    },
  };
}

/** Four zero bytes, then the counter, big-endian. */
function nonceOf(counter: number): Bytes {
  const nonce = new Uint8Array(NONCE_BYTES);
  new DataView(nonce.buffer).setBigUint64(NONCE_BYTES - 8, BigInt(counter));
  return nonce;
}
