/**
 * cell/running owns the runs that this cell executes for others: what they need, what they are handed, and how they end. It
 * promises one signed outcome for each run it has accepted.
 */
export { Executor, type IncomingRun } from './executor.ts';
export { Materials } from './materials.ts';
export { RunMemory } from './run-memory.ts';
