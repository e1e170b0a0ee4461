/**
 * memory owns the bytes of `mem` leases: regions in this tab or another, behind one interface, and what is executed on
 * them where they are (MEMORY.md).
 */
export {
  AnswerReader,
  BATCH_BYTES_MAX,
  BatchTurns,
  BatchWriter,
  CALL_BYTES_MAX,
  executeBatch,
  isBatchAllowed,
  OPERATION,
  setSession,
  type Permission,
} from './batch/index.ts';
export {
  drawTabNumber,
  freeLock,
  HEADER_BYTES,
  isRegionBuffer,
  LocalRegion,
  lockHolder,
  PolledWaits,
  REGION_FIELD,
  REGION_STATE,
  RegionHeader,
  regionBufferBytes,
  tabOfThread,
  threadNumberOf,
  type RegionBuffer,
  type Thread,
  type WordWaits,
} from './local/index.ts';
export {
  LeaseMail,
  MAILBOX_BYTES,
  MailboxSender,
  MailClerk,
  MailedRegion,
  SharedRegion,
  type Park,
  type TaskletThread,
} from './handed/index.ts';
export { RegionMemory, type AllocateRegion } from './region-memory.ts';
export { openedRegion } from './region/index.ts';
export type { AtomicWord, LocalBytes, Region, RegionRange, WaitEnd } from './region.ts';
export type { RegionDoor } from './region-door.ts';
export { failureOfStatus, MEMORY_STATUS, statusOfFailure } from './status.ts';
export {
  Arena,
  BARRIER,
  ByteReader,
  ByteWriter,
  callStructure,
  HASH_MAP,
  HashedBytes,
  HashTable,
  HOLD,
  LOW_HASH_BASIS,
  lowHashAfter,
  MUTEX,
  NUMBER_FORM,
  ONCE,
  QUEUE,
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
