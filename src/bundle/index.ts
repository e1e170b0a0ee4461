/**
 * bundle owns the `.grafos` file: a validated program as one file, named by the SHA-256 of its bytes. It promises that the
 * same program gives the same bytes everywhere, that nothing in a file which was read points out of it or is missing, and
 * that a hostile one costs no more than its size. BUNDLE.md describes the form.
 */
export { belongsInBundle, packProgram, readBundle, type Bundle, type PackOptions } from './bundle.ts';
export { bundleSizeProblem, readArchive, writeArchive, type BundleFiles } from './archive.ts';
export { mediaTypeOf, roleOf, type FileRole } from './layout.ts';
export {
  offeredProgram,
  type BundledFixture,
  type BundledProgram,
  type BundledTasklet,
  type ProgramPlaces,
} from './program.ts';
export { BUNDLE_RECOVERIES, type BundleProblem, type BundleProblemCode } from './problem.ts';
