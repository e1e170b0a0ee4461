import { describe, expect, test } from 'vitest';
import { parseManifest } from '../../../src/manifest/index.ts';

const PROGRAM = '[program]\nname = "sample"\nversion = "0.1.0"\n';
const TASKLET = '[tasklet.work]\nsource = "src/tasklets/work.ts"\n';

/** Every problem as `line:column code: message`. */
function problemsOf(text: string): string[] {
  const parsed = parseManifest(text);
  if (parsed.ok) return [];
  return parsed.error.map(({ line, column, code, message }) => `${line ?? '-'}:${column ?? '-'} ${code}: ${message}`);
}

describe('a manifest', () => {
  test('needs little, and gets every default', () => {
    expect(parseManifest(PROGRAM + TASKLET)).toStrictEqual({
      ok: true,
      value: {
        program: { name: 'sample', version: '0.1.0', title: 'sample', summary: '', lesson: '' },
        tasklets: [
          {
            name: 'work',
            source: 'src/tasklets/work.ts',
            functionName: 'work',
            summary: '',
            fuel: 500_000,
            memoryBytes: 33_554_432,
            deadlineMs: 30_000,
            leases: 0,
            outputType: 'application/octet-stream',
            inputTypes: [],
            priority: 'standard',
            recovery: {},
            runtime: 'stub',
          },
        ],
        leases: [],
        graph: [],
      },
    });
  });

  test('may say everything', () => {
    const text = `
[program]
name = "image-info"
version = "1.2.3-beta.1"
title = "Image info"
summary = "Reads images."
lesson = "One. Two. Three."

[tasklet.line-count-2]
source = 'src/a.ts'
summary = "Counts."
fuel = 5_000_000
memory = "1MiB"
deadline = "1.5s"
output = "text/plain; charset=utf-8"
inputs = ["image/*", "text/plain"]
runtime = "incremental"

[tasklet.ready]
source = "prebuilt/ready.wasm"
memory = 131072
deadline = "2m"
`;
    expect(parseManifest(text)).toMatchObject({
      ok: true,
      value: {
        program: { title: 'Image info', version: '1.2.3-beta.1' },
        tasklets: [
          {
            name: 'line-count-2',
            functionName: 'lineCount2',
            fuel: 5_000_000,
            memoryBytes: 1_048_576,
            deadlineMs: 1_500,
            outputType: 'text/plain; charset=utf-8',
            inputTypes: ['image/*', 'text/plain'],
            priority: 'standard',
            recovery: {},
            runtime: 'incremental',
          },
          { name: 'ready', memoryBytes: 131_072, deadlineMs: 120_000 },
        ],
      },
    });
  });
});

