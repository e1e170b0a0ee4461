import {
  BUNDLE_LIMITS,
  contentHash,
  err,
  fromUtf8,
  ok,
  TASKLET_LIMITS,
  type Bytes,
  type ContentHash,
  type Result,
} from '../core/index.ts';
import {
  formatManifestProblem,
  nearestOf,
  parseManifest,
  type Manifest,
  type ManifestTasklet,
} from '../manifest/index.ts';
import { fitsPattern, type Program, type ProgramFixture } from '../sdk/index.ts';
import type { BundleFiles } from './archive.ts';
import { MANIFEST_PATH, mediaTypeOf, modulePath, REPORT_PATH, roleOf } from './layout.ts';

import { problem, type BundleProblem } from './problem.ts';
import { readReport } from './report.ts';

/** A program whose every reference leads to bytes that are there. */
export interface BundledProgram {
  readonly manifest: Manifest;
  readonly tasklets: readonly BundledTasklet[];
  readonly fixtures: readonly BundledFixture[];
}

export interface BundledTasklet {
  readonly declared: ManifestTasklet;
  readonly module: ContentHash;
  readonly bytes: Bytes;
}

export interface BundledFixture {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Bytes;
}

/** The program that these files make, whatever else may be among them. Answers every problem that it has. */
export function programOf(files: BundleFiles): Result<BundledProgram, readonly BundleProblem[]> {
  const manifest = readManifest(files);
  if (!manifest.ok) return manifest;
  const fixtures = fixturesIn(files);
  const tasklets = taskletsIn(files, manifest.value);
  const problems = [
    ...(tasklets.ok ? [] : tasklets.error),
    ...fixtureProblems(manifest.value, fixtures),
    ...expectationProblems(files, manifest.value, fixtures),
  ];
  if (!tasklets.ok || problems.length > 0) return err(problems);
  return ok({ manifest: manifest.value, tasklets: tasklets.value, fixtures });
}

/** What of a program has a place of its own from which it is fetched. */
export interface ProgramPlaces {
  readonly tasklets: readonly {
    readonly declared: ManifestTasklet;
    readonly module: ContentHash;
    readonly url: string;
  }[];
  readonly fixtures: readonly ProgramFixture[];
}

/** A program as the page and the command offer it. */
export function offeredProgram({ program, leases, graph }: Manifest, { tasklets, fixtures }: ProgramPlaces): Program {
  return {
    ...program,
    tasklets: tasklets.map(({ declared, module, url }) => ({
      name: declared.name,
      summary: declared.summary,
      module,
      moduleUrl: url,
      fuel: declared.fuel,
      memoryBytes: declared.memoryBytes,
      deadlineMs: declared.deadlineMs,
      leases: declared.leases,
      outputType: declared.outputType,
      inputTypes: declared.inputTypes,
      priority: declared.priority,
      recovery: declared.recovery,
    })),
    leases,
    graph: graph.map(({ name, tasklet, after, isFannedOut, input, leases: shared }) => {
      return { name, tasklet, after, isFannedOut, input, leases: shared };
    }),
    fixtures,
  };
}

function readManifest(files: BundleFiles): Result<Manifest, readonly BundleProblem[]> {
  const bytes = files.get(MANIFEST_PATH);
  if (bytes === undefined) return err([problem('manifest_missing', `there is no ${MANIFEST_PATH}`)]);
  const text = fromUtf8(bytes);
  if (text === undefined) return err([problem('manifest_invalid', `${MANIFEST_PATH} is not UTF-8 text`)]);
  const parsed = parseManifest(text);
  if (parsed.ok) return parsed;
  return err(parsed.error.map((each) => problem('manifest_invalid', formatManifestProblem(each))));
}

function taskletsIn(
  files: BundleFiles,
  { program, tasklets }: Manifest,
): Result<readonly BundledTasklet[], readonly BundleProblem[]> {
  const report = files.get(REPORT_PATH);
  if (report === undefined)
    return err([problem('report_missing', `there is no ${REPORT_PATH}: ${program.name} was not validated`)]);
  const modules = readReport(report, program.name);
  if (!modules.ok) return err([modules.error]);
  const found: BundledTasklet[] = [];
  const problems: BundleProblem[] = [];
  for (const declared of tasklets) {
    const module = modules.value.get(declared.name);
    const bytes = module && files.get(modulePath(module));
    if (module === undefined) {
      problems.push(
        problem('module_missing', `tasklet ${declared.name} was not built: ${REPORT_PATH} does not name it`),
      );
    } else if (bytes === undefined) {
      problems.push(
        problem('module_missing', `the module of tasklet ${declared.name} is not there: ${modulePath(module)}`),
      );
    } else {
      problems.push(...moduleProblems(declared.name, module, bytes));
      found.push({ declared, module, bytes });
    }
  }
  return problems.length > 0 ? err(problems) : ok(found);
}

