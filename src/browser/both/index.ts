/**
 * browser/both owns what page and workers share: the real environment, the watch over worker calls, and the messages
 * between the page and the cell worker. It names only globals that both have.
 */
export { WorkerWatch } from './worker-watch.ts';
export type { CellApi, FromCellWorker, JoinOrder, PageApi, PageChange, ToCellWorker } from './cell-api.ts';
export { realEnv } from './env.ts';
export type { RegionCall, RegionFound, RegionReply } from './region-messages.ts';
export { browserThread, THREAD_INDEX } from './shared-memory.ts';
export type { WarmCall, WarmFound, WarmReply } from './warm-messages.ts';
