import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import {
  assert,
  fromBase64Url,
  fromHex,
  sha256,
  toBase64Url,
  utf8,
  type Bytes,
  type Signer,
} from '../../src/core/index.ts';

/** What precedes the 32 secret bytes in a PKCS #8 Ed25519 key (RFC 8410 §7). */
const PKCS8_HEAD = '302e020100300506032b657004220420';

/**
 * A real Ed25519 key, the same for the same seed. Node's synchronous calls, behind resolved promises: a test that
 * counts on manual time cannot wait for a thread.
 */
export function testSigner(seed: string): Signer {
  const der = Buffer.concat([fromHex(PKCS8_HEAD) ?? new Uint8Array(), sha256(utf8(seed))]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = fromBase64Url(createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '');
  assert(publicKey !== undefined, 'an Ed25519 key has an x');
  return {
    publicKey,
    sign: (message) => Promise.resolve(new Uint8Array(sign(null, message, privateKey))),
    verify: (key, message, signature) => Promise.resolve(isSigned(key, message, signature)),
  };
}

function isSigned(publicKey: Bytes, message: Bytes, signature: Bytes): boolean {
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(publicKey) };
    return verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), signature);
  } catch {
    return false;
  }
}
