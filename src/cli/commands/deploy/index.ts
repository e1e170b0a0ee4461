/** From a program on disk to its runs in a fabric. */
export { deploy } from './deploy.ts';
export { run } from './run.ts';
