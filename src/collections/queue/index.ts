/**
 * queue owns FabricQueue: first in, first out, between tabs, with waits that cost nothing while nothing happens.
 */
export type { QueueSync } from './local-queue.ts';
export { FabricQueue, type QueueOptions } from './queue.ts';
