/** Why a program could not be built: a closed list. */
export type BuildProblemCode =
  | 'manifest_missing'
  | 'manifest_invalid'
  | 'source_missing'
  | 'source_outside'
  | 'function_missing'
  | 'compile_error'
  | 'compiler_missing'
  | 'import_forbidden'
  | 'module_invalid'
  | 'module_too_large'
  | 'fixture_missing'
  | 'fixture_too_large'
  | 'fixtures_too_many'
  | 'program_duplicate';

/** One thing that keeps a program from being built, with where to look. */
export interface BuildProblem {
  readonly code: BuildProblemCode;
  readonly message: string;
  readonly file: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based, in UTF-16 units. */
  readonly column?: number;
  readonly tasklet?: string;
}

/** `file:line:column: message`, the form editors and terminals can jump to. */
export function formatBuildProblem(problem: BuildProblem): string {
  const place = problem.line === undefined ? problem.file : `${problem.file}:${problem.line}:${problem.column ?? 1}`;
  return `${place}: ${problem.message}`;
}
