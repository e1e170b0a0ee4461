/**
 * hash-map owns the table of a FabricHashMap: its hash, its buckets, and its operations. The table is also used directly
 * by whoever shares the bytes.
 */
export { HashTable } from './hash-table.ts';
export { hashMapOperations } from './operations.ts';
