import { readModule, validateModule, type WasmDenial } from '../../../../src/tasklet/wasm/index.ts';

/** Why the reader or the validator refuses `bytes`; undefined when it is a valid module of the profile's features. */
export function denialOf(bytes: Uint8Array): WasmDenial | undefined {
  const read = readModule(bytes);
  if (!read.ok) return read.error;
  const validated = validateModule(read.value);
  return validated.ok ? undefined : validated.error;
}

/**
 * How our answer stands to the engine's. `stricter`: refused for a feature or a bound of ours, which the engine may
 * allow. The two disagreements are faults of ours.
 */
export type Verdict = 'accepted' | 'refused' | 'stricter' | 'too strict' | 'too lax' | 'threw';

export function verdictOn(bytes: Uint8Array<ArrayBuffer>): Verdict {
  const isValid = WebAssembly.validate(bytes);
  try {
    const denial = denialOf(bytes);
    if (denial === undefined) return isValid ? 'accepted' : 'too lax';
    if (!isValid) return 'refused';
    return denial.code === 'feature_refused' || denial.code === 'limit_exceeded' ? 'stricter' : 'too strict';
  } catch {
    return 'threw';
  }
}
