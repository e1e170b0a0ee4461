/// <reference lib="esnext.disposable" />
import { FabricError, failure, WARM_LIMITS, type Bytes, type CellId, type FabricFailure } from '../../core/index.ts';
import { failureOfCall, type CallEnd } from '../../tasklet/index.ts';
import { aborted, onAbort, type Abort } from '../run/index.ts';
import type { Instance, InstanceEnd } from './instance.ts';

/** What one call gave. */
export interface CallResult {
  readonly output: Bytes;
  readonly fuelUsed: number;
}

/** One of many calls, in the order of its inputs. */
export interface IndexedCall extends CallResult {
  readonly index: number;
}

export interface CallOptions {
  /** Stops waiting. A call that has begun goes on to its end where it is; `close` ends it. */
  readonly signal?: Abort;
}

export interface CallsOptions extends CallOptions {
  /** Calls under way at a time, at most 4,096 an instance; 64 for each unless said otherwise. */
  readonly inFlight?: number;
}

export type CallInputs = Iterable<Bytes> | AsyncIterable<Bytes>;

/**
 * A tasklet that lives between calls (ABI.md §9), in one or several instances, each with a worker, a memory and leases of
 * its own. Memory that one call leaves behind is there for the next call of the same instance, unless it was opened `fresh`.
 */
export interface WarmTasklet extends AsyncDisposable {
  /** The cells its instances are in. */
  readonly cells: readonly CellId[];
  /**
   * Calls an instance, the one with the fewest calls under way. Rejects with the call's own failure, such as
   * `fuel_exhausted`, `trapped` or `tasklet_error`, after which it can be called again; and with that of its end, such as
   * `revoked`, `lease_expired`, `deadline_exceeded` or `disconnected`, after which it cannot.
   */
  call(input: Bytes, options?: CallOptions): Promise<CallResult>;
  /** Calls with one input after the other, over all instances, and answers in their order. Inputs are read as fast as results are. */
  calls(inputs: CallInputs, options?: CallsOptions): AsyncIterable<IndexedCall>;
  /** Settles when its last instance has ended, with how each did. */
  readonly ended: Promise<readonly InstanceEnd[]>;
  /** Ends it in good order, and answers the receipts of all calls. */
  close(): Promise<readonly InstanceEnd[]>;
}

const IN_FLIGHT_PER_INSTANCE = 64;

export class OpenedWarm implements WarmTasklet {
  readonly cells: readonly CellId[];
  readonly ended: Promise<readonly InstanceEnd[]>;
  readonly #instances: readonly Instance[];

  constructor(instances: readonly Instance[]) {
    this.#instances = instances;
    this.cells = instances.map(({ cell }) => cell);
    this.ended = Promise.all(instances.map(({ ended }) => ended));
  }

  call(input: Bytes, { signal }: CallOptions = {}): Promise<CallResult> {
    const instance = this.#idlest();
    if (!instance) return Promise.reject(new FabricError(this.#why()));
    const called = instance.caller.call(input).then(resultOf);
    return signal ? raced(called, signal) : called;
  }

  async *calls(inputs: CallInputs, options: CallsOptions = {}): AsyncGenerator<IndexedCall, void> {
    const most = this.#instances.length * WARM_LIMITS.queuedCallsMax;
    const wanted = options.inFlight ?? this.#instances.length * IN_FLIGHT_PER_INSTANCE;
    const inFlightMax = Math.max(1, Math.min(wanted, most));
    const source = Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
    const underWay: Promise<CallResult>[] = [];
    let isDry = false;
    let index = 0;
    try {
      for (;;) {
        while (!isDry && underWay.length < inFlightMax) {
          const pulled = source.next();
          const next = pulled instanceof Promise ? await pulled : pulled;
          if (next.done === true) isDry = true;
          else underWay.push(quiet(this.call(next.value, options)));
        }
        const first = underWay.shift();
        if (!first) return;
        yield { index: index++, ...(await first) };
      }
    } finally {
      if (!isDry) await source.return?.();
    }
  }

  async close(): Promise<readonly InstanceEnd[]> {
    await Promise.all(this.#instances.map((instance) => instance.close()));
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #idlest(): Instance | undefined {
    let idlest: Instance | undefined;
    for (const instance of this.#instances) {
      if (instance.error) continue;
      if (!idlest || instance.caller.pending < idlest.caller.pending) idlest = instance;
    }
    return idlest;
  }

  #why(): FabricFailure {
    return this.#instances[0]?.error ?? failure('cancelled', 'the warm tasklet was closed');
  }
}

function resultOf(end: CallEnd): CallResult {
  const failed = failureOfCall(end);
  if (failed) throw new FabricError(failed);
  return { output: end.output, fuelUsed: end.fuelUsed };
}

/** A rejection that is looked at later is no unhandled one. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function raced<T>(promise: Promise<T>, signal: Abort): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(aborted('the call')));
    promise.then(resolve, reject).finally(forget);
  });
}
