/**
 * sync owns what keeps programs out of one another's way: mutex, barrier, once, watch. Whoever waits does so where the bytes
 * are and costs nothing meanwhile; a holder that dies is overtaken when its hold ends.
 */
export { FabricBarrier } from './barrier.ts';
export { FabricMutex, type FabricMutexGuard, type MutexOptions } from './mutex.ts';
export { FabricOnce, type OnceOptions, type OnceRun } from './once.ts';
export { FabricWatch, type Watched } from './watch.ts';
