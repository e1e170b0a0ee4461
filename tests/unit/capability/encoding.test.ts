import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLeaseRef, decodeToken, encodeLeaseRef, encodeToken } from '../../../src/capability/index.ts';
import { fromHex, toBase64Url, toHex, TOKEN_LIMITS, type Bytes } from '../../../src/core/index.ts';
import { decodeCbor, encodeCbor } from '../../../src/wire/index.ts';
import { errorOf, present, valueOf } from '../../support/index.ts';
import { GOLDEN_CHAIN, GOLDEN_REF, GOLDEN_TOKENS } from './golden.ts';
import { CAVEATS, REF, tokenOf } from './tokens.ts';
import { ORDER, world } from './world.ts';

const NAMES = ['bare', 'full'] as const;

/** What a token is in plain CBOR values, to be spoiled one at a time. */
function plain(name: (typeof NAMES)[number]): [unknown[], unknown[][], Uint8Array] {
  return valueOf(decodeCbor(encodeToken(tokenOf(name)))) as [unknown[], unknown[][], Uint8Array];
}

describe('the encoding of a token', () => {
  test.each(NAMES)('is pinned to the byte: %s', (name) => {
    expect(toHex(encodeToken(tokenOf(name)))).toBe(GOLDEN_TOKENS[name]);
    expect(valueOf(decodeToken(present(fromHex(GOLDEN_TOKENS[name]))))).toEqual(tokenOf(name));
  });

  test('pins the chain: the tag of a known token under a known key', async () => {
    const { authority } = world();
    expect(toHex((await authority.mint({ ...ORDER, caveats: CAVEATS })).mac)).toBe(GOLDEN_CHAIN);
  });

  test.each(NAMES)('is what any reader of canonical CBOR makes of it: %s', (name) => {
    const bytes = encodeToken(tokenOf(name));
    expect(encodeCbor(valueOf(decodeCbor(bytes)))).toEqual(bytes);
  });

  test.each(NAMES)('has one form only: no byte more, none less, none else: %s', (name) => {
    const bytes = encodeToken(tokenOf(name));
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeToken(bytes.subarray(0, length)).ok).toBe(false);
    }
    expect(errorOf(decodeToken(new Uint8Array([...bytes, 0])))).toBe('malformed');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const spoiled = bytes.slice();
      spoiled[bit >> 3] = (spoiled[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const decoded = decodeToken(spoiled);
      if (decoded.ok) expect(encodeToken(decoded.value)).toEqual(spoiled);
    }
  });

  test('refuses any bytes or reads them back to themselves', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const decoded = decodeToken(bytes);
        if (decoded.ok) expect(encodeToken(decoded.value)).toEqual(bytes);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each<[string, (token: ReturnType<typeof plain>) => unknown]>([
    ['an unknown kind of resource', ([fields, ...rest]) => [fields.with(2, 9), ...rest]],
    ['a negative number', ([fields, ...rest]) => [fields.with(5, -1), ...rest]],
    ['a number that JSON would not keep', ([fields, ...rest]) => [fields.with(7, 2n ** 53n), ...rest]],
    ['an id too short', ([fields, ...rest]) => [fields.with(1, new Uint8Array(15)), ...rest]],
    ['an id as text', ([fields, ...rest]) => [fields.with(1, 'b'.repeat(32)), ...rest]],
    ['a field too many', ([fields, ...rest]) => [[...fields, 0], ...rest]],
    ['an unknown caveat', ([fields, , mac]) => [fields, [[8, 1]], mac]],
    ['a caveat with a value too many', ([fields, , mac]) => [fields, [[1, 1, 1]], mac]],
    ['an operation that does not exist', ([fields, , mac]) => [fields, [[1, 1_024]], mac]],
    ['no operation at all', ([fields, , mac]) => [fields, [[1, 0]], mac]],
    ['a range without bytes', ([fields, , mac]) => [fields, [[2, 4, 4]], mac]],
    ['too many caveats', ([fields, , mac]) => [fields, Array.from({ length: 17 }, () => [7, 9]), mac]],
    ['a tag too short', ([fields, caveats]) => [fields, caveats, new Uint8Array(31)]],
    ['a map', ([fields, caveats, mac]) => ({ fields, caveats, mac })],
  ])('refuses %s', (_what, spoil) => {
    expect(errorOf(decodeToken(encodeCbor(spoil(plain('bare')))))).toBe('malformed');
  });

  test('tells a later version and too many bytes from nonsense', () => {
    const [fields, caveats, mac] = plain('bare');
    expect(errorOf(decodeToken(encodeCbor([fields.with(0, 2), caveats, mac])))).toBe('unknown_version');
    expect(errorOf(decodeToken(new Uint8Array(TOKEN_LIMITS.bytesMax + 1)))).toBe('too_large');
  });

  test('refuses heads that are longer than they need be', () => {
    const bytes = encodeToken(tokenOf('bare'));
    // The version, 1, is the third byte: here as one byte, two, four and eight.
    for (const longer of [[0x18, 1], [0x19, 0, 1], [0x1a, 0, 0, 0, 1], [0x1b, 0, 0, 0, 0, 0, 0, 0, 1], [0x1f]]) {
      const spoiled: Bytes = new Uint8Array([...bytes.subarray(0, 2), ...longer, ...bytes.subarray(3)]);
      expect(errorOf(decodeToken(spoiled))).toBe('malformed');
    }
  });
});