describe('a broken manifest', () => {
  const cases: [string, string, string[]][] = [
    [
      'is empty',
      '',
      [
        '-:- missing_key: program is missing: add [program] with name and version',
        '-:- missing_key: tasklet is missing: add [tasklet.<name>] with a source',
      ],
    ],
    ['is not TOML', '[program\nname = 1\n', ['1:9 toml_syntax: not TOML: illegal character in key']],
    [
      'says a key twice',
      `${PROGRAM}name = "again"\n${TASKLET}`,
      ['4:1 toml_syntax: not TOML: trying to redefine an already defined table or value'],
    ],
    [
      'has a number too large for anything',
      `${PROGRAM}${TASKLET}fuel = 99999999999999999999\n`,
      ['6:8 toml_syntax: not TOML: integer value cannot be represented losslessly'],
    ],
    [
      'misspells a key',
      `${PROGRAM}${TASKLET}  fule = 1\n`,
      ['6:3 unknown_key: tasklet.work.fule is not a key; did you mean fuel?'],
    ],
    [
      'has a key nobody could have meant',
      `${PROGRAM}colour-scheme = "dark"\n${TASKLET}`,
      ['4:1 unknown_key: program.colour-scheme is not a key; valid here: name, version, title, summary, lesson'],
    ],
    [
      'misspells a table',
      `${PROGRAM}${TASKLET}[progam]\n`,
      ['6:1 unknown_key: progam is not a key; did you mean program?'],
    ],
    [
      'misspells a key in a dotted key',
      `program.name = "a"\nprogram.version = "0.1.0"\nprogram.titel = "A"\n${TASKLET}`,
      ['3:1 unknown_key: program.titel is not a key; did you mean title?'],
    ],
    ['lacks a version', `[program]\nname = "a"\n${TASKLET}`, ['1:1 missing_key: program.version is missing']],
    ['lacks a source', `${PROGRAM}[tasklet.work]\nfuel = 1\n`, ['4:1 missing_key: tasklet.work.source is missing']],
    [
      'declares no tasklet',
      `${PROGRAM}[tasklet]\n`,
      ['4:1 missing_key: tasklet is empty: add [tasklet.<name>] with a source'],
    ],
    [
      'has text for a table',
      'program = "a"\n[tasklet.work]\nsource = "a.ts"\n',
      ['1:1 wrong_type: program must be a table: [program], not "a"'],
    ],
    [
      'lists tasklets',
      `${PROGRAM}[[tasklet]]\nsource = "a.ts"\n`,
      ['4:1 wrong_type: tasklet must be a table for each tasklet: [tasklet.<name>], not [{"source":"a.ts"}]'],
    ],
    [
      'has a program name with capitals',
      `[program]\nname = "My Program"\nversion = "0.1.0"\n${TASKLET}`,
      [
        '2:1 invalid_value: program.name must be lower-case words joined by hyphens, such as "image-info", not "My Program"',
      ],
    ],
    [
      'has a program name that is too long',
      `[program]\nname = "${'a'.repeat(65)}"\nversion = "0.1.0"\n${TASKLET}`,
      [`2:1 out_of_range: program.name must be at most 64 characters long, not "${'a'.repeat(59)}…`],
    ],
    [
      'has a tasklet name with blanks',
      `${PROGRAM}[tasklet."my work"]\nsource = "a.ts"\n`,
      [
        '4:1 invalid_value: tasklet.my work is named wrongly: a name must be lower-case words joined by hyphens, such as "image-info"',
      ],
    ],
    [
      'has a tasklet name that JavaScript reserves',
      `${PROGRAM}${TASKLET}[tasklet.constructor]\nsource = "a.ts"\n`,
      ['6:1 invalid_value: tasklet.constructor is a name that JavaScript reserves'],
    ],
    [
      'has half a version',
      `[program]\nname = "a"\nversion = "1.0"\n${TASKLET}`,
      ['3:1 invalid_value: program.version must be a version, such as "0.1.0", not "1.0"'],
    ],
    [
      'has a version that is a number',
      `[program]\nname = "a"\nversion = 1.0\n${TASKLET}`,
      ['3:1 wrong_type: program.version must be text, such as "0.1.0", not 1'],
    ],
    [
      'has a source outside the program',
      `${PROGRAM}[tasklet.work]\nsource = "../other/work.ts"\n`,
      [
        '5:1 invalid_value: tasklet.work.source must be a relative path with forward slashes that stays inside the program directory, not "../other/work.ts"',
      ],
    ],
    [
      'has a source in an unknown language',
      `${PROGRAM}[tasklet.work]\nsource = "src/work.go"\n`,
      [
        '5:1 invalid_value: tasklet.work.source must end in .ts (AssemblyScript), .wat, .c, .rs (Rust) or .wasm (already built), not "src/work.go"',
      ],
    ],
    [
      'has fuel in words',
      `${PROGRAM}${TASKLET}fuel = "lots"\n`,
      ['6:1 wrong_type: tasklet.work.fuel must be a whole number, such as 5_000_000, not "lots"'],
    ],
    [
      'has no fuel',
      `${PROGRAM}${TASKLET}fuel = 0\n`,
      ['6:1 out_of_range: tasklet.work.fuel must be at least 1, not 0'],
    ],
    [
      'has half a unit of fuel',
      `${PROGRAM}${TASKLET}fuel = 1.5\n`,
      ['6:1 invalid_value: tasklet.work.fuel must be a whole number, such as 5_000_000, not 1.5'],
    ],
    [
      'has endless fuel',
      `${PROGRAM}${TASKLET}fuel = inf\n`,
      [
        '6:1 invalid_value: tasklet.work.fuel must be a whole number, such as 5_000_000, not Infinity',
        '6:1 out_of_range: tasklet.work.fuel must be at most 9007199254740991, not Infinity',
      ],
    ],
    [
      'measures memory in MB',
      `${PROGRAM}${TASKLET}memory = "32MB"\n`,
      ['6:1 invalid_value: tasklet.work.memory must be a size in B, KiB, MiB or GiB, such as "32MiB", not "32MB"'],
    ],
    [
      'wants too much memory',
      `${PROGRAM}${TASKLET}memory = "1GiB"\n`,
      ['6:1 out_of_range: tasklet.work.memory must be at most 512MiB, not "1GiB"'],
    ],
    [
      'wants part of a page',
      `${PROGRAM}${TASKLET}memory = "100KiB"\n`,
      [
        '6:1 invalid_value: tasklet.work.memory must be a multiple of 64KiB, the page of WebAssembly memory, not "100KiB"',
      ],
    ],
    [
      'has a deadline without a unit',
      `${PROGRAM}${TASKLET}deadline = 30\n`,
      ['6:1 wrong_type: tasklet.work.deadline must be text with a unit, such as "30s", not 30'],
    ],
    [
      'has a deadline in hours',
      `${PROGRAM}${TASKLET}deadline = "1h"\n`,
      ['6:1 invalid_value: tasklet.work.deadline must be a duration in ms, s or m, such as "30s", not "1h"'],
    ],
    [
      'has a deadline beyond the bound',
      `${PROGRAM}${TASKLET}deadline = "5m"\n`,
      ['6:1 out_of_range: tasklet.work.deadline must be at most 240s, not "5m"'],
    ],
    [
      'has a media type that is none, on the second line of a list',
      `${PROGRAM}${TASKLET}inputs = [\n  "image/png",\n  "png",\n]\n`,
      ['6:1 invalid_value: tasklet.work.inputs.1 must be a media type, such as "image/png", not "png"'],
    ],
    [
      'chooses an unknown runtime',
      `${PROGRAM}${TASKLET}runtime = "minimal"\n`,
      ['6:1 invalid_value: tasklet.work.runtime must be "stub" or "incremental", not "minimal"'],
    ],
    [
      'chooses a runtime for a finished module',
      `${PROGRAM}[tasklet.work]\nsource = "work.wasm"\nruntime = "stub"\n`,
      ['6:1 invalid_value: tasklet.work.runtime is for AssemblyScript sources only'],
    ],
    [
      'has problems in several places, told in reading order',
      '[tasklet.b]\nsuorce = "b.ts"\n[program]\nname = ""\n',
      [
        '1:1 missing_key: tasklet.b.source is missing',
        '2:1 unknown_key: tasklet.b.suorce is not a key; did you mean source?',
        '3:1 missing_key: program.version is missing',
        '4:1 invalid_value: program.name must be lower-case words joined by hyphens, such as "image-info", not ""',
      ],
    ],
  ];

  test.each(cases)('that %s', (_, text, expected) => {
    expect(problemsOf(text)).toStrictEqual(expected);
  });

  test('that is enormous is not even parsed', () => {
    expect(problemsOf('#'.repeat(300_000))).toStrictEqual([
      '-:- too_large: a manifest is at most 262144 characters long',
    ]);
  });

  test('that declares too many tasklets', () => {
    const many = Array.from({ length: 65 }, (_, index) => `[tasklet.t${index}]\nsource = "a.ts"\n`).join('');
    expect(problemsOf(PROGRAM + many)).toStrictEqual(['4:1 out_of_range: tasklet must hold at most 64 tasklets']);
  });

  test('names the key and the nearest one as data', () => {
    const parsed = parseManifest(`${PROGRAM}${TASKLET}memroy = 1\n`);
    expect(parsed.ok ? [] : parsed.error).toMatchObject([{ key: 'tasklet.work.memroy', nearest: 'memory' }]);
  });
});
