import { failure, WARM_LIMITS, type Bytes, type RunId } from '../../core/index.ts';
import { GuestMemory, MemoryHost, TaskletHost, type TaskletRegion } from '../host/index.ts';
import { concluded, trapped, type TaskletResult } from '../result.ts';
import type { Instantiate, TaskletExports } from '../run-module.ts';
import { callFailed, callSucceeded, type CallEnd } from './call-end.ts';

/** What a warm tasklet gets to know, the same in all of its calls. */
export interface KeptOrder {
  /** In place of a run's id. */
  readonly warmId: RunId;
  readonly context: Bytes;
  readonly submittedWallMs: number;
  /** Of each call; of init and of finalize too. */
  readonly fuelLimit: number;
  /** Whether each call gets an instance of its own. */
  readonly isFresh: boolean;
  readonly regions: readonly TaskletRegion[];
}

interface Live {
  readonly host: TaskletHost;
  readonly exports: TaskletExports;
}

const NOTHING: Bytes = new Uint8Array(0);

/**
 * An instance that is kept from call to call (ABI.md §9), in the thread that calls it.
 * 1. Each call has the whole fuel limit, set anew before it begins.
 * 2. An instance that trapped or ran out of fuel is never called again: the next call makes another, out of its own fuel.
 * 3. Never throws for a guest's fault.
 */
export class KeptInstance {
  readonly #instantiate: Instantiate;
  readonly #order: KeptOrder;
  readonly #limit: bigint;
  #live: Live | undefined;
  #lastStatus = 0;
  #fuelUsed = 0;

  constructor(instantiate: Instantiate, order: KeptOrder) {
    this.#instantiate = instantiate;
    this.#order = order;
    this.#limit = BigInt(order.fuelLimit);
  }

  /** All that it has spent so far, in its calls, in init and in finalize. */
  get fuelUsed(): number {
    return this.#fuelUsed;
  }

  /** Makes the instance and calls init. */
  open(): CallEnd {
    if (this.#order.isFresh) return callSucceeded(NOTHING, 0);
    return this.#guarded(NOTHING, (live) => {
      this.#init(live);
      return 0;
    });
  }

  call(input: Bytes): CallEnd {
    const { isFresh } = this.#order;
    if (isFresh) this.#live = undefined;
    const isNew = this.#live === undefined;
    return this.#guarded(input, (live) => {
      if (isNew) this.#init(live);
      const status = live.exports.run(input.length, 0);
      this.#lastStatus = status;
      if (isFresh) live.exports.finalize(status);
      return status;
    });
  }

  /** Calls finalize; harmless where there is no instance. */
  finish(): void {
    if (this.#order.isFresh || !this.#live) return;
    this.#guarded(NOTHING, ({ exports }) => {
      exports.finalize(this.#lastStatus);
      return 0;
    });
    this.#live = undefined;
  }

  #init({ exports }: Live): void {
    exports.init(this.#order.context.length, 0);
  }

  #guarded(input: Bytes, act: (live: Live) => number): CallEnd {
    const live = this.#live ?? this.#made();
    if (typeof live === 'string') {
      return callFailed(failure('capacity_exceeded', `this cell could not make the tasklet's memory: ${live}`));
    }
    const { host, exports } = live;
    const { fuelLimit } = this.#order;
    host.next(input, this.#fuelUsed);
    exports.fuel.value = this.#limit;
    let result: TaskletResult;
    try {
      const status = act(live);
      const left = exports.fuel.value;
      // The meter traps before this can be; a module that slipped past it would still not get away with it.
      result =
        left < 0n ? trapped(undefined, left, fuelLimit, host) : concluded(status, fuelLimit - Number(left), host);
      this.#live = left < 0n ? undefined : live;
    } catch (error) {
      this.#live = undefined;
      result = trapped(error, exports.fuel.value, fuelLimit, host);
    }
    this.#fuelUsed += result.fuelUsed;
    return result.error ? callFailed(result.error, result.fuelUsed) : callSucceeded(result.output, result.fuelUsed);
  }

  #made(): Live | string {
    const guest = new GuestMemory();
    const { warmId, ...order } = this.#order;
    const host = new TaskletHost(
      { ...order, runId: warmId, input: NOTHING },
      guest,
      () => undefined,
      WARM_LIMITS.callBytesMax,
    );
    const made = this.#instantiate({
      grafos_tasklet_v0: host.functions(),
      fabricbios_fbmu_v0: new MemoryHost(order.regions, guest).functions(),
    });
    if (!made.ok) return made.error;
    guest.bind(made.value.memory, made.value.fuel);
    return { host, exports: made.value };
  }
}