describe('a LeaseRef', () => {
  test('is pinned to the character, and says what its token says', () => {
    expect(encodeLeaseRef(REF)).toBe(GOLDEN_REF);
    expect(valueOf(decodeLeaseRef(GOLDEN_REF))).toEqual(REF);
    const { kind, audience, leaseId, generation } = REF.token.fields;
    expect(REF).toMatchObject({ kind, cell: audience, leaseId, generation });
  });

  test('is under 200 characters, with a layout, a range and a holder too', async () => {
    const { authority } = world();
    const plainRef = { ...REF, token: await authority.mint(ORDER), layout: 'hashmap/u64/f64' };
    expect(encodeLeaseRef(plainRef).length).toBeLessThan(180);
    const caveats = CAVEATS.filter(({ kind }) => kind === 'operations' || kind === 'range');
    const narrowed = { ...plainRef, token: await authority.mint({ ...ORDER, caveats }) };
    expect(encodeLeaseRef(narrowed).length).toBeLessThan(200);
  });

  test('travels in a URL fragment as it is', () => {
    expect(encodeURIComponent(encodeLeaseRef(REF))).toBe(encodeLeaseRef(REF));
  });

  test('refuses what is none, with the reason', () => {
    const text = encodeLeaseRef(REF);
    const cbor = (value: unknown): string => toBase64Url(encodeCbor(value));
    const token = encodeToken(REF.token);
    expect(errorOf(decodeLeaseRef(`${text}=`))).toBe('not_base64url');
    expect(errorOf(decodeLeaseRef('a lease'))).toBe('not_base64url');
    expect(errorOf(decodeLeaseRef(''))).toBe('malformed');
    expect(errorOf(decodeLeaseRef(text.slice(0, -4)))).toBe('malformed');
    expect(errorOf(decodeLeaseRef('A'.repeat(2_000)))).toBe('too_large');
    expect(errorOf(decodeLeaseRef(cbor([2, '', token])))).toBe('unknown_version');
    expect(errorOf(decodeLeaseRef(cbor([1, 'UPPER', token])))).toBe('malformed');
    expect(errorOf(decodeLeaseRef(cbor([1, 'x'.repeat(33), token])))).toBe('malformed');
    expect(errorOf(decodeLeaseRef(cbor([1, '', token, 0])))).toBe('malformed');
    expect(errorOf(decodeLeaseRef(cbor([1, '', new Uint8Array(600)])))).toBe('too_large');
  });

  test('has one text only', () => {
    const text = encodeLeaseRef(REF);
    for (let index = 0; index < text.length; index++) {
      for (const other of ['A', 'B', '_', '7']) {
        const spoiled = text.slice(0, index) + other + text.slice(index + 1);
        const decoded = decodeLeaseRef(spoiled);
        if (decoded.ok) expect(encodeLeaseRef(decoded.value)).toBe(spoiled);
      }
    }
  });
});
