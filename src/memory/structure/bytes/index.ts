/**
 * bytes owns how structures see bytes: a region's data by offset, calls and answers from front to back. Whatever is
 * wrong in them is one kind of fault, with a status.
 */
export { Arena, ensure, ensureRoom, StructureFault } from './arena.ts';
export { ByteReader } from './byte-reader.ts';
export { ByteWriter } from './byte-writer.ts';
export { answerItems, budgetOf } from './items.ts';
