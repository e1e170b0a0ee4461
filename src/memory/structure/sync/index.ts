/**
 * sync owns the words by which programs keep out of one another's way: mutex, barrier, once, watch cell. A hold ends
 * by the owner's clock when nobody ends it, and its fence tells a paused holder that it is over.
 */
export { barrierOperations } from './barrier.ts';
export { mutexOperations } from './mutex.ts';
export { onceOperations } from './once.ts';
export { watchCellOperations } from './watch-cell.ts';
