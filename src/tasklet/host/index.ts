/**
 * tasklet/host owns the cell's side of a tasklet's imports (ABI.md §2, §8): what they check, what they charge, and the port
 * by which leased memory is reached. It promises that nothing moves unchecked or unpaid.
 */
export { GuestMemory, HostStop, type FuelGlobal, type ImportFunction, type TaskletMemory } from './guest-memory.ts';
export { MemoryHost } from './memory-host.ts';
export type { AtomicOperation, LeaseStand, RegionPart, TaskletRegion } from './region.ts';
export { TaskletHost, type HostOrder, type HostRecord, type TaskletOrder } from './tasklet-host.ts';
