/** What runs have left: in the fabric, and below the program that was run. Apart from building, so that asking is quick. */
export { artifacts } from './artifacts.ts';
export { keptFolder, writeArtifacts, type ArtifactPaths } from './kept-runs.ts';
export { runs } from './runs.ts';
