/**
 * faults owns what goes wrong: the fault model as one options object, each fault, and the injector that draws them from
 * the seed, counts them and undoes them all. It touches tabs and weather, never a cell.
 */
export { DEFAULT_FAULTS, FAULT_KINDS, isFaultKind, onlyFaults } from './fault-model.ts';
export {
  DRIFT_PPM_MAX,
  isSteady,
  noFaultsYet,
  type FaultCounts,
  type FaultKind,
  type FaultModel,
} from './fault-model.ts';
export type { FaultWorld } from './fault-world.ts';
export { Injector } from './injector.ts';
