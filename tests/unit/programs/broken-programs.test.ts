import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { validateProgram } from '../../../src/cli/check/index.ts';
import { LANGUAGES, scaffold } from '../../../src/cli/scaffold/index.ts';

const PROGRAM = '[program]\nname = "sample"\nversion = "0.1.0"\n';
const ECHO = `(module
  (import "grafos_tasklet_v0" "input_read" (func $read (param i32 i32 i32) (result i32)))
  (import "grafos_tasklet_v0" "output_write" (func $write (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_grafos_tasklet_init") (param i32 i32))
  (func (export "_grafos_tasklet_run") (param $length i32) (param i32) (result i32)
    (drop (call $read (i32.const 0) (local.get $length) (i32.const 0)))
    (call $write (i32.const 0) (local.get $length)))
  (func (export "_grafos_tasklet_finalize") (param i32)))`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grafos-broken-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** What `validate` says against a program of these files, one line each, its folder left out. */
async function verdictOn(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const { problems, tasklets } = await validateProgram(folder, () => undefined);
  return [
    ...problems.map(({ code, file, line, column, message }) => {
      const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
      return `${place.replace(`${folder}/`, '')} ${code}: ${message}`;
    }),
    ...tasklets.flatMap(({ name, denials, fixtures }) => [
      ...denials.map(({ code, message }) => `${name} ${code}: ${message}`),
      ...fixtures.flatMap(({ fixture, message }) =>
        message === undefined ? [] : [`${name} on ${fixture}: ${message}`],
      ),
    ]),
  ];
}

const tasklet = (source: string, more = '') => `${PROGRAM}[tasklet.work]\nsource = "${source}"\n${more}`;

describe('validate', { timeout: 60_000 }, () => {
  test('has nothing against a program that does what it says', async () => {
    const files = { 'grafos.toml': tasklet('echo.wat'), 'echo.wat': ECHO, 'fixtures/a.txt': 'a' };
    expect(await verdictOn({ ...files, 'fixtures/expected/work/a.txt.txt': 'a' })).toStrictEqual([]);
  });

  test('gives each source its own module', async () => {
    const other = ECHO.replace(
      '(i32.const 0) (local.get $length) (i32.const 0)',
      '(i32.const 8) (i32.const 0) (i32.const 0)',
    );
    const manifest = `${tasklet('echo.wat')}[tasklet.other]\nsource = "other.wat"\n`;
    expect(await verdictOn({ 'grafos.toml': manifest, 'echo.wat': ECHO, 'other.wat': other })).toStrictEqual([]);
    const { tasklets } = await validateProgram(folder, () => undefined);
    expect(new Set(tasklets.map(({ module }) => module)).size).toBe(2);
  });

  const broken: [string, Readonly<Record<string, string>>, string | RegExp][] = [
    ['a folder that is none', {}, 'grafos.toml manifest_missing: there is no such file; every program has one'],
    [
      'a manifest that is not TOML',
      { 'grafos.toml': '[program\n' },
      /^grafos\.toml:1:\d+ manifest_invalid: not TOML: /,
    ],
    [
      'a source that is not there',
      { 'grafos.toml': tasklet('src/work.wat') },
      'src/work.wat source_missing: there is no file src/work.wat, or it lies outside the program',
    ],
    [
      'a module in text form with a word that is none',
      { 'grafos.toml': tasklet('a.wat'), 'a.wat': '(module\n  (func (nope)))' },
      /^a\.wat:2:\d+ compile_error: unrecognized instruction/,
    ],
    [
      'a module that is none',
      { 'grafos.toml': tasklet('a.wasm'), 'a.wasm': 'words' },
      /^a\.wasm module_invalid: not a WebAssembly module: /,
    ],
    [
      'an import that no cell offers',
      { 'grafos.toml': tasklet('a.wat'), 'a.wat': ECHO.replace('"grafos_tasklet_v0" "input_read"', '"env" "read"') },
      'a.wat import_forbidden: imports read from env, which no cell offers; a tasklet has no access to its host besides grafos-std',
    ],
    [
      'a missing entry point',
      { 'grafos.toml': tasklet('a.wat'), 'a.wat': ECHO.replace('_grafos_tasklet_finalize', 'finish') },
      /^work export_missing: .*_grafos_tasklet_finalize/,
    ],
    [
      'more memory than declared',
      {
        'grafos.toml': tasklet('a.wat', 'memory = "64KiB"\n'),
        'a.wat': ECHO.replace('(export "memory") 1', '(export "memory") 9'),
      },
      /^work memory_too_large: /,
    ],
    [
      'an output that is not the expected one',
      {
        'grafos.toml': tasklet('a.wat'),
        'a.wat': ECHO,
        'fixtures/a.txt': 'abc',
        'fixtures/expected/work/a.txt.txt': 'abd',
      },
      'work on a.txt: its output has 3 bytes, 3 are expected; they differ from byte 2 on',
    ],
    [
      'an expected error that does not come',
      {
        'grafos.toml': tasklet('a.wat'),
        'a.wat': ECHO,
        'fixtures/a.txt': 'abc',
        'fixtures/expected/work/a.txt.error.json': '{}',
      },
      'work on a.txt: it succeeded, but an error of its own is expected',
    ],
    [
      'a fixture that needs more fuel than there is',
      {
        'grafos.toml': tasklet('a.wat', 'fuel = 3\n'),
        'a.wat': ECHO,
        'fixtures/a.txt': 'abc',
        'fixtures/expected/work/a.txt.txt': 'abc',
      },
      'work on a.txt: it failed: the tasklet needs more than its 3 units of fuel',
    ],
    [
      'a graph over a fixture that is not there',
      {
        'grafos.toml': tasklet('a.wat', '[graph.first]\ntasklet = "work"\ninput = { fixture = "b.txt" }\n'),
        'a.wat': ECHO,
        'fixtures/a.txt': 'abc',
      },
      'grafos.toml:8:1 fixture_missing: graph.first.input fits no file of fixtures/: "b.txt"; did you mean a.txt?',
    ],
    [
      'a function that is not there',
      { 'grafos.toml': tasklet('a.ts'), 'a.ts': 'export function other(): void {}\n' },
      'a.ts function_missing: exports no function work',
    ],
  ];

  test.each(broken)('says what is wrong with %s', async (_, files, expected) => {
    const verdict = await verdictOn(files);
    expect(verdict).toHaveLength(1);
    if (typeof expected === 'string') expect(verdict[0]).toBe(expected);
    else expect(verdict[0]).toMatch(expected);
  });
});

test.each(LANGUAGES)(
  'the same source in %s makes the same module, wherever it stands',
  async (language) => {
    const hashes = new Set<string>();
    for (const name of ['one', 'another-place']) {
      const directory = join(folder, name, 'sample');
      await scaffold(directory, 'sample', language);
      const { problems, tasklets, isValid } = await validateProgram(directory, () => undefined);
      // A machine need not have every compiler.
      if (problems.some(({ code }) => code === 'compiler_missing')) return;
      expect(problems).toStrictEqual([]);
      expect(isValid).toBe(true);
      for (const { module } of tasklets) hashes.add(module);
    }
    expect([...hashes]).toHaveLength(1);
  },
  120_000,
);
