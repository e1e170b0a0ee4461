import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  buildProgram,
  findPrograms,
  formatBuildProblem,
  requireStandAlone,
  type BuiltProgram,
  type Fixture,
} from '../../build/index.ts';
import { parseManifest, type Manifest } from '../../../manifest/index.ts';
import { CommandError, unknownName } from '../../terminal/index.ts';

/** One run to make, and what is known of its end. */
export interface PlannedRun {
  readonly tasklet: string;
  /** Name of the fixture that is the input; absent for an empty input. */
  readonly fixture?: string;
  readonly expected: 'succeeded' | 'failed';
  /** The output it must have, where the program says so. */
  readonly expectedOutput?: Uint8Array;
}

export interface RunChoice {
  readonly tasklet?: string;
  /** Whether runs that must fail are made too. */
  readonly withFailures: boolean;
}

/** A program that can be demonstrated: what its manifest says. */
export interface ListedProgram extends Manifest {
  readonly directory: string;
}

/** The programs under `parent` whose manifests read. */
export async function listPrograms(parent: string): Promise<readonly ListedProgram[]> {
  const listed: ListedProgram[] = [];
  for (const directory of await findPrograms(parent)) {
    const manifest = parseManifest(await readFile(join(directory, 'grafos.toml'), 'utf8'));
    if (manifest.ok) listed.push({ ...manifest.value, directory });
  }
  return listed;
}

/** The program of that name. Fails with `program_unknown`. */
export function chooseProgram(programs: readonly ListedProgram[], name: string): ListedProgram {
  const chosen = programs.find(({ program }) => program.name === name);
  if (chosen !== undefined) return chosen;
  const names = programs.map(({ program }) => program.name);
  const around = programs.find(({ tasklets }) => tasklets.some((tasklet) => tasklet.name === name))?.program.name;
  if (around !== undefined) {
    const hint = `It is a tasklet of ${around}: \`grafos demo ${around}\` runs it, with the others.`;
    throw CommandError.of('program_unknown', `There is no program named ${name}. ${hint}`);
  }
  throw CommandError.of('program_unknown', unknownName('program', name, names));
}

/**
 * What to run of a program: every fixture with an expected output, with `withFailures` also those with an expected
 * failure. Asked for one tasklet, that one; when nothing is expected, on each fixture it takes. Fails with
 * `build_failed`, `argument_invalid` or `tasklet_needs_lease`.
 */
export async function planRuns(directory: string, choice: RunChoice): Promise<readonly PlannedRun[]> {
  const { tasklet, withFailures } = choice;
  const built = await buildProgram(directory);
  if (!built.ok) throw CommandError.of('build_failed', built.error.map(formatBuildProblem).join('\n'));
  const known = await expectedRuns(built.value);
  const expected = known.filter((run) => withFailures || run.expected === 'succeeded');
  if (tasklet === undefined) return expected.length > 0 ? expected : allRuns(built.value);
  const names = built.value.tasklets.map(({ declared }) => declared.name);
  const chosen = built.value.tasklets.find(({ declared }) => declared.name === tasklet);
  if (chosen === undefined) throw CommandError.of('argument_invalid', unknownName('tasklet', tasklet, names));
  requireStandAlone(built.value.manifest, chosen.declared);
  const ofTasklet = expected.filter((run) => run.tasklet === tasklet);
  return ofTasklet.length > 0 ? ofTasklet : allRuns(built.value).filter((run) => run.tasklet === tasklet);
}

async function expectedRuns({ fixtures }: BuiltProgram): Promise<readonly PlannedRun[]> {
  const runs: PlannedRun[] = [];
  for (const fixture of fixtures) {
    for (const { tasklet, kind, path } of fixture.expectations) {
      const run = { tasklet, fixture: fixture.name };
      if (kind === 'error') runs.push({ ...run, expected: 'failed' });
      else runs.push({ ...run, expected: 'succeeded', expectedOutput: await readFile(path) });
    }
  }
  return runs;
}

function allRuns({ tasklets, fixtures }: BuiltProgram): readonly PlannedRun[] {
  return tasklets.flatMap(({ declared }): readonly PlannedRun[] => {
    const suitable = fixtures.filter((fixture) => takes(declared.inputTypes, fixture));
    if (suitable.length === 0) return [{ tasklet: declared.name, expected: 'succeeded' }];
    return suitable.map(({ name }) => ({ tasklet: declared.name, fixture: name, expected: 'succeeded' }));
  });
}

/** Whether one of the media types, such as `image/*`, is the fixture's. A tasklet that names none takes no input. */
function takes(inputTypes: readonly string[], fixture: Fixture): boolean {
  return inputTypes.some((type) =>
    type.endsWith('/*') ? fixture.mediaType.startsWith(type.slice(0, -1)) : fixture.mediaType.split(';')[0] === type,
  );
}
