/**
 * memory owns the bytes of `mem` leases: regions in this tab or another, behind one interface, and what is executed on
 * them where they are (MEMORY.md).
 */
export type { AtomicWord, LocalBytes, Region, RegionRange, WaitEnd } from './region.ts';
export type { RegionDoor } from './region-door.ts';
export {
  Arena,
  BARRIER,
  ByteReader,
  ByteWriter,
  callStructure,
  HASH_MAP,
  HashTable,
  HOLD,
  MUTEX,
  NUMBER_FORM,
  ONCE,
  QUEUE,
  readsClock,
  readVec,
  STRUCTURE,
  StructureFault,
  VAR_VEC,
  VEC,
  VEC_FORM,
  VEC_HEADER_BYTES,
  WATCH_CELL,
  type StructureOutcome,
  type VecHeader,
} from './structure/index.ts';
