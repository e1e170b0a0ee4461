/**
 * memory owns the bytes of `mem` leases: regions in this tab or another, behind one interface, and what is executed on
 * them where they are (MEMORY.md).
 */
export type { AtomicWord, LocalBytes, Region, RegionRange, WaitEnd } from './region.ts';
export type { RegionDoor } from './region-door.ts';
