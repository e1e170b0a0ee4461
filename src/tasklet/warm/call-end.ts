import { failure, fromUtf8, utf8, type Bytes, type FabricErrorCode, type FabricFailure } from '../../core/index.ts';

/** How a call can end, in the order of the numbers that stand for it (ABI.md §9). */
export const CALL_CODES = [
  'succeeded',
  'tasklet_error',
  'fuel_exhausted',
  'stack_exhausted',
  'trapped',
  'response_invalid',
  'capacity_exceeded',
  'lease_expired',
  'revoked',
  'fenced',
  'cancelled',
  'deadline_exceeded',
  'worker_died',
  'disconnected',
  'input_too_large',
  'internal',
] as const satisfies readonly ('succeeded' | FabricErrorCode)[];
export type CallCode = (typeof CALL_CODES)[number];

/** What one call came to. */
export interface CallEnd {
  readonly code: CallCode;
  readonly fuelUsed: number;
  /** The output of one that succeeded, else what went wrong, as UTF-8. */
  readonly output: Bytes;
}

const MESSAGE_BYTES_MAX = 1_024;

export function callSucceeded(output: Bytes, fuelUsed: number): CallEnd {
  return { code: 'succeeded', fuelUsed, output };
}

export function callFailed({ code, message }: Pick<FabricFailure, 'code' | 'message'>, fuelUsed = 0): CallEnd {
  const known = CALL_CODES.find((each) => each === code) ?? 'internal';
  return { code: known, fuelUsed, output: utf8(message).slice(0, MESSAGE_BYTES_MAX) };
}

/** The failure of a call that did not succeed. */
export function failureOfCall({ code, output }: CallEnd): FabricFailure | undefined {
  return code === 'succeeded' ? undefined : failure(code, fromUtf8(output) ?? `the call ended with ${code}`);
}

export function numberOfCode(code: string): number {
  const at = CALL_CODES.findIndex((each) => each === code);
  return at > 0 || code === 'succeeded' ? at : CALL_CODES.indexOf('internal');
}
