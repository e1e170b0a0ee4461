/**
 * hash-map owns the table of a FabricHashMap: its hash, its buckets, and its operations. The table is also used directly
 * by whoever shares the bytes.
 */
export { HashTable } from './hash-table.ts';
export { HashedBytes, LOW_HASH_BASIS, lowHashAfter } from './hashed-bytes.ts';
export { hashMapOperations } from './operations.ts';
