import { describe, expect, test } from 'vitest';
import { readBundle } from '../../../src/bundle/index.ts';
import { BUNDLE_LIMITS, concatBytes, utf8, type Bytes } from '../../../src/core/index.ts';
import { MANIFEST, MODULE, MODULE_PATH, problemsIn, recoveriesIn, recoveryOf, sampleBundle } from './sample.ts';

const BLOCK_BYTES = 512;
const AT_CHECKSUM = 148;

interface Header {
  readonly path?: string;
  /** Octal digits of the size, as they are written. */
  readonly size?: string;
  readonly kind?: string;
  readonly time?: string;
  readonly checksum?: string;
}

/** One entry, as another archiver, or somebody with other things in mind, may write it. */
function entry({ path = 'grafos.toml', size, kind = '0', time = '0', checksum }: Header, content = ''): Bytes {
  const block = new Uint8Array(BLOCK_BYTES);
  const digits = size ?? utf8(content).length.toString(8).padStart(11, '0');
  const fields: readonly (readonly [number, string])[] = [
    [0, path],
    [100, '0000644\0'],
    [108, '0000000\0'],
    [116, '0000000\0'],
    [124, `${digits}\0`],
    [136, `${time.padStart(11, '0')}\0`],
    [AT_CHECKSUM, ' '.repeat(8)],
    [156, kind],
    [257, 'ustar\x0000'],
    [329, '0000000\0'.repeat(2)],
  ];
  for (const [at, text] of fields)
    block.set(
      Uint8Array.from(text, (letter) => letter.charCodeAt(0)),
      at,
    );
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.set(utf8(`${checksum ?? sum.toString(8).padStart(6, '0')}\0 `), AT_CHECKSUM);
  const padding = new Uint8Array((BLOCK_BYTES - (utf8(content).length % BLOCK_BYTES)) % BLOCK_BYTES);
  return concatBytes(block, utf8(content), padding);
}

const END = new Uint8Array(2 * BLOCK_BYTES);

function archive(...entries: readonly Bytes[]): Bytes {
  return concatBytes(...entries, END);
}

function named(path: string): Bytes {
  return archive(entry({ path }));
}

