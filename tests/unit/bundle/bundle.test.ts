import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { belongsInBundle, mediaTypeOf, packProgram, readBundle, writeArchive } from '../../../src/bundle/index.ts';
import { contentHash, fromUtf8, utf8 } from '../../../src/core/index.ts';
import { HASH, MODULE, MODULE_PATH, REPORT_PATH, sampleBundle, sampleFiles, valueOf } from './sample.ts';

describe('a bundle', () => {
  test('holds a program, and is named by its bytes', () => {
    const { id, bytes } = sampleBundle();
    const { program, files } = valueOf(readBundle(bytes));
    expect(id).toBe(contentHash(bytes));
    expect(program.manifest.program.name).toBe('sample');
    expect(program.tasklets.map(({ declared, module }) => [declared.name, module])).toEqual([['count', HASH]]);
    expect(program.tasklets[0]?.bytes).toEqual(MODULE);
    expect(program.fixtures.map(({ name, mediaType, bytes: input }) => [name, mediaType, fromUtf8(input)])).toEqual([
      ['one.txt', 'text/plain', '1'],
      ['two.txt', 'text/plain', '22'],
    ]);
    expect([...files.keys()]).toEqual([...files.keys()].sort());
    expect(files).toEqual(sampleFiles());
  });

  test('is the same bytes in whatever order its files are found, and others when one of them is', () => {
    const turned = new Map([...sampleFiles()].reverse());
    expect(valueOf(packProgram(turned)).id).toBe(sampleBundle().id);
    expect(sampleBundle({ 'fixtures/one.txt': '2' }).id).not.toBe(sampleBundle().id);
  });

  test('has this id until its form changes', () => {
    expect(sampleBundle().id).toBe('a701d2a3d919eaa87e1280655f2ff5e34dc698db8cbfe9f7d87e140fbf67d6b9');
  });

  test('leaves out sources unless asked, and always what is no part of the program', () => {
    const old = `.grafos/tasklets/${'0'.repeat(64)}.wasm`;
    const more = {
      'src/tasklets/count.ts': 'export',
      '.git/config': '',
      '.grafos/build.json': '{}',
      '.grafos/runs/1/output.b64': '',
      'node_modules/x/index.js': '',
      'fixtures/.hidden': '',
      [old]: MODULE,
    };
    expect(sampleBundle(more).id).toBe(sampleBundle().id);
    const paths = [...valueOf(packProgram(sampleFiles(more), { hasSources: true })).files.keys()];
    expect(paths).toContain('src/tasklets/count.ts');
    expect(paths).toHaveLength(sampleFiles().size + 1);
    expect(belongsInBundle('src/a.ts')).toBe(false);
    expect(belongsInBundle('fixtures/sub/a.txt')).toBe(false);
    expect(belongsInBundle(REPORT_PATH)).toBe(true);
  });

  test('may hold long names, names in any script, and empty files', () => {
    const long = `fixtures/expected/count/one.txt.${'x'.repeat(85)}`;
    const { files } = sampleBundle({ 'fixtures/größe 数.txt': '', [long]: 'long' });
    expect(sampleBundle({ 'fixtures/expected/count/all.txt': '3' }).files).toHaveProperty('size', 8);
    expect(fromUtf8(files.get(long) ?? MODULE)).toBe('long');
    expect(files.get('fixtures/größe 数.txt')).toHaveLength(0);
  });

  test('is an archive that tar lists and takes apart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'grafos-bundle-'));
    try {
      const file = join(folder, 'sample.grafos');
      await writeFile(file, sampleBundle().bytes);
      const { stdout } = await promisify(execFile)('tar', ['-tf', file]);
      expect(stdout.trim().split('\n')).toEqual([...sampleBundle().files.keys()]);
      const content = await promisify(execFile)('tar', ['-xOf', file, MODULE_PATH], { encoding: 'buffer' });
      expect(contentHash(new Uint8Array(content.stdout))).toBe(HASH);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test('names that cannot stand beside each other are not packed', () => {
  expect(writeArchive(new Map([['../a', utf8('')]]))).toMatchObject({ error: { code: 'path_unsafe' } });
  const both = new Map(['src/a', 'SRC/b'].map((path) => [path, utf8('')]));
  expect(writeArchive(both)).toMatchObject({ error: { code: 'path_collides' } });
});

test('a name promises a media type, or none', () => {
  expect(['a.PNG', 'b.tar.json', 'c', '.txt', 'd.'].map(mediaTypeOf)).toEqual([
    'image/png',
    'application/json',
    ...Array<string>(3).fill('application/octet-stream'),
  ]);
});
