import { execFile } from 'node:child_process';
import { relative, resolve, sep } from 'node:path';
import { err, ok, type Result } from '../../../../core/index.ts';
import type { BuildProblem } from '../../build-problem.ts';
import { GUEST_DIRECTORY, GUEST_PREFIX, type SourceFiles, type TaskletPlace } from '../source-files.ts';

const COMPILE_MS_MAX = 120_000;
const OUTPUT_BYTES_MAX = 4 * 1024 * 1024;
const PROBLEMS_MAX = 20;

export interface Ran {
  readonly isDone: boolean;
  readonly output: string;
  readonly messages: string;
}

/** Runs a compiler in `directory`; never rejects. */
export function runCompiler(
  command: string,
  args: readonly string[],
  options: { readonly directory?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const limits = { timeout: COMPILE_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX };
    // A compiler that reads the clock or the language of the machine would not say or make the same everywhere.
    const env = { ...process.env, LC_ALL: 'C', SOURCE_DATE_EPOCH: '0', ...options.env };
    execFile(command, [...args], { ...limits, cwd: options.directory, env }, (error, output, messages) => {
      resolve({ isDone: error === null, output, messages });
    });
  });
}

/** What a compiler complained of, in the one form that clang and rustc share: `file:line:column: error: …`. */
export function complaints(messages: string, place: TaskletPlace): readonly BuildProblem[] {
  const { tasklet } = place;
  const problems = messages.split('\n').flatMap((text): readonly BuildProblem[] => {
    const [, file, line, column, message] =
      /^(.+?):(\d+):(\d+): (?:fatal )?error(?:\[\w+\])?: (.*)$/.exec(text.trim()) ?? [];
    if (file === undefined || message === undefined) return [];
    const at = { line: Number(line), column: Number(column) };
    return [{ code: 'compile_error', message, file: place.fileName(file), ...at, tasklet: tasklet.name }];
  });
  if (problems.length > 0) return problems.slice(0, PROBLEMS_MAX);
  const [first = 'the compiler said nothing'] = messages.split('\n').filter((text) => /error|undefined/.test(text));
  return [
    { code: 'compile_error', message: first.trim(), file: place.fileName(tasklet.source), tasklet: tasklet.name },
  ];
}

/**
 * Tells `files` what a compiler has read, so that an unchanged program is not built again. Fails with `source_outside`
 * when that lies outside the program and `grafos-std`.
 */
export async function rememberReads(
  paths: readonly string[],
  files: SourceFiles,
  place: TaskletPlace,
): Promise<Result<void, readonly BuildProblem[]>> {
  const program = resolve(files.directory);
  for (const path of paths) {
    const full = resolve(program, path);
    const root = [program, GUEST_DIRECTORY].find((each) => full.startsWith(each.replace(/[\\/]?$/, sep)));
    const name = root === undefined ? '' : relative(root, full).split(sep).join('/');
    const isKnown = root !== undefined && (await files.read(root === program ? name : GUEST_PREFIX + name)) !== null;
    if (isKnown) continue;
    const message = `reads ${path}, which lies outside the program`;
    return err([
      { code: 'source_outside', message, file: place.fileName(place.tasklet.source), tasklet: place.tasklet.name },
    ]);
  }
  return ok(undefined);
}

/** The files that a dependency file in the form of `make` names. */
export function dependenciesIn(text: string): readonly string[] {
  const [first = ''] = text.replace(/\\\r?\n/g, ' ').split(/\r?\n/);
  const names = first.slice(first.indexOf(': ') + 2);
  return names.split(/(?<!\\) +/).flatMap((name) => (name === '' ? [] : [name.replace(/\\ /g, ' ').trim()]));
}

export function compilerMissing(place: TaskletPlace, needs: string): readonly BuildProblem[] {
  const { tasklet } = place;
  const message = `needs ${needs}`;
  return [{ code: 'compiler_missing', message, file: place.fileName(tasklet.source), tasklet: tasklet.name }];
}
