/**
 * memory/region owns what a program sees of a region: one interface over bytes that this thread shares and over bytes in
 * another tab, whose operations travel in batches. It promises order for each caller, and that every operation settles.
 */
export { openedRegion } from './opened-region.ts';
