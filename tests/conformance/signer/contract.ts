import { beforeAll, describe, expect, test } from 'vitest';
import { fromHex, utf8, type Bytes, type Signer } from '../../../src/core/index.ts';
import { present } from '../../support/index.ts';

const hex = (text: string): Bytes => present(fromHex(text));

/** RFC 8032 §7.1, test 2: public key, one-byte message and signature. */
const RFC_KEY = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
const RFC_SIGNATURE =
  '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';

/** What every signer promises. `setup` makes one with a key of its own. */
export function runSignerTests(name: string, setup: () => Promise<Signer>): void {
  describe(`${name}: a signer`, () => {
    const message = utf8('a message');
    let signer: Signer;
    let other: Signer;
    let signature: Bytes;

    beforeAll(async () => {
      [signer, other] = [await setup(), await setup()];
      signature = await signer.sign(message);
    });

    test('has a key of 32 bytes and makes signatures of 64', () => {
      expect([signer.publicKey.length, signature.length]).toEqual([32, 64]);
    });

    test('believes what was signed, whoever asks', async () => {
      expect(await signer.verify(signer.publicKey, message, signature)).toBe(true);
      expect(await other.verify(signer.publicKey, message, signature)).toBe(true);
    });

    test('is Ed25519 and nothing else', async () => {
      expect(await signer.verify(hex(RFC_KEY), hex('72'), hex(RFC_SIGNATURE))).toBe(true);
      expect(await signer.verify(hex(RFC_KEY), hex('73'), hex(RFC_SIGNATURE))).toBe(false);
    });

    test('does not believe another message, another key or another signature', async () => {
      expect(await signer.verify(signer.publicKey, utf8('A message'), signature)).toBe(false);
      expect(await signer.verify(other.publicKey, message, signature)).toBe(false);
      expect(await signer.verify(signer.publicKey, message, await other.sign(message))).toBe(false);
      for (const place of [0, 31, 32, 63]) {
        const damaged = signature.map((byte, index) => (index === place ? byte ^ 1 : byte));
        expect(await signer.verify(signer.publicKey, message, damaged)).toBe(false);
      }
    });

    test.each([
      ['no key', new Uint8Array(0), new Uint8Array(64)],
      ['a short key', new Uint8Array(31), new Uint8Array(64)],
      ['a long key', new Uint8Array(33), new Uint8Array(64)],
      ['a key that is no point', new Uint8Array(32).fill(0xff), new Uint8Array(64)],
      ['no signature', hex(RFC_KEY), new Uint8Array(0)],
      ['a long signature', hex(RFC_KEY), new Uint8Array(65)],
    ])('answers false for %s, and does not throw', async (_name, key, wrong) => {
      expect(await signer.verify(key, message, wrong)).toBe(false);
    });
  });
}
