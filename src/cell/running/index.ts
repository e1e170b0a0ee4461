/**
 * cell/running owns the runs that this cell executes for others: what they need, what they are handed, and how they end. It
 * promises one signed outcome for each run it has accepted.
 */
export { Executor, leaseEndFailure, type ExecutorDeps, type IncomingRun } from './executor.ts';
export { Materials } from './materials.ts';
export { RunMemory, type HandedMemory } from './run-memory.ts';