function moduleProblems(tasklet: string, module: ContentHash, bytes: Bytes): readonly BundleProblem[] {
  const { moduleBytesMax } = TASKLET_LIMITS;
  if (bytes.length > moduleBytesMax) {
    const message = `the module of tasklet ${tasklet} has ${bytes.length} bytes; a module has at most ${moduleBytesMax}`;
    return [problem('file_too_large', message)];
  }
  const actual = contentHash(bytes);
  if (actual === module) return [];
  return [
    problem('module_altered', `the module of tasklet ${tasklet} is named ${module}, but its bytes hash to ${actual}`),
  ];
}

function fixturesIn(files: BundleFiles): readonly BundledFixture[] {
  return [...files].flatMap(([path, bytes]) => {
    const role = roleOf(path);
    return role?.kind === 'fixture' ? [{ name: role.name, mediaType: mediaTypeOf(role.name), bytes }] : [];
  });
}

/** Files that are none of the program's. */
export function strangerProblems(files: BundleFiles, { tasklets }: BundledProgram): readonly BundleProblem[] {
  const modules = new Set<string>(tasklets.map(({ module }) => module));
  return [...files.keys()].flatMap((path) => {
    const role = roleOf(path);
    if (role === undefined) return [problem('file_unknown', `${path} has no place in a bundle`)];
    if (role.kind !== 'module' || modules.has(role.hash)) return [];
    return [problem('file_unknown', `${path} is the module of no tasklet`)];
  });
}

function fixtureProblems({ graph }: Manifest, fixtures: readonly BundledFixture[]): readonly BundleProblem[] {
  const { fixturesMax } = BUNDLE_LIMITS;
  const names = fixtures.map(({ name }) => name);
  const many =
    fixtures.length > fixturesMax
      ? [problem('fixtures_too_many', `fixtures/ holds ${fixtures.length} files; a program has at most ${fixturesMax}`)]
      : [];
  const missing = graph.flatMap(({ name, input, position }) => {
    if (input.kind !== 'fixture' && input.kind !== 'fixtures') return [];
    const wanted = input.name;
    if (names.some((each) => (input.kind === 'fixture' ? each === wanted : fitsPattern(each, wanted)))) return [];
    const place = `${MANIFEST_PATH}:${position.line}:${position.column}`;
    const message = `${place}: graph.${name}.input fits no file of fixtures/: "${wanted}"; ${advice(wanted, names)}`;
    return [problem('fixture_missing', message)];
  });
  return [...many, ...missing];
}

function expectationProblems(
  files: BundleFiles,
  { tasklets, graph }: Manifest,
  fixtures: readonly BundledFixture[],
): readonly BundleProblem[] {
  const names = tasklets.map(({ name }) => name);
  // What a tasklet makes of a fixture, or of all that comes together in a node of the graph.
  const stems = [...fixtures, ...graph].map(({ name }) => name);
  return [...files.keys()].flatMap((path) => {
    const role = roleOf(path);
    if (role?.kind !== 'expectation') return [];
    const { tasklet, file } = role;
    if (!names.includes(tasklet)) {
      return [
        problem('expectation_unknown', `${path} is of no tasklet: there is no ${tasklet}; ${advice(tasklet, names)}`),
      ];
    }
    if (stems.some((stem) => file.startsWith(`${stem}.`))) return [];
    const wanted = file.replace(/(?:\.error)?\.[^.]*$/, '');
    const all = fixtures.map(({ name }) => name);
    return [problem('expectation_unknown', `${path} is of no fixture: there is no ${wanted}; ${advice(wanted, all)}`)];
  });
}

function advice(wanted: string, names: readonly string[]): string {
  const nearest = nearestOf(wanted, names);
  return nearest === undefined ? `there are: ${names.join(', ') || 'none'}` : `did you mean ${nearest}?`;
}
