/**
 * browser/compute owns how tasklets run in a browser: the engine over dedicated workers with a warm spare, the compiler
 * worker, and the insides of both kinds of worker. Stopping a run ends its worker, so nothing a tasklet does lingers.
 */
export { serveCompiler } from './compiler-worker.ts';
export { spawnCompiler, spawnTaskletWorker } from './spawn-workers.ts';
export { TaskletPool } from './tasklet-pool.ts';
export { serveTasklets } from './tasklet-worker.ts';
