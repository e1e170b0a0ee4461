/**
 * structure owns what is laid out in a region: vecs, maps, queues and the words of sync, and their operations, written
 * once and executed where the bytes are (MEMORY.md §4). Every length and offset found in the bytes is checked first.
 */
export { Arena, ByteReader, ByteWriter, StructureFault } from './bytes/index.ts';
export { callStructure, type StructureOutcome } from './call-structure.ts';
export {
  BARRIER,
  HASH_MAP,
  HOLD,
  MUTEX,
  NUMBER_FORM,
  ONCE,
  QUEUE,
  STRUCTURE,
  VAR_VEC,
  VEC,
  VEC_FORM,
  WATCH_CELL,
} from './codes.ts';
export { HashedBytes, HashTable, LOW_HASH_BASIS, lowHashAfter } from './hash-map/index.ts';
export { readVec, VEC_HEADER_BYTES, type VecHeader } from './vec.ts';
