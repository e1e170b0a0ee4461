import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../support/index.ts';
import { linesOf, someRecords } from './world.ts';

const RECORDS = someRecords(12);
const LINES = linesOf(RECORDS);
const HEAD = present(RECORDS.at(-1)).hash;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grafos-audit-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs `grafos audit verify` on a file of these lines. */
async function verify(lines: readonly string[], ...options: readonly string[]) {
  const path = join(folder, 'audit.jsonl');
  await writeFile(path, lines.map((line) => `${line}\n`).join(''));
  return await grafos('audit', 'verify', path, ...options);
}

function grafos(...words: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['bin/grafos.js', ...words], (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

describe('grafos audit verify', { timeout: 60_000 }, () => {
  test('says that a chain is whole, and what it cannot know without an anchor', async () => {
    const { code, stdout } = await verify(LINES);
    expect(code).toBe(0);
    expect(stdout).toContain('12 records, whole');
    expect(stdout).toContain(`12:${HEAD}`);
    expect(stdout).toContain('No --anchor was given');
  });

  test('--json has the head and the use of each tenant', async () => {
    const { code, stdout } = await verify(LINES, '--anchor', `12:${HEAD}`, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      records: 12,
      head: { sequence: 12, hash: HEAD },
      usage: [{ resource: 'mem', leases: 1, unitSeconds: 4_096 }],
      findings: [],
    });
  });

  test('names the record that was changed and the one that is missing, and ends with 1', async () => {
    const spoiled = LINES.toSpliced(7, 1).with(3, present(LINES[3]).replace('"quantity":1024', '"quantity":1'));
    const { code, stdout } = await verify(spoiled, '--anchor', HEAD);
    expect(code).toBe(1);
    expect(stdout).toMatch(/changed\s+4\s+4/);
    expect(stdout).toMatch(/removed\s+8/);
    const json = await verify(spoiled, '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      findings: [
        { what: 'changed', sequence: 4, line: 4 },
        { what: 'removed', sequence: 8 },
      ],
    });
  });

  test('checks an export that begins later, from the record before', async () => {
    const before = present(RECORDS[4]);
    expect((await verify(LINES.slice(5), '--from', `5:${before.hash}`, '--anchor', HEAD)).code).toBe(0);
    expect((await verify(LINES.slice(5))).stdout).toContain('records 1 to 5 are missing');
  });

  test('refuses an anchor that is none and a file that is not there', async () => {
    const wrong = await verify(LINES, '--anchor', 'abc');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('--anchor is a SHA-256');
    const missing = await grafos('audit', 'verify', join(folder, 'none.jsonl'), '--json');
    expect(missing.code).toBe(2);
    expect(JSON.parse(missing.stdout)).toMatchObject({ error: { code: 'file_unreadable' } });
  });
});
