import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { err, ok, TASKLET_LIMITS, type Result } from '../../core/index.ts';
import type { BuildProblem } from './build-problem.ts';
import { mediaTypeOf } from '../../bundle/index.ts';

const FIXTURES_DIRECTORY = 'fixtures';
const EXPECTED_DIRECTORY = 'expected';
const ERROR_SUFFIX = '.error.json';
const FIXTURES_MAX = 256;

/** A sample input that comes with a program. */
export interface Fixture {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** What tasklets must make of it; only of those that say so. */
  readonly expectations: readonly Expectation[];
}

/** `fixtures/expected/<tasklet>/<fixture>.<ext>` is the output, `….error.json` the response of a tasklet error. */
export interface Expectation {
  readonly tasklet: string;
  readonly kind: 'output' | 'error';
  /** Absolute. */
  readonly path: string;
}

/** The fixtures of the program in `directory`, in the order of their names. None when it has no such folder. */
export async function readFixtures(directory: string): Promise<Result<readonly Fixture[], readonly BuildProblem[]>> {
  const folder = join(directory, FIXTURES_DIRECTORY);
  const names = await filesIn(folder);
  if (names.length > FIXTURES_MAX) {
    const message = `holds ${names.length} files; a program has at most ${FIXTURES_MAX} fixtures`;
    return err([{ code: 'fixtures_too_many', message, file: folder }]);
  }
  const expected = await readExpectations(join(folder, EXPECTED_DIRECTORY));
  const fixtures: Fixture[] = [];
  const problems: BuildProblem[] = [];
  for (const name of names) {
    const file = join(folder, name);
    const { size } = await stat(file);
    if (size > TASKLET_LIMITS.inputBytesMax) {
      const message = `has ${size} bytes; an input has at most ${TASKLET_LIMITS.inputBytesMax}`;
      problems.push({ code: 'fixture_too_large', message, file });
    }
    const expectations = expected.filter(({ file }) => file.startsWith(`${name}.`)).map(toExpectation);
    fixtures.push({ name, path: resolve(file), mediaType: mediaTypeOf(name), sizeBytes: size, expectations });
  }
  return problems.length > 0 ? err(problems) : ok(fixtures);
}

interface ExpectedFile {
  readonly tasklet: string;
  readonly file: string;
  readonly path: string;
}

async function readExpectations(folder: string): Promise<readonly ExpectedFile[]> {
  const found: ExpectedFile[] = [];
  for (const entry of await entriesIn(folder)) {
    if (!entry.isDirectory()) continue;
    for (const file of await filesIn(join(folder, entry.name))) {
      found.push({ tasklet: entry.name, file, path: resolve(folder, entry.name, file) });
    }
  }
  return found;
}

function toExpectation({ tasklet, file, path }: ExpectedFile): Expectation {
  return { tasklet, kind: file.endsWith(ERROR_SUFFIX) ? 'error' : 'output', path };
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await entriesIn(folder);
  return entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map(({ name }) => name);
}

async function entriesIn(folder: string) {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((left, right) => (left.name < right.name ? -1 : 1));
  } catch {
    return []; // a program need not have any
  }
}
