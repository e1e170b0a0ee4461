import { failure, type Result } from '../core/index.ts';
import {
  GuestMemory,
  MemoryHost,
  TaskletHost,
  type FuelGlobal,
  type HostOrder,
  type ImportFunction,
  type TaskletMemory,
} from './host/index.ts';
import { concluded, failed, trapped, type TaskletResult } from './result.ts';

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
