/**
 * map owns FabricHashMap: by calls wherever the bytes are, and directly where this thread shares them.
 */
export { FabricHashMap, type HashMapOptions } from './hash-map.ts';
export type { MapSync } from './local-map.ts';
