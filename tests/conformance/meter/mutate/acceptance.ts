import { meterModule } from '../../../../src/tasklet/meter/index.ts';

/**
 * `refused`, `accepted`: as the engine does. `stricter`: refused though the engine takes it, for a feature that the
 * profile leaves out or a bound of its own. Anything else is a fault of the meter.
 */
export type Acceptance = 'refused' | 'accepted' | 'stricter' | `fault: ${string}`;

export function acceptance(bytes: Uint8Array<ArrayBuffer>): { verdict: Acceptance; bytes: Uint8Array } {
  return { verdict: verdictOn(bytes), bytes };
}

function verdictOn(bytes: Uint8Array<ArrayBuffer>): Acceptance {
  const isValid = WebAssembly.validate(bytes);
  let metered: ReturnType<typeof meterModule>;
  try {
    metered = meterModule(bytes);
  } catch (error) {
    return `fault: threw ${String(error)}`;
  }
  if (!metered.ok) {
    if (!isValid) return 'refused';
    const { code, message } = metered.error;
    const allowed = code === 'feature_refused' || code === 'limit_exceeded';
    return allowed ? 'stricter' : `fault: refused what is valid: ${message}`;
  }
  if (!isValid) return 'fault: accepted what the engine rejects';
  return WebAssembly.validate(new Uint8Array(metered.value.bytes)) ? 'accepted' : 'fault: wrote an invalid module';
}
