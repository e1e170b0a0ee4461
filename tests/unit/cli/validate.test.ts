import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { validateProgram } from '../../../src/cli/check/index.ts';
import { validationProblems } from '../../../src/cli/commands/program/index.ts';
import { contentHash } from '../../../src/core/index.ts';
import { SHEET_SHA256 } from '../../../src/programs/image-pipeline/expected.ts';

const PROGRAMS = fileURLToPath(new URL('../../../src/programs/', import.meta.url));

/** A tasklet around what its run does. */
function tasklet(imports: string, run: string): string {
  return `(module ${imports}
    (memory (export "memory") 1)
    (func (export "_grafos_tasklet_init") (param i32 i32))
    (func (export "_grafos_tasklet_run") (param $length i32) (param i32) (result i32) ${run})
    (func (export "_grafos_tasklet_finalize") (param i32)))`;
}

/** Puts 7 at the start of lease 0; ends with the status of that. */
const PUT = tasklet(
  '(import "fabricbios_fbmu_v0" "store32" (func $store (param i32 i64 i32 i32) (result i32)))',
  '(call $store (i32.const 0) (i64.const 0) (i32.const 7) (i32.const 16))',
);
/** Puts out its input. */
const ECHO = tasklet(
  `(import "grafos_tasklet_v0" "input_read" (func $read (param i32 i32 i32) (result i32)))
   (import "grafos_tasklet_v0" "output_write" (func $write (param i32 i32) (result i32)))`,
  `(drop (call $read (i32.const 64) (local.get $length) (i32.const 0)))
   (drop (call $write (i32.const 64) (local.get $length))) (i32.const 0)`,
);

const manifestWith = (operations: string): string => `[program]
name = "sample"
version = "0.1.0"
[lease.word]
size = "4KiB"
[tasklet.put]
source = "put.wat"
leases = 1
[tasklet.echo]
source = "echo.wat"
[graph.put]
tasklet = "put"
leases = [{ lease = "word", operations = ["${operations}"] }]
[graph.echo]
tasklet = "echo"
after = ["put"]
input = { lease = "word" }
`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grafos-validate-'));
  await put('put.wat', PUT);
  await put('echo.wat', ECHO);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), content);
}

async function problems(): Promise<readonly string[]> {
  const report = await validateProgram(folder, () => undefined);
  expect(report.isValid).toBe(validationProblems(report).length === 0);
  return validationProblems(report);
}

describe('validate gives tasklets the leases that the graph declares', () => {
  const page = new Uint8Array(4_096);
  page[0] = 7;

  test('as memory that passes from node to node', async () => {
    await put('grafos.toml', manifestWith('atomic'));
    await put('fixtures/expected/echo/echo.bin', page);
    expect(await problems()).toStrictEqual([]);
  });

  test('and holds what comes out against what is expected', async () => {
    await put('grafos.toml', manifestWith('atomic'));
    await put('fixtures/expected/echo/echo.bin', page.subarray(1));
    expect(await problems()).toStrictEqual([
      'graph.echo: its output of 4096 bytes is not fixtures/expected/echo/echo.bin, which has 4095',
    ]);
  });

  test('for what they declare and nothing else', async () => {
    await put('grafos.toml', manifestWith('read'));
    expect(await problems()).toStrictEqual(['graph.put: it failed: the tasklet ended with error code -13']);
  });

  test('and to a tasklet that is run by itself: zeroed, or as its fixture says', async () => {
    const alone = manifestWith('atomic').replace(/\[graph[^]*/, '');
    await put('grafos.toml', alone.replace('source = "echo.wat"', 'source = "look.wat"\nleases = 1'));
    await put(
      'look.wat',
      tasklet(
        `(import "fabricbios_fbmu_v0" "read" (func $read (param i32 i64 i32 i32) (result i32)))
         (import "grafos_tasklet_v0" "output_write" (func $write (param i32 i32) (result i32)))`,
        `(drop (call $read (i32.const 0) (i64.const 0) (i32.const 64) (i32.const 2)))
         (call $write (i32.const 64) (i32.const 2))`,
      ),
    );
    for (const name of ['bare', 'given']) await put(`fixtures/${name}.txt`, '-');
    await put('fixtures/leases/echo/given.txt.0.bin', 'hi');
    await put('fixtures/expected/echo/bare.txt.bin', new Uint8Array(2));
    await put('fixtures/expected/echo/given.txt.bin', 'hi');
    expect(await problems()).toStrictEqual([]);
    await put('fixtures/expected/echo/bare.txt.bin', 'hi');
    expect(await problems()).toStrictEqual([
      'echo on bare.txt: its output has 2 bytes, 2 are expected; they differ from byte 0 on',
    ]);
  });
});

test('the image pipeline makes of its fixtures what is expected, and the demo knows it', async () => {
  const directory = join(PROGRAMS, 'image-pipeline');
  const report = await validateProgram(directory, () => undefined);
  expect(validationProblems(report)).toStrictEqual([]);
  expect(report.graph.map(({ node, runs }) => `${node} ${runs}`)).toStrictEqual([
    'metadata 12',
    'layout 1',
    'thumbnail 12',
    'sheet 1',
  ]);
  const sheet = await readFile(join(directory, 'fixtures/expected/sheet/sheet.png'));
  expect(report.graph.at(-1)?.output).toBe(SHEET_SHA256);
  expect(contentHash(new Uint8Array(sheet))).toBe(SHEET_SHA256);
}, 60_000);
