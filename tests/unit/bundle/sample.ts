import { expect } from 'vitest';
import { BUNDLE_RECOVERIES, packProgram, type Bundle, type BundleProblem } from '../../../src/bundle/index.ts';
import { contentHash, utf8, type Bytes, type Result } from '../../../src/core/index.ts';

/** A module needs no more than its magic to be carried; whether it runs is for the cell that admits it. */
export const MODULE = new Uint8Array([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
export const HASH = contentHash(MODULE);
export const MODULE_PATH = `.grafos/tasklets/${HASH}.wasm`;
export const REPORT_PATH = '.grafos/validation.json';

export const MANIFEST = `[program]
name = "sample"
version = "0.1.0"

[tasklet.count]
source = "src/tasklets/count.ts"

[graph.each]
tasklet = "count"
fan-out = true
input = { fixtures = "*.txt" }

[graph.all]
tasklet = "count"
input = { output = "each" }
`;

export function report(changes: object = {}): Bytes {
  const tasklets = [{ name: 'count', module: HASH }];
  return utf8(JSON.stringify({ version: 1, program: 'sample', isValid: true, problems: [], tasklets, ...changes }));
}

/** The files of a program, as its directory holds them; `changes` adds, replaces and, with undefined, removes some. */
export function sampleFiles(changes: Readonly<Record<string, Bytes | string | undefined>> = {}): Map<string, Bytes> {
  const files = new Map<string, Bytes>([
    ['grafos.toml', utf8(MANIFEST)],
    ['README.md', utf8('# Sample\n')],
    [MODULE_PATH, MODULE],
    [REPORT_PATH, report()],
    ['fixtures/one.txt', utf8('1')],
    ['fixtures/two.txt', utf8('22')],
    ['fixtures/expected/count/one.txt.json', utf8('1')],
  ]);
  for (const [path, bytes] of Object.entries(changes)) {
    if (bytes === undefined) files.delete(path);
    else files.set(path, typeof bytes === 'string' ? utf8(bytes) : bytes);
  }
  return files;
}

export function valueOf<T>(result: Result<T, readonly BundleProblem[]>): T {
  if (!result.ok) throw new Error(result.error.map(({ message }) => message).join('\n'));
  return result.value;
}

export function sampleBundle(changes?: Parameters<typeof sampleFiles>[0]): Bundle {
  return valueOf(packProgram(sampleFiles(changes)));
}

/** Each problem as `code: message`. */
export function problemsIn(result: Result<unknown, readonly BundleProblem[]>): readonly string[] {
  expect(result.ok).toBe(false);
  return result.ok ? [] : result.error.map(({ code, message }) => `${code}: ${message}`);
}

/** What is said to do about each problem. */
export function recoveriesIn(read: Result<unknown, readonly BundleProblem[]>): readonly string[] {
  return read.ok ? [] : read.error.map(({ recovery }) => recovery);
}

/** What is to be said about `code: message`. */
export function recoveryOf(expected: string): string {
  const code = expected.slice(0, expected.indexOf(':'));
  return Object.entries(BUNDLE_RECOVERIES).find(([name]) => name === code)?.[1] ?? '';
}
