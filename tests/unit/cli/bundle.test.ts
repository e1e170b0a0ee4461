import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contentHash } from '../../../src/core/index.ts';
import { scaffold } from '../../../src/cli/scaffold/index.ts';

const GRAFOS = resolve(import.meta.dirname, '../../../bin/grafos.js');

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grafos-bundle-'));
  for (const place of ['here', 'there']) await scaffold(join(folder, place), 'sample', 'wat');
});

afterAll(() => rm(folder, { recursive: true }));

function grafos(place: string, ...words: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [GRAFOS, ...words], { cwd: join(folder, place) }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

describe('grafos bundle', { timeout: 60_000 }, () => {
  test('writes the same file wherever the program lies, which it can look into', async () => {
    const [here, there] = await Promise.all(['here', 'there'].map((place) => grafos(place, 'bundle', '--json')));
    expect([here?.code, there?.code], here?.stderr).toEqual([0, 0]);
    expect(here?.stdout).toBe(there?.stdout);
    const bytes = new Uint8Array(await readFile(join(folder, 'here/sample.grafos')));
    const id = contentHash(bytes);
    expect(JSON.parse(here?.stdout ?? '')).toMatchObject({ program: 'sample', path: 'sample.grafos', id });
    const { code, stdout } = await grafos('there', 'bundle', '--inspect', 'sample.grafos');
    expect([code, stdout]).toEqual([0, expect.stringContaining(`sample.grafos: sample 0.1.0`)]);
    expect(stdout).toContain(`sha256 ${id}`);
  });

  test('refuses a program that is not valid, and a file that is no bundle', async () => {
    const inspected = await grafos('here', 'bundle', '--inspect', 'grafos.toml', '--json');
    expect(inspected.code).toBe(1);
    expect(JSON.parse(inspected.stdout)).toEqual({
      error: {
        code: 'bundle_invalid',
        message: 'grafos.toml: this is no bundle: it does not begin as a tar archive does',
        recovery: 'Choose a file that `grafos bundle` wrote; its name ends in .grafos.',
      },
    });
    await writeFile(join(folder, 'there/fixtures/expected/metadata/lake.png.json'), 'something else');
    const packed = await grafos('there', 'bundle', '--out', 'never.grafos', '--json');
    expect(packed.code).toBe(1);
    expect(packed.stdout).toContain('"code":"validation_failed"');
    await expect(readFile(join(folder, 'there/never.grafos'))).rejects.toThrow('ENOENT');
  });
});