function damaged(bytes: Bytes, at: number): Bytes {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

describe('a file that is no bundle', () => {
  const whole = sampleBundle().bytes;
  const cases: readonly (readonly [string, () => Bytes, string])[] = [
    ['is empty', () => utf8(''), 'not_a_bundle: this is no bundle: it is empty'],
    [
      'is a text',
      () => utf8('# My program\n'),
      'not_a_bundle: this is no bundle: it does not begin as a tar archive does',
    ],
    [
      'is compressed',
      () => new Uint8Array([0x1f, 0x8b, 8]),
      'not_a_bundle: this is no bundle: it is compressed with gzip',
    ],
    ['is a zip', () => utf8('PK\x03\x04'), 'not_a_bundle: this is no bundle: it is a zip archive'],
    ['is a module', () => MODULE, 'not_a_bundle: this is no bundle: it is a WebAssembly module'],
    [
      'is too large',
      () => new Uint8Array(BUNDLE_LIMITS.bytesMax + 1),
      'too_large: the bundle has 67108865 bytes; at most 67108864 are read',
    ],
    [
      'ends early',
      () => whole.slice(0, 800),
      `cut_short: the bundle ends at byte 800, but ${MODULE_PATH} reaches to byte 1024`,
    ],
    [
      'lacks its end',
      () => whole.slice(0, -1024),
      `cut_short: the bundle ends after ${whole.length - 1024} bytes, without its end mark`,
    ],
    [
      'lacks half of its end',
      () => whole.slice(0, -512),
      `cut_short: the bundle ends after ${whole.length - 512} bytes, inside its end mark`,
    ],
    [
      'goes on behind its end',
      () => concatBytes(whole, utf8('more')),
      'not_canonical: there are 4 bytes after the end mark of the bundle, or the mark is not of zeros',
    ],
    [
      'has a bit turned in a header',
      () => damaged(whole, 10),
      'damaged: the header at byte 0 does not add up to its checksum',
    ],
    [
      'has bytes where there are none',
      () => damaged(whole, 2 * BLOCK_BYTES - 1),
      `not_canonical: there are bytes between the end of ${MODULE_PATH} and what follows it`,
    ],
    [
      'announces more than there is',
      () => archive(entry({ size: '00000010000' })),
      'cut_short: the bundle ends at byte 1536, but grafos.toml reaches to byte 4608',
    ],
    [
      'announces more than anything may have',
      () => archive(entry({ size: '77777777777' })),
      'file_too_large: grafos.toml has 8589934591 bytes; a file of a bundle has at most 16777216',
    ],
    [
      'announces nonsense',
      () => archive(entry({ size: '0000000000x' })),
      'damaged: the size of "grafos.toml" is not a number',
    ],
    [
      'was written by another archiver',
      () => archive(entry({ time: '14723640000' }, MANIFEST)),
      'not_canonical: the header of grafos.toml holds a time, an owner, a mode or something else of its own',
    ],
    [
      'has its files in another order',
      () => archive(entry({ path: 'grafos.toml' }, MANIFEST), entry({ path: 'README.md' }, '')),
      'not_canonical: README.md stands behind grafos.toml; files stand in the order of their paths',
    ],
    ['holds a link', () => archive(entry({ kind: '2' })), 'not_a_file: "grafos.toml" is a symbolic link'],
    ['holds a folder', () => archive(entry({ path: 'src/', kind: '5' })), 'not_a_file: "src/" is a folder entry'],
    [
      'climbs out',
      () => named('../../etc/passwd'),
      'path_unsafe: "../../etc/passwd" leads out of its place: it holds "." or ".."',
    ],
    [
      'climbs out from within',
      () => named('src/../../x'),
      'path_unsafe: "src/../../x" leads out of its place: it holds "." or ".."',
    ],
    ['is absolute', () => named('/etc/passwd'), 'path_unsafe: "/etc/passwd" is an absolute path'],
    ['names a drive', () => named('C:/autoexec'), 'path_unsafe: "C:/autoexec" begins with a drive letter'],
    [
      'uses backslashes',
      () => named('src\\a.ts'),
      'path_unsafe: "src\\\\a.ts" holds a backslash; paths are written with /',
    ],
    ['hides a line break', () => named('fixtures/a\nb'), 'path_unsafe: "fixtures/a\\nb" holds a control character'],
    [
      'turns the reading direction',
      () => archive(entry({ path: String.fromCharCode(...utf8('fixtures/a\u202egpj.exe')) })),
      'path_unsafe: "fixtures/a\u202egpj.exe" holds a control character',
    ],
    ['has an empty part', () => named('fixtures//a'), 'path_unsafe: "fixtures//a" has an empty part'],
    [
      'has a name that Windows changes',
      () => named('fixtures/a. '),
      'path_unsafe: "fixtures/a. " has a part that ends in a dot or a space',
    ],
    ['has no name', () => named(''), 'path_unsafe: "" is no name'],
    ['has a name that is no text', () => named('fixtures/\xff'), 'path_unsafe: the name at byte 0 is not UTF-8 text'],
    [
      'holds a file twice',
      () => archive(entry({}, MANIFEST), entry({}, MANIFEST)),
      'path_collides: "grafos.toml" is there twice',
    ],
    [
      'holds two files that some systems take for one',
      () => archive(entry({ path: 'fixtures/A.txt' }), entry({ path: 'fixtures/a.txt' })),
      'path_collides: "fixtures/A.txt" and "fixtures/a.txt" differ only in the case of letters',
    ],
    [
      'holds two folders that some systems take for one',
      () => archive(entry({ path: 'Fixtures/a.txt' }), entry({ path: 'fixtures/b.txt' })),
      'path_collides: the folders "Fixtures" and "fixtures" differ only in the case of letters',
    ],
    [
      'holds a folder that is a file',
      () => archive(entry({ path: 'fixtures' }), entry({ path: 'fixtures/a.txt' })),
      'path_collides: "fixtures" is both a file and a folder',
    ],
    [
      'holds too many files',
      () => {
        const names = Array.from({ length: BUNDLE_LIMITS.filesMax + 1 }, (_, index) => String(index).padStart(5, '0'));
        return archive(...names.map((name) => entry({ path: `src/${name}` })));
      },
      'files_too_many: the bundle holds more than 2048 files',
    ],
  ];

  test.each(cases)('%s', (_name, bytes, expected) => {
    const read = readBundle(bytes());
    expect(problemsIn(read)).toEqual([expected]);
    expect(recoveriesIn(read)).toEqual([recoveryOf(expected)]);
  });
});
