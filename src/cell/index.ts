/**
 * cell owns one participant: what it lends, runs in its executor, what it holds of others, and its own runs on their way.
 * A cell decides whether, for itself alone; where a run goes is decided above it.
 */
export { Cell, type CellCapacity, type CellDeps, type CellMemory, type CellState, type LeaseListener } from './cell.ts';
export type { Delivery, DeliveryEvents, DeliveryFault, OutgoingRun } from './courier.ts';
export type { IncomingRun } from './running/index.ts';
export type { HoldingNews, LossReason } from './holding/index.ts';
export type { AuditSink, EndedLease, Note } from './lending/index.ts';
export type { NeighbourClaim, Neighbours } from './regions/index.ts';
export { MemoryStore, type Store } from './store.ts';
export type { WarmDoor, WarmEnding, WarmReceipt, WarmWish } from './warm/index.ts';
