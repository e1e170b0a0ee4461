import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
} from 'node:crypto';
import { assert, fromBase64Url, fromHex, toBase64Url, utf8, type Bytes, type Random } from '../../src/core/index.ts';
import { SEAL_BYTES, type SealingKey, type Secrecy } from '../../src/transport/relay/index.ts';

/** What precedes the 32 secret bytes in a PKCS #8 X25519 key (RFC 8410 §7). */
const PKCS8_HEAD = '302e020100300506032b656e04220420';

/** Real X25519, HKDF and AES-GCM by Node's synchronous calls, behind resolved promises; keys from `random`. */
export function testSecrecy(random: Random): Secrecy {
  return {
    begin() {
      const der = Buffer.concat([fromHex(PKCS8_HEAD) ?? new Uint8Array(), random.bytes(32)]);
      const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
      const publicKey = fromBase64Url(createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '');
      assert(publicKey !== undefined, 'an X25519 key has an x');
      return Promise.resolve({
        publicKey,
        agree: (theirs: Bytes, salt: Bytes, labels: readonly string[]) => {
          const shared = agreed(theirs, privateKey);
          const keys =
            shared && labels.map((label) => keyOf(new Uint8Array(hkdfSync('sha256', shared, salt, label, 32))));
          return Promise.resolve(keys);
        },
      });
    },
  };
}

function agreed(theirs: Bytes, privateKey: ReturnType<typeof createPrivateKey>): Buffer | undefined {
  try {
    const jwk = { kty: 'OKP', crv: 'X25519', x: toBase64Url(theirs) };
    return diffieHellman({ privateKey, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) });
  } catch {
    return undefined;
  }
}

function keyOf(key: Bytes): SealingKey {
  return {
    seal(counter, plain) {
      const cipher = createCipheriv('aes-256-gcm', key, nonceOf(counter));
      const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      return Promise.resolve(new Uint8Array(sealed));
    },
    open(counter, sealed) {
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(counter));
        decipher.setAuthTag(sealed.subarray(sealed.length - SEAL_BYTES));
        const plain = Buffer.concat([decipher.update(sealed.subarray(0, -SEAL_BYTES)), decipher.final()]);
        return Promise.resolve(new Uint8Array(plain));
      } catch {
        return Promise.resolve(undefined);
      }
    },
  };
}

/** Four zero bytes, then the counter, big-endian. */
function nonceOf(counter: number): Bytes {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(4, BigInt(counter));
  return nonce;
}

/** A text that nothing else contains, for looking for it where it must not be. */
export const SECRET = utf8('a secret of the two ends, and of nobody between them');
