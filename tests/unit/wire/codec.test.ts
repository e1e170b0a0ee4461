import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { fromHex, toHex } from '../../../src/core/index.ts';
import { decodeCbor, encodeCbor, EVENT, HELLO, REFUSAL, REQUEST } from '../../../src/wire/index.ts';
import { present, valueOf } from '../../support/index.ts';

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer(),
    fc.maxSafeInteger(),
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(
      fc.string({ unit: 'grapheme' }).filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 5, noNullPrototype: true },
    ),
  ),
})).value;

describe('CBOR', () => {
  test('gives plain data back', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(valueOf(decodeCbor(encodeCbor(value)))).toEqual(value);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('is canonical: the order in which keys were set leaves no trace', () => {
    expect(toHex(encodeCbor({ bb: 1, a: 2, c: 3 }))).toBe('a361610261630362626201');
    expect(encodeCbor({ c: 3, bb: 1, a: 2 })).toEqual(encodeCbor({ a: 2, bb: 1, c: 3 }));
  });

  test.each([
    ['nothing', ''],
    ['bytes left over', '0000'],
    ['a number written longer than it needs', '1817'],
    ['a length written longer than it needs', '5801aa'],
    ['an indefinite array', '9f01ff'],
    ['an indefinite text', '7f6161ff'],
    ['undefined', 'f7'],
    ['a key twice', 'a2616101616102'],
    ['an array that ends early', '8201'],
    ['an array that claims 2^32 items', '9affffffff'],
    ['bytes that claim 2^53', '5b0020000000000000'],
    ['a map that claims 2^32 entries', 'baffffffff'],
    ['text that is not UTF-8', '61ff'],
    ['keys out of order', 'a2616201616102'],
    ['a whole number written as a float', 'fb3ff0000000000000'],
    ['a float written longer than it needs', 'fb3ff8000000000000'],
    ['a tag', 'c000'],
    ['a break with nothing to end', 'ff'],
  ])('refuses %s', (_name, hex) => {
    expect(decodeCbor(present(fromHex(hex))).ok).toBe(false);
  });

  test('nested too deep is refused, not thrown', () => {
    const deep = new Uint8Array(200_000).fill(0x81);
    expect(decodeCbor(deep).ok).toBe(false);
  });

  test('of random bytes never throws, whichever message reads them', () => {
    const types = [...Object.values(HELLO), ...Object.values(EVENT), ...Object.values(REQUEST), REFUSAL];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        for (const type of types) expect(() => type.read(bytes)).not.toThrow();
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});
