import { describe, expect, test } from 'vitest';
import { packProgram, readBundle, writeArchive } from '../../../src/bundle/index.ts';
import { concatBytes, contentHash, type Bytes } from '../../../src/core/index.ts';
import {
  HASH,
  MANIFEST,
  MODULE,
  MODULE_PATH,
  problemsIn,
  recoveriesIn,
  recoveryOf,
  report,
  REPORT_PATH,
  sampleFiles,
} from './sample.ts';

/** The sample's files as they are, whether they make a program or not. */
function packed(changes: Parameters<typeof sampleFiles>[0]): Bytes {
  const written = writeArchive(sampleFiles(changes));
  if (!written.ok) throw new Error(written.error.message);
  return written.value;
}

describe('a bundle that makes no program', () => {
  const other = 'f'.repeat(64);
  const cases: readonly (readonly [string, Parameters<typeof sampleFiles>[0], readonly string[]])[] = [
    ['lacks its manifest', { 'grafos.toml': undefined }, ['manifest_missing: there is no grafos.toml']],
    [
      'has a manifest that is no text',
      { 'grafos.toml': new Uint8Array([0xff]) },
      ['manifest_invalid: grafos.toml is not UTF-8 text'],
    ],
    [
      'has a manifest with two mistakes',
      { 'grafos.toml': MANIFEST.replace('version', 'verison').replace('output = "each"', 'output = "ech"') },
      [
        'manifest_invalid: grafos.toml:1:1: program.version is missing',
        'manifest_invalid: grafos.toml:3:1: program.verison is not a key; did you mean version?',
      ],
    ],
    [
      'was never validated',
      { [REPORT_PATH]: undefined },
      ['report_missing: there is no .grafos/validation.json: sample was not validated'],
    ],
    [
      'has a report that is none',
      { [REPORT_PATH]: '{"version":1}' },
      ['report_invalid: .grafos/validation.json is no report of `grafos validate`'],
    ],
    [
      'has the report of another program',
      { [REPORT_PATH]: report({ program: 'other' }) },
      ['report_invalid: .grafos/validation.json is of the program other, grafos.toml of sample'],
    ],
    [
      'was found invalid',
      { [REPORT_PATH]: report({ isValid: false }) },
      ['report_invalid: .grafos/validation.json says that sample is not valid'],
    ],
    [
      'has a tasklet that was not built',
      { [REPORT_PATH]: report({ tasklets: [] }) },
      ['module_missing: tasklet count was not built: .grafos/validation.json does not name it'],
    ],
    [
      'lacks a module',
      { [MODULE_PATH]: undefined },
      [`module_missing: the module of tasklet count is not there: ${MODULE_PATH}`],
    ],
    [
      'has an altered module',
      { [MODULE_PATH]: concatBytes(MODULE, MODULE) },
      [
        `module_altered: the module of tasklet count is named ${HASH}, but its bytes hash to ` +
          contentHash(concatBytes(MODULE, MODULE)),
      ],
    ],
    [
      'has a module that is too large',
      { [MODULE_PATH]: new Uint8Array(8 * 1024 ** 2 + 1) },
      ['file_too_large: the module of tasklet count has 8388609 bytes; a module has at most 8388608'],
    ],
    [
      'has a module of nobody',
      { [`.grafos/tasklets/${other}.wasm`]: MODULE },
      [`file_unknown: .grafos/tasklets/${other}.wasm is the module of no tasklet`],
    ],
    [
      'holds what does not belong there',
      { 'package.json': '{}' },
      ['file_unknown: package.json has no place in a bundle'],
    ],
    ['holds a hidden fixture', { 'fixtures/.env': 'x' }, ['file_unknown: fixtures/.env has no place in a bundle']],
    [
      'lacks the fixtures that its graph begins with',
      {
        'fixtures/one.txt': undefined,
        'fixtures/two.txt': undefined,
        'fixtures/expected/count/one.txt.json': undefined,
      },
      ['fixture_missing: grafos.toml:11:1: graph.each.input fits no file of fixtures/: "*.txt"; there are: none'],
    ],
    [
      'expects something of a tasklet that is not there',
      { 'fixtures/expected/cuont/one.txt.json': '1' },
      [
        'expectation_unknown: fixtures/expected/cuont/one.txt.json is of no tasklet: there is no cuont; did you mean count?',
      ],
    ],
    [
      'expects something of a fixture that is not there',
      { 'fixtures/expected/count/oen.txt.json': '1' },
      [
        'expectation_unknown: fixtures/expected/count/oen.txt.json is of no fixture: there is no oen.txt; did you mean one.txt?',
      ],
    ],
    [
      'has more fixtures than a program may',
      Object.fromEntries(Array.from({ length: 255 }, (_, index) => [`fixtures/${index}.txt`, ''])),
      ['fixtures_too_many: fixtures/ holds 257 files; a program has at most 256'],
    ],
  ];

  test.each(cases)('%s', (_name, changes, expected) => {
    const read = readBundle(packed(changes));
    expect(problemsIn(read)).toEqual(expected);
    expect(recoveriesIn(read)).toEqual(expected.map(recoveryOf));
  });

  test('and a directory is told the same before it is packed', () => {
    const changes = { [MODULE_PATH]: undefined, 'fixtures/expected/cuont/one.txt.json': '1' };
    expect(problemsIn(packProgram(sampleFiles(changes)))).toHaveLength(2);
    expect(packProgram(sampleFiles({ 'fixtures/a\nb': '' }))).toMatchObject({ error: [{ code: 'path_unsafe' }] });
  });
});
