/** Why a bundle, or a directory that is to become one, is refused: a closed list, with what to do about each. */
export const BUNDLE_RECOVERIES = {
  too_large: 'Leave out fixtures that are not needed, or make them smaller.',
  not_a_bundle: 'Choose a file that `grafos bundle` wrote; its name ends in .grafos.',
  cut_short: 'The file is not whole. Copy or download it again.',
  damaged: 'The file is damaged. Copy or download it again.',
  not_canonical: 'A bundle is written in one way only. Make it again with `grafos bundle`.',
  not_a_file: 'A bundle holds plain files only. Put the file itself in place of what points to it.',
  path_unsafe: 'Give the file a plain relative name, then make the bundle again.',
  path_collides: 'Rename one of the two, then make the bundle again.',
  files_too_many: 'Leave out fixtures or sources that are not needed.',
  file_too_large: 'Make that file smaller, or leave it out.',
  file_unknown: 'Remove that file; a bundle holds what the program needs to run and nothing else.',
  manifest_missing: 'Choose the directory of a program, or a bundle of one: grafos.toml lies at its top.',
  manifest_invalid: 'Correct grafos.toml as the message says.',
  report_missing: 'Run `grafos validate` in the program, or make a bundle of it with `grafos bundle`.',
  report_invalid: 'Run `grafos validate` in the program again.',
  module_missing: 'Run `grafos validate` in the program, which builds every tasklet.',
  module_altered: 'The module is not the one that was built. Build the program again.',
  fixture_missing: 'Add the fixture, or correct the input in grafos.toml.',
  fixtures_too_many: 'Leave out fixtures that are not needed.',
  expectation_unknown: 'Rename it after a tasklet and a fixture of the program, or remove it.',
} as const;

export type BundleProblemCode = keyof typeof BUNDLE_RECOVERIES;

/** One thing wrong with a bundle. */
export interface BundleProblem {
  readonly code: BundleProblemCode;
  /** One sentence that names the file it is about, where there is one. */
  readonly message: string;
  readonly recovery: string;
}

export function problem(code: BundleProblemCode, message: string): BundleProblem {
  return { code, message, recovery: BUNDLE_RECOVERIES[code] };
}
