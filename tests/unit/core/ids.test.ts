import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  contentHash,
  freshId,
  freshNumber,
  hmacSha256,
  isCellId,
  isContentHash,
  isFabricId,
  isLeaseId,
  isRunId,
  sha256,
  shortId,
  toHex,
  utf8,
} from '../../../src/core/index.ts';
import { seededRandom } from '../../support/index.ts';

const SHORT = '0123456789abcdef0123456789abcdef';
const kinds = { isCellId, isLeaseId, isRunId, isFabricId };

describe('ids', () => {
  test.each(Object.entries(kinds))('%s takes 32 lower-case hex characters and nothing else', (_name, is) => {
    expect(is(SHORT)).toBe(true);
    for (const wrong of [
      '',
      SHORT.slice(1),
      `${SHORT}0`,
      SHORT.toUpperCase(),
      `${SHORT}\n`,
      ` ${SHORT}`,
      SHORT + SHORT,
    ]) {
      expect(is(wrong)).toBe(false);
    }
  });

  test('a content hash is 64 lower-case hex characters', () => {
    expect(isContentHash(SHORT + SHORT)).toBe(true);
    for (const wrong of [SHORT, `${SHORT}${SHORT}\n`, `${SHORT}${SHORT.replace('a', 'A')}`, `${SHORT}${SHORT}00`]) {
      expect(isContentHash(wrong)).toBe(false);
    }
  });

  test('fresh ids come from the randomness handed in, 16 bytes each', () => {
    const random = seededRandom('ids');
    const first = freshId(random, isRunId);
    expect(isRunId(first)).toBe(true);
    expect(freshId(random, isRunId)).not.toBe(first);
    expect(freshId(seededRandom('ids'), isRunId)).toBe(first);
    expect(shortId(first)).toBe(first.slice(0, 8));
  });

  test('a fresh number is none that is taken, and never 0', () => {
    const drawn = [0, 7, 8].map((number) => new Uint8Array(new Uint32Array([number]).buffer));
    const random = { bytes: () => drawn.shift() ?? new Uint8Array(4) };
    expect(freshNumber(random, (number) => number === 7)).toBe(8);
    expect(drawn).toEqual([]);
  });
});

describe('digests', () => {
  test('contentHash of nothing is the well-known one', () => {
    expect(contentHash(new Uint8Array(0))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  test('agree with another implementation', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 80 }), (message, key) => {
        expect(toHex(sha256(message))).toBe(createHash('sha256').update(message).digest('hex'));
        expect(toHex(hmacSha256(key, message))).toBe(createHmac('sha256', key).update(message).digest('hex'));
        expect(contentHash(message)).toBe(toHex(sha256(message)));
      }),
      { seed: 1 },
    );
  });

  test('HMAC gives the answer of RFC 4231, case 2', () => {
    expect(toHex(hmacSha256(utf8('Jefe'), utf8('what do ya want for nothing?')))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });
});
