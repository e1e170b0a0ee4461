/**
 * sim is the fabric in a bottle: n unmodified cells in one thread, one seed, every fault we know of, checkers that watch
 * after every step, then healing and the demand that everything ends. The same seed does the same, to the last byte.
 */
export { simulate, type SimOptions, type SimReport } from './simulate.ts';
export { simulateDetour, type DetourReport } from './detour/index.ts';
export { simulateScale, type ScaleReport, type ScaleSpread } from './scale/index.ts';
export type { Violation } from './check/index.ts';
export {
  DEFAULT_FAULTS,
  FAULT_KINDS,
  isFaultKind,
  noFaultsYet,
  onlyFaults,
  type FaultCounts,
  type FaultKind,
  type FaultModel,
} from './faults/index.ts';
