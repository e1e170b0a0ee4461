/**
 * memory/local owns the bytes of a region as a thread that shares them sees them: the control header, access that is
 * checked and happens at once, the structure lock, and waiting. It promises that nothing reaches past the data, and
 * nothing past the end of the lease.
 */
export {
  FIELD as REGION_FIELD,
  HEADER_BYTES,
  isRegionBuffer,
  REGION_STATE,
  RegionHeader,
  regionBufferBytes,
  type RegionBuffer,
} from './header.ts';
export { LocalRegion } from './local-region.ts';
export { freeLock, lockHolder, type LockEntry } from './structure-lock.ts';
export { drawTabNumber, tabOfThread, threadNumberOf, type Thread, type WordWaits } from './thread.ts';
export { PolledWaits } from './polled-waits.ts';
