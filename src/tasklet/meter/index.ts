/**
 * meter owns the rewriting of a module so that it counts its own fuel: exactly, the same on every engine, at almost no
 * cost, and stopping where the fuel or the stack runs out. A metered module needs nothing from its host.
 */
export {
  FUEL_GLOBAL,
  METER_VERSION,
  meterLayout,
  meterModule,
  type MeteredModule,
  type MeterOptions,
  type MeterReport,
} from './meter-module.ts';
