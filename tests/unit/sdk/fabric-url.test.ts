import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { LINK_LIMITS, toHex, utf8 } from '../../../src/core/index.ts';
import {
  createFabricUrl,
  deriveFabricSecrets,
  formatFabricUrl,
  isFabricName,
  parseFabricUrl,
  type FabricInvitation,
} from '../../../src/sdk/index.ts';
import { errorOf, idOf, seededRandom, valueOf } from '../../support/index.ts';

const BASE = 'https://example.org/grafos/';
const KEY = new Uint8Array(18).fill(7);
const bare: FabricInvitation = { name: 'class 4b', key: KEY };
const full: FabricInvitation = { ...bare, steward: idOf.cell('5e') };

const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 48 }).filter(isFabricName);
const invitation = fc
  .record({
    name,
    key: fc.uint8Array({ minLength: 18, maxLength: 18 }),
    steward: fc.option(fc.nat({ max: 255 }), { nil: undefined }),
  })
  .map(({ steward, ...rest }): FabricInvitation => ({
    name: rest.name,
    key: new Uint8Array(rest.key),
    ...(steward === undefined ? {} : { steward: idOf.cell(steward.toString(16).padStart(2, '0')) }),
  }));

describe('a join URL', () => {
  test('is this text, so that links that were given out stay good', () => {
    expect(formatFabricUrl(BASE, bare)).toBe(`${BASE}#/f/class%204b?k=BwcHBwcHBwcHBwcHBwcHBwcHFG2G`);
  });

  test('gives back the invitation it was made of, whatever the name', () => {
    fc.assert(
      fc.property(invitation, (made) => {
        expect(valueOf(parseFabricUrl(formatFabricUrl(BASE, made)))).toEqual(made);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('is read with or without what is before the fragment, which may change', () => {
    const url = formatFabricUrl(`${BASE}#old`, full);
    expect(valueOf(parseFabricUrl(url.slice(url.indexOf('#'))))).toEqual(full);
    expect(valueOf(parseFabricUrl(url.replace(BASE, 'http://localhost:5173/')))).toEqual(full);
  });

  test('made fresh has a key of its own each time', () => {
    const random = seededRandom('urls');
    const [first, second] = [1, 2].map(() => valueOf(parseFabricUrl(createFabricUrl(BASE, 'x', random))));
    expect(first?.key.length).toBe(18);
    expect(first?.key).not.toEqual(second?.key);
    expect(first).not.toHaveProperty('steward');
    const withSteward = createFabricUrl(BASE, 'x', random, idOf.cell('a'));
    expect(valueOf(parseFabricUrl(withSteward)).steward).toBe(idOf.cell('a'));
  });
});

describe('a link that was changed', () => {
  const alphabet = Array.from('abcXYZ019-_=&?#/%.~ é');

  test.each([
    ['without a steward', bare],
    ['with a steward', full],
  ])('by one character, %s, is refused or means the same', (_name, made) => {
    const url = formatFabricUrl('', made);
    for (let place = 0; place < url.length; place++) {
      for (const character of alphabet) {
        const changed = [
          url.slice(0, place) + character + url.slice(place + 1),
          url.slice(0, place) + url.slice(place + 1),
        ];
        for (const text of changed) {
          const parsed = parseFabricUrl(text);
          if (parsed.ok) expect(parsed.value).toEqual(made);
          else expect(['fabric_url_invalid', 'wrong_key']).toContain(parsed.error.code);
        }
      }
    }
  });

  test('by leaving out its end is refused', () => {
    const url = formatFabricUrl('', full);
    for (let length = 0; length < url.length; length++) {
      expect(parseFabricUrl(url.slice(0, length)).ok, url.slice(0, length)).toBe(false);
    }
  });

  test.each([
    ['', 'fabric_url_invalid'],
    ['https://example.org/', 'fabric_url_invalid'],
    ['#/g/name?k=x', 'fabric_url_invalid'],
    ['#/f/name', 'fabric_url_invalid'],
    ['#/f/name?k=', 'fabric_url_invalid'],
    ['#/f/?k=BwcHBwcHBwcHBwcHBwcHBwcHFG2G', 'fabric_url_invalid'],
    ['#/f/%ff?k=BwcHBwcHBwcHBwcHBwcHBwcHFG2G', 'fabric_url_invalid'],
    ['#/f/name?k=short', 'wrong_key'],
    ['#/f/other?k=BwcHBwcHBwcHBwcHBwcHBwcHFG2G', 'wrong_key'],
    ['#/f/name?k=BwcHBwcHBwcHBwcHBwcHBwcHFG2G&s=me', 'fabric_url_invalid'],
  ])('%j is refused as %s', (url, code) => {
    expect(errorOf(parseFabricUrl(url)).code).toBe(code);
  });

  test('never throws on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        for (const url of [text, `#/f/${text}`, `#/f/a?${text}`, `#/f/a?k=${text}`]) {
          expect(() => parseFabricUrl(url)).not.toThrow();
        }
      }),
      { seed: 2 },
    );
  });
});

describe('a name of a fabric', () => {
  test.each(['x', 'class 4b', '😀', 'ü'.repeat(24), 'a/b?c#d&e=f%'])('may be %j', (text) => {
    expect(isFabricName(text)).toBe(true);
    expect(valueOf(parseFabricUrl(formatFabricUrl(BASE, { ...bare, name: text }))).name).toBe(text);
  });

  test.each(['', '   ', 'a\nb', 'a\0', 'x'.repeat(49), 'ü'.repeat(25), '\ud800', 'a\udc00b'])(
    'may not be %j',
    (text) => {
      expect(isFabricName(text)).toBe(false);
      expect(() => formatFabricUrl(BASE, { ...bare, name: text })).toThrow('1 to 48 bytes');
    },
  );

  test('is bounded in bytes', () => {
    expect(utf8('ü'.repeat(24)).length).toBe(LINK_LIMITS.cellNameBytesMax);
  });
});

describe('the secrets', () => {
  const secrets = deriveFabricSecrets(bare);

  test('are these, so that cells of two builds meet', () => {
    // Computed apart from this program, by the formulas of PROTOCOL.md §4.
    expect([secrets.fabricId, toHex(secrets.helloKey), ...secrets.rendezvousIds]).toEqual([
      '6dfdc35215d7f63257085d0529c34ab0',
      '36370475d5c55a1210661bc891026094f421e0e54d46df83c400c65a75722d2e',
      '0877afa04d1282c9a3023ce3812c126b',
      'b0327d81052e302f9ba52e4e195194f8',
      'b7589deac90f8ee9a49006a6d07eeae0',
    ]);
  });

  test('are all different, none is the key, and signaling learns only names', () => {
    const all = [secrets.fabricId, toHex(secrets.helloKey), toHex(KEY), ...secrets.rendezvousIds];
    expect(new Set(all).size).toBe(all.length);
    expect(secrets.rendezvousIds.length).toBe(LINK_LIMITS.rendezvousSlots);
    for (const id of secrets.rendezvousIds) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });

  test('change with the key, the name and the steward', () => {
    const others = [full, { ...bare, name: 'class 4c' }, { ...bare, key: new Uint8Array(18).fill(8) }];
    const ids = [bare, ...others].map((each) => deriveFabricSecrets(each).fabricId);
    expect(new Set(ids).size).toBe(4);
  });
});
