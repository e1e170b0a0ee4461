/**
 * cell/holding owns what a cell has of others: the leases it took or opened, their tokens, their renewal, and the news of
 * their end. It promises that a lease that is over is over here first.
 */
export { Holdings, type HoldingNews, type HoldingsDeps, type LossReason } from './holdings.ts';
export { Lessors } from './lessors.ts';
export { RunLeases, type RunNeeds, type RunPair } from './run-leases.ts';
