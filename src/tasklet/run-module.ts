import { failure, type Bytes, type FabricFailure, type Result } from '../core/index.ts';
import {
  GuestMemory,
  HostStop,
  MemoryHost,
  TaskletHost,
  type FuelGlobal,
  type HostOrder,
  type ImportFunction,
  type TaskletMemory,
} from './host/index.ts';

/** An admitted, metered module's exports, as the host uses them. */
export interface TaskletExports {
  readonly memory: TaskletMemory;
  readonly fuel: FuelGlobal;
  readonly init: (contextBytes: number, reserved: 0) => void;
  readonly run: (inputBytes: number, reserved: 0) => number;
  readonly finalize: (status: number) => void;
}

/** Makes an instance with these imports. The engine's own errors are answered as text. */
export type Instantiate = (
  imports: Readonly<Record<string, Readonly<Record<string, ImportFunction>>>>,
) => Result<TaskletExports, string>;

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

/** Runs an admitted tasklet from init to finalize, synchronously, and says how it ended. Never throws for a guest's fault. */
export function runTasklet(
  instantiate: Instantiate,
  order: HostOrder,
  progress: (done: number, total: number) => void,
): TaskletResult {
  const guest = new GuestMemory();
  const host = new TaskletHost(order, guest, progress);
  const instance = instantiate({
    grafos_tasklet_v0: host.functions(),
    fabricbios_fbmu_v0: new MemoryHost(order.regions, guest).functions(),
  });
  if (!instance.ok) {
    return failed(
      failure('capacity_exceeded', `this cell could not make the tasklet's memory: ${instance.error}`),
      0,
      host,
    );
  }
  const { memory, fuel, init, run, finalize } = instance.value;
  fuel.value = BigInt(order.fuelLimit);
  guest.bind(memory, fuel);
  try {
    init(order.context.length, 0);
    const status = run(order.input.length, 0);
    finalize(status);
    // The meter traps before this can be; a module that slipped past it would still not get away with it.
    if (fuel.value < 0n) return trapped(undefined, fuel.value, order.fuelLimit, host);
    return concluded(status, order.fuelLimit - Number(fuel.value), host);
  } catch (error) {
    return trapped(error, fuel.value, order.fuelLimit, host);
  }
}

function concluded(status: number, fuelUsed: number, host: TaskletHost): TaskletResult {
  const { responseText } = host.record();
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
  const { output, log } = host.record();
  return { status: 'succeeded', ...(responseText === undefined ? {} : { responseText }), output, fuelUsed, log };
}

function trapped(error: unknown, fuelLeft: bigint, fuelLimit: number, host: TaskletHost): TaskletResult {
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
function failed(error: FabricFailure, fuelUsed: number, host: TaskletHost): TaskletResult {
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
