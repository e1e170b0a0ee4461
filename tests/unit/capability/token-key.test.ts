import { describe, expect, test } from 'vitest';
import { freshTokenKey, WebCryptoTokenKey } from '../../../src/browser/worker/token-key.ts';
import { MemoryTokenKey, TokenAuthority, type TokenKey } from '../../../src/capability/index.ts';
import { hmacSha256, sha256, toHex, utf8 } from '../../../src/core/index.ts';
import { testEnv } from '../../support/index.ts';
import { LESSOR, ORDER, SHOWN, world } from './world.ts';

const RAW = sha256(utf8('a raw key'));

/** What each kind of key promises: the twin, the browser's with the same raw key, and one that never was outside. */
const KEYS: readonly (readonly [string, () => Promise<TokenKey>])[] = [
  ['memory twin', () => Promise.resolve(new MemoryTokenKey(RAW))],
  ['imported into WebCrypto', async () => new WebCryptoTokenKey(await imported())],
  ['made in WebCrypto', async () => new WebCryptoTokenKey(await freshTokenKey())],
];

function imported(): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', RAW, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

describe.each(KEYS)('a token key: %s', (_name, make) => {
  test('answers 32 bytes, the same for the same message and others for others', async () => {
    const key = await make();
    const [first, again, other] = await Promise.all([key.mac(utf8('a')), key.mac(utf8('a')), key.mac(utf8('b'))]);
    expect(first).toHaveLength(32);
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
  });

  test('mints tokens that verify', async () => {
    const { time, book } = world();
    const authority = new TokenAuthority(LESSOR, await make(), testEnv(time, 'keys'), book);
    expect((await authority.verify(await authority.mint(ORDER), SHOWN)).ok).toBe(true);
  });
});

test('both kinds agree: HMAC-SHA-256', async () => {
  const message = utf8('the first link');
  const expected = toHex(hmacSha256(RAW, message));
  expect(toHex(await new MemoryTokenKey(RAW).mac(message))).toBe(expected);
  expect(toHex(await new WebCryptoTokenKey(await imported()).mac(message))).toBe(expected);
});

test("the browser's key cannot be taken out", async () => {
  await expect(crypto.subtle.exportKey('raw', await freshTokenKey())).rejects.toThrow();
});

test('a key of another length is a mistake of the program', () => {
  expect(() => new MemoryTokenKey(new Uint8Array(16))).toThrow('32 bytes');
});
