/**
 * memory/batch owns the packed form of operations on a region (MEMORY.md §2): how a batch is written, how its owner executes
 * it, how its answer is read. Nothing of a batch is believed before it was checked, and nothing in it throws.
 */
export { BatchTurns } from './turns.ts';
export { AnswerReader } from './answers.ts';
export { atomic32, atomic64 } from './atomics.ts';
export { executeBatch } from './execute.ts';
export { BATCH_BYTES_MAX, CALL_BYTES_MAX, OPERATION, setSession, type AtomicCode } from './layout.ts';
export { isBatchAllowed, type Permission } from './permission.ts';
export { BatchWriter } from './writer.ts';
