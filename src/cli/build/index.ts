/**
 * build owns the way from a program directory to modules named by their hash, and to the catalog that the page reads.
 * It promises the same bytes from the same sources on every machine, nothing rebuilt that has not changed, and every
 * problem with its file and line.
 */
export {
  buildCatalog,
  CATALOG_URL,
  findPrograms,
  servedProgram,
  type Catalog,
  type CatalogFile,
} from './build-catalog.ts';
export { formatBuildProblem, type BuildProblem, type BuildProblemCode } from './build-problem.ts';
export { buildProgram, type BuiltProgram, type BuiltTasklet } from './build-program.ts';
export { readProgramFiles } from './program-files.ts';
export { requireStandAlone } from './stand-alone.ts';
export type { Expectation, Fixture } from './fixtures.ts';
