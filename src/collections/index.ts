/**
 * collections owns what a program author keeps in leased memory: vecs, maps, queues, plain bytes, and what keeps programs out of
 * one another's way. All of it works on a region wherever its bytes are, gives FabricError for every failure, and leaves
 * the bytes as MEMORY.md says.
 */
export { FabricBuffer, type FabricAtomic } from './buffer.ts';
export { bytes, cbor, f64, i32, json, text, u32, u64, type ArrayOver, type Codec, type ElementArray } from './codec.ts';
export { FabricHashMap, type HashMapOptions, type MapSync } from './map/index.ts';
export { FabricQueue, type QueueOptions, type QueueSync } from './queue/index.ts';
export {
  FabricBarrier,
  FabricMutex,
  FabricOnce,
  FabricWatch,
  type FabricMutexGuard,
  type MutexOptions,
  type OnceOptions,
  type OnceRun,
  type Watched,
} from './sync/index.ts';
export { FabricVec, VarFabricVec, type VarVecOptions, type VecOptions, type VecSync } from './vec/index.ts';
