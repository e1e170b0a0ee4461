/**
 * compiler owns the way from one declared AssemblyScript function to a module of the tasklet profile: which sources it
 * may see, the exports put around it, and the problems said in the author's terms.
 */
export { AscProcess } from './asc-process.ts';
export { compilerRequest, compileTasklet, type TaskletPlace } from './assemblyscript.ts';
export { checkModule } from './module-check.ts';
export { SourceFiles } from './source-files.ts';
