import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  concatBytes,
  equalBytes,
  fromBase64,
  fromBase64Url,
  fromHex,
  fromUtf8,
  toBase64,
  toBase64Url,
  toHex,
  utf8,
} from '../../../src/core/index.ts';

const bytes = fc.uint8Array({ maxLength: 200 });

describe('text forms of bytes', () => {
  test('hex, base64 and base64url give the same bytes back', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(fromHex(toHex(value))).toEqual(new Uint8Array(value));
        expect(fromBase64(toBase64(value))).toEqual(new Uint8Array(value));
        expect(fromBase64Url(toBase64Url(value))).toEqual(new Uint8Array(value));
      }),
      { seed: 1 },
    );
  });

  test('agree with another implementation', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const buffer = Buffer.from(value);
        expect([toHex(value), toBase64(value), toBase64Url(value)]).toEqual([
          buffer.toString('hex'),
          buffer.toString('base64'),
          buffer.toString('base64url'),
        ]);
      }),
      { seed: 2 },
    );
  });

  test.each(['0', 'zz', 'AB', '0x12', '12 ', 'é0'])('hex refuses %j', (text) => {
    expect(fromHex(text)).toBeUndefined();
  });

  test.each(['A', 'AA=', 'AA==', 'A+/A', 'AB', 'AAAA=', ' AAA', 'AA\n'])('base64url refuses %j', (text) => {
    expect(fromBase64Url(text)).toBeUndefined();
  });

  test.each(['A', 'AA', 'AB==', 'A_-A', 'AA=', '====', 'AAAA\n'])('base64 refuses %j', (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });

  test('never throw on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        for (const read of [fromHex, fromBase64, fromBase64Url]) expect(() => read(text)).not.toThrow();
      }),
      { seed: 3 },
    );
  });
});

describe('UTF-8', () => {
  test('gives well-formed text back, a byte order mark included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fromUtf8(utf8(text))).toBe(text);
      }),
      { seed: 4 },
    );
    expect(fromUtf8(utf8('\ufeffx'))).toBe('\ufeffx');
  });

  test.each([[[0xff]], [[0xc0, 0x80]], [[0xed, 0xa0, 0x80]], [[0xe2, 0x82]]])('refuses the bytes %j', (wrong) => {
    expect(fromUtf8(new Uint8Array(wrong))).toBeUndefined();
  });
});

describe('whole arrays', () => {
  test('are equal when every byte is, and at the same length only', () => {
    fc.assert(
      fc.property(bytes, bytes, (left, right) => {
        expect(equalBytes(left, right)).toBe(Buffer.compare(left, right) === 0);
        expect(equalBytes(left, left.slice())).toBe(true);
      }),
      { seed: 5 },
    );
  });

  test('are joined in order into an array of their own', () => {
    const first = new Uint8Array([1, 2]);
    const joined = concatBytes(first, new Uint8Array(0), new Uint8Array([3]));
    first[0] = 9;
    expect([...joined]).toEqual([1, 2, 3]);
    expect(joined.buffer.byteLength).toBe(3);
  });
});
