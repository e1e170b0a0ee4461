/**
 * grafos-std is what a tasklet in AssemblyScript is written against: its result, its context, the cell's services and
 * JSON. It promises that nothing but the imports of tasklet profile v0 is ever used. `tasklet.ts` and `builtins.ts`
 * are for the build, not for authors.
 */
export { ByteReader, ByteWriter, fromUtf8, toHex, utf8 } from './bytes';
export { clock, fuel, log, progress, random } from './cell';
export { FabricHashMap, MapPart } from './collections/map';
export { FabricQueue } from './collections/queue';
export { FabricBarrier, FabricMutex, FabricOnce, FabricWatch, Hold } from './collections/sync';
export { FabricVec, VarFabricVec } from './collections/vec';
export { context } from './context';
export { Status } from './host';
export { JsonWriter } from './json';
export { FabricMem, Lease, LeaseStand, WaitEnd } from './mem';
export { Output } from './output';
