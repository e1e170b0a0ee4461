import { concatBytes, hmacSha256, utf8, type Bytes, type Env } from '../core/index.ts';

const NONCE_BYTES = 32;
const ORDINAL_BYTES = 4;
const SECRET_LABEL = utf8('grafos-web/link/1\n');

/** A fresh nonce that begins with how many links its tab has had before, so that both ends see which came later. */
export function numberedNonce(env: Pick<Env, 'random'>, ordinal: number): Bytes {
  const nonce = env.random.bytes(NONCE_BYTES);
  new DataView(nonce.buffer).setUint32(0, ordinal % 2 ** (8 * ORDINAL_BYTES));
  return nonce;
}

/** What the two ends of a link know of it and nobody else, from their nonces, the lower cell id's first. */
export function linkSecret(helloKey: Bytes, lower: Bytes, higher: Bytes): Bytes {
  return hmacSha256(helloKey, concatBytes(SECRET_LABEL, lower, higher));
}
