/**
 * memory owns what people do with leased bytes: regions taken and opened by LeaseRefs, and added to, written and read from
 * several cells until their leases end, and a little longer.
 */
export { MemoryLife } from './memory-life.ts';
