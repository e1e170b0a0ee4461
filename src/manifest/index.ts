/**
 * manifest owns `grafos.toml`: its keys, types, units, defaults and limits. It promises every problem at once, each
 * with its code, line, column and the nearest valid key, and touches no file: the page and the command read with it.
 */
export { positionIn, type Position } from './key-positions.ts';
export {
  parseManifest,
  tomlEntries,
  type GraphNode,
  type Manifest,
  type ManifestLease,
  type ManifestProgram,
  type ManifestTasklet,
  type TomlEntry,
} from './parse.ts';
export { formatManifestProblem, type ManifestProblem, type ManifestProblemCode } from './problem.ts';
export { nearestOf } from './nearest.ts';
export { MANIFEST_KEYS } from './schema.ts';
export { formatSize, isProgramName, parseDurationMs, parseSizeBytes } from './units.ts';
