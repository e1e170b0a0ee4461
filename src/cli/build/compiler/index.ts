/**
 * compiler owns the way from one declared source to a module of the tasklet profile: which files it may see, the exports
 * put around a function, and the problems said in the author's terms.
 */
export { Compilers } from './compilers.ts';
export { checkModule } from './module-check.ts';
export { SourceFiles, type TaskletPlace } from './source-files.ts';
