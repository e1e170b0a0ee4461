import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { toHex, type Bytes } from './bytes.ts';
import { isContentHash, type ContentHash } from './ids.ts';
import { assert } from './assert.ts';

/** SHA-256 of `bytes`, 32 bytes, at once: deciders may not wait for a host promise. */
export function sha256(bytes: Uint8Array): Bytes {
  return new Uint8Array(nobleSha256(bytes));
}

/** HMAC-SHA-256 of `message` under `key`, 32 bytes (RFC 2104). */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Bytes {
  return new Uint8Array(hmac(nobleSha256, key, message));
}

/** The name of `bytes` wherever they travel. */
export function contentHash(bytes: Uint8Array): ContentHash {
  const text = toHex(sha256(bytes));
  assert(isContentHash(text), 'a SHA-256 is 64 hex characters');
  return text;
}

/**
 * A cell's identity key, an Ed25519 pair (RFC 8032) whose private half stays behind this port.
 * Keys are 32 bytes, signatures 64.
 */
export interface Signer {
  readonly publicKey: Bytes;
  sign(message: Bytes): Promise<Bytes>;
  /** Whether `signature` over `message` is by the holder of `publicKey`. False for anything malformed. */
  verify(publicKey: Bytes, message: Bytes, signature: Bytes): Promise<boolean>;
}
