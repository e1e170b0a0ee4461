import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseManifest } from '../../../src/manifest/index.ts';
import { KeyPositions } from '../../../src/manifest/key-positions.ts';

const SAMPLE = `[program]
name = "sample" # a name
version = "0.1.0"
lesson = """
[not.a.table]
key = "not a key" """

["quoted 'table'".'and another']
inline = { a = 1, "b c" = [1, 2] }
list = [ # comment ]
  "]", '''x
]''',
]
a.b = 1979-05-27T07:32:00Z
[[array]]
x = 1
[[array]]
[array.under]
y = 2
`;

test('every key is found where it stands', () => {
  const positions = new KeyPositions(SAMPLE);
  const at = (...path: (string | number)[]) => {
    const { line, column } = positions.find(path) ?? { line: 0, column: 0 };
    return `${line}:${column}`;
  };
  expect(at('program')).toBe('1:1');
  expect(at('program', 'lesson')).toBe('4:1');
  expect(at("quoted 'table'", 'and another')).toBe('8:1');
  expect(at("quoted 'table'", 'and another', 'inline', 'b c')).toBe('9:1');
  expect(at("quoted 'table'", 'and another', 'list', 1)).toBe('10:1');
  expect(at("quoted 'table'", 'and another', 'a', 'b')).toBe('14:1');
  expect(at('array', 0, 'x')).toBe('16:1');
  expect(at('array', 1)).toBe('17:1');
  expect(at('array', 1, 'under', 'y')).toBe('19:1');
  expect(at('nothing')).toBe('0:0');
});

test('no text makes the parser throw, hang or answer without a reason', () => {
  const pieces = fc.constantFrom(
    '[',
    ']',
    '[[',
    '=',
    '"',
    "'",
    '"""',
    "'''",
    '\n',
    '#',
    '\\',
    '{',
    '}',
    ',',
    '.',
    ' ',
    'program',
    'tasklet',
    'name',
    'a',
    '1',
    '\u0000',
    '🙂',
  );
  const soup = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(''));
  const cut = fc.tuple(fc.nat(SAMPLE.length), soup).map(([at, text]) => SAMPLE.slice(0, at) + text + SAMPLE.slice(at));
  fc.assert(
    fc.property(fc.oneof(soup, cut, fc.string()), (text) => {
      const parsed = parseManifest(text);
      if (!parsed.ok) expect(parsed.error.length).toBeGreaterThan(0);
      new KeyPositions(text);
    }),
    { numRuns: 5_000, seed: 20_262 },
  );
});
