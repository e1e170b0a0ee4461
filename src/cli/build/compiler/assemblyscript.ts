import { err, ok, type Bytes, type Result } from '../../../core/index.ts';
import { positionIn, type ManifestTasklet } from '../../../manifest/index.ts';
import type { BuildProblem } from '../build-problem.ts';
import { ascVersion, type AscDiagnostic, type AscProcess } from './asc-process.ts';
import type { SourceFiles, TaskletPlace } from './source-files.ts';
import { ENTRY_FILE, entrySource, INIT, START_EXPORT } from './tasklet-entry.ts';

const PAGE_BYTES = 65_536;
const ERROR_CATEGORY = 3;
const LIBRARY_PREFIX = '~lib/';
const GUEST_FILE = /^~lib\/grafos-std\//;

/** Everything besides the sources that the compiled bytes depend on. */
export async function compilerRequest(tasklet: ManifestTasklet): Promise<string> {
  return JSON.stringify([
    await ascVersion(),
    compilerArguments(tasklet),
    entrySource(tasklet.source, tasklet.functionName),
  ]);
}

/** Compiles one declared function to a tasklet module. The same sources give the same bytes on every machine. */
export async function compileTasklet(
  asc: AscProcess,
  place: TaskletPlace,
  files: SourceFiles,
): Promise<Result<Bytes, readonly BuildProblem[]>> {
  const { tasklet } = place;
  const entry = entrySource(tasklet.source, tasklet.functionName);
  const { diagnostics, binary, error } = await asc.compile({
    args: compilerArguments(tasklet),
    init: INIT,
    readText: (name) => {
      if (name === ENTRY_FILE) return Promise.resolve(entry);
      return name === 'asconfig.json' ? Promise.resolve(null) : files.read(name);
    },
  });
  const problems = explained(diagnostics, place, files);
  if (problems.length === 0 && binary !== undefined) return ok(binary);
  const unexplained = { ...atSource(place, 'compile_error'), message: error ?? 'the compiler wrote no module' };
  return err(problems.length > 0 ? problems : [unexplained]);
}

/** The errors among the diagnostics. What is wrong in the entry is said only when nothing in the sources explains it. */
function explained(diagnostics: readonly AscDiagnostic[], place: TaskletPlace, files: SourceFiles): BuildProblem[] {
  const errors = diagnostics.filter(({ category }) => category === ERROR_CATEGORY);
  const inEntry = errors.filter((diagnostic) => diagnostic.place?.file === ENTRY_FILE);
  const inSources = errors.filter((diagnostic) => diagnostic.place?.file !== ENTRY_FILE);
  if (inSources.length > 0) return inSources.map((diagnostic) => toProblem(diagnostic, place, files));
  return inEntry.slice(0, 1).map(({ message }) => entryProblem(message, place));
}

function compilerArguments(tasklet: ManifestTasklet): string[] {
  return [
    ENTRY_FILE,
    ...['--baseDir', '/program', '--noColors'],
    // Shrunk, the library joins an array of text in memory that grows with the square of its length.
    ...['--runtime', tasklet.runtime, '--optimizeLevel', '3', '--shrinkLevel', '0'],
    ...['--exportStart', START_EXPORT, '--enable', 'simd'],
    // The manifest's bound is in the module too, so that its own allocator sees it.
    ...['--maximumMemory', String(tasklet.memoryBytes / PAGE_BYTES)],
    // The library would import these from the host; the profile's import list is closed.
    ...['--use', 'abort=~lib/grafos-std/builtins/abort', '--use', 'seed=~lib/grafos-std/builtins/seed'],
  ];
}

function toProblem(diagnostic: AscDiagnostic, place: TaskletPlace, files: SourceFiles): BuildProblem {
  const name = diagnostic.place?.file;
  if (!diagnostic.place || name === undefined)
    return { ...atSource(place, 'compile_error'), message: diagnostic.message };
  const { tasklet } = place;
  const text = files.textOf(name.replace(GUEST_FILE, 'node_modules/grafos-std/'));
  const base = { code: 'compile_error', message: diagnostic.message, tasklet: tasklet.name } as const;
  if (text === undefined) return { ...base, file: name };
  const file = name.startsWith(LIBRARY_PREFIX) ? name.slice(LIBRARY_PREFIX.length) : place.fileName(name);
  return { ...base, file, ...positionIn(text, diagnostic.place.start) };
}

/** The generated entry is not the author's text: say what it means for theirs. */
function entryProblem(message: string, place: TaskletPlace): BuildProblem {
  const { functionName, source } = place.tasklet;
  if (/^File '.*' not found\.$/.test(message)) {
    return {
      ...atSource(place, 'source_missing'),
      message: `there is no file ${source}, or it lies outside the program`,
    };
  }
  if (message.includes('has no exported member')) {
    return { ...atSource(place, 'function_missing'), message: `exports no function ${functionName}` };
  }
  const wanted = `export function ${functionName}(input: Uint8Array): Output`;
  return { ...atSource(place, 'function_missing'), message: `must have "${wanted}": ${message}` };
}

function atSource(place: TaskletPlace, code: BuildProblem['code']): Omit<BuildProblem, 'message'> {
  return { code, file: place.fileName(place.tasklet.source), tasklet: place.tasklet.name };
}
