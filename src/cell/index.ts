/**
 * cell owns one participant: grants at its desk, runs in its executor, and its own runs on their way to other cells.
 * A cell decides whether, for itself alone; where a run goes is decided above it.
 */
export { Cell, type CellDeps, type CellState } from './cell.ts';
export type { Delivery, DeliveryEvents, DeliveryFault, OutgoingRun } from './courier.ts';
export type { IncomingRun } from './executor.ts';
export type { Note } from './grant-desk.ts';
export { MemoryStore, type Store } from './store.ts';
