/** Why a manifest is refused: a closed list. */
export type ManifestProblemCode =
  | 'too_large'
  | 'toml_syntax'
  | 'unknown_key'
  | 'missing_key'
  | 'wrong_type'
  | 'invalid_value'
  | 'out_of_range'
  | 'unknown_name'
  | 'cycle';

/** One thing wrong with a manifest, with where it stands and what was probably meant. */
export interface ManifestProblem {
  readonly code: ManifestProblemCode;
  /** One sentence that names the key and what it must be. */
  readonly message: string;
  /** 1-based; of the key, or of the table a missing key belongs to. */
  readonly line?: number;
  /** 1-based, in UTF-16 units. */
  readonly column?: number;
  /** Dotted path of the key, as `tasklet.metadata.fuel`. */
  readonly key?: string;
  /** The valid key closest to an unknown one. */
  readonly nearest?: string;
}

/** `grafos.toml:12:3: …`, the form editors and terminals can jump to. */
export function formatManifestProblem(problem: ManifestProblem, file = 'grafos.toml'): string {
  const place = problem.line === undefined ? file : `${file}:${problem.line}:${problem.column ?? 1}`;
  return `${place}: ${problem.message}`;
}

/** Top of the file first; problems without a place before all others. */
export function inReadingOrder(problems: readonly ManifestProblem[]): readonly ManifestProblem[] {
  return [...problems].sort(
    (left, right) => (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0),
  );
}
