/**
 * browser/compute owns how a cell runs tasklets in a browser: the engine over dedicated workers with one warm spare, and
 * the compiler worker. Stopping a run ends its worker, so nothing a tasklet does lingers.
 */
export { spawnCompiler, spawnTaskletWorker } from './spawn-workers.ts';
export { TaskletPool } from './tasklet-pool.ts';
