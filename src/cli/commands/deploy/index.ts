/** From a program on disk to its runs in a fabric, and to what the runs leave. */
export { artifacts } from './artifacts.ts';
export { deploy } from './deploy.ts';
export { run } from './run.ts';
export { runs } from './runs.ts';
