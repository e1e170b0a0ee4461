import { FUEL_GLOBAL, meterModule } from '../../../src/tasklet/meter/index.ts';
import type { MeterUnderTest } from './compare.ts';

/** The project's meter as the comparisons see it. */
export const METER: MeterUnderTest = {
  fuelGlobal: FUEL_GLOBAL,
  meter(bytes) {
    const result = meterModule(bytes);
    if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`);
    return new Uint8Array(result.value.bytes);
  },
};
