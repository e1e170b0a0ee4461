import { failure, type Bytes, type FabricFailure } from '../core/index.ts';
import { HostStop, type TaskletHost } from './host/index.ts';

/** How a run ended, before anyone signs for it. */
export interface TaskletResult {
  readonly status: 'succeeded' | 'failed';
  readonly error?: FabricFailure;
  /** JSON text, when the tasklet wrote a response. */
  readonly responseText?: string;
  readonly output: Bytes;
  readonly fuelUsed: number;
  readonly log: readonly string[];
}

/** Below this the fuel global means "called too deep", and adding 2^63 gives the fuel left (ABI.md §6). */
const STACK_EXHAUSTED_BELOW = -(2n ** 62n);
const STACK_EXHAUSTED_OFFSET = 2n ** 63n;
const OWN_MESSAGE_CHARACTERS_MAX = 500;

/** How a run ended that came to its end: with a status and what it spent. */
export function concluded(status: number, fuelUsed: number, host: TaskletHost): TaskletResult {
  const { responseText, output, log } = host.record();
  if (responseText !== undefined && !isJson(responseText)) {
    return failed(
      failure('response_invalid', 'the response that the tasklet wrote is not one JSON value'),
      fuelUsed,
      host,
    );
  }
  if (status !== 0) {
    return failed(failure('tasklet_error', taskletErrorMessage(status, responseText)), fuelUsed, host);
  }
  return { status: 'succeeded', ...(responseText === undefined ? {} : { responseText }), output, fuelUsed, log };
}

/** How a run ended that did not: `fuelLeft` says why (ABI.md §6). */
export function trapped(error: unknown, fuelLeft: bigint, fuelLimit: number, host: TaskletHost): TaskletResult {
  if (error instanceof HostStop || (fuelLeft < 0n && fuelLeft >= STACK_EXHAUSTED_BELOW)) {
    return failed(
      failure('fuel_exhausted', `the tasklet needs more than its ${fuelLimit} units of fuel`),
      fuelLimit,
      host,
    );
  }
  if (fuelLeft < STACK_EXHAUSTED_BELOW) {
    const fuelUsed = fuelLimit - Number(fuelLeft + STACK_EXHAUSTED_OFFSET);
    return failed(failure('stack_exhausted', 'the tasklet called deeper than a tasklet may'), fuelUsed, host);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return failed(failure('trapped', `the tasklet trapped: ${reason}`), fuelLimit - Number(fuelLeft), host);
}

/** A failed run keeps what it logged and the response it had written; its output is not to be taken for a result. */
export function failed(error: FabricFailure, fuelUsed: number, host: TaskletHost): TaskletResult {
  const { responseText, log } = host.record();
  const response = responseText !== undefined && isJson(responseText) ? { responseText } : {};
  return { status: 'failed', error, ...response, output: new Uint8Array(0), fuelUsed, log };
}

/** The tasklet's own sentence, where its response is `{"error": {"message": …}}`, as `grafos-std` writes it. */
function taskletErrorMessage(status: number, responseText: string | undefined): string {
  const response: unknown = responseText === undefined ? undefined : JSON.parse(responseText);
  const error = memberOf(response, 'error');
  const message = memberOf(error, 'message');
  const sentence = typeof message === 'string' ? `: ${message.slice(0, OWN_MESSAGE_CHARACTERS_MAX)}` : '';
  return `the tasklet ended with error code ${status}${sentence}`;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
