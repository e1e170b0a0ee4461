/// <reference lib="esnext.disposable" />
import {
  err,
  FabricError,
  failure,
  freshId,
  isRunId,
  RUN_LIMITS,
  type Bytes,
  type FabricFailure,
  type Random,
  type Result,
  type RunId,
} from '../../core/index.ts';
import type { MapOrder } from '../program.ts';
import { outputOf, type Artifacts } from '../snapshot.ts';
import { aborted, onAbort, type Abort } from './abort.ts';
import type { RunPort } from './run-port.ts';

/** The inputs of a map, read one by one as there is room for them. */
export type MapInputs = Iterable<Bytes> | AsyncIterable<Bytes>;

export interface MapOptions {
  /** `input`: results in the order of their inputs; `completed`: as they come. `input` unless said otherwise. */
  readonly order?: 'input' | 'completed';
  /** Runs under way at a time; twice the worker slots there are unless said otherwise, 256 at most. */
  readonly inFlight?: number;
  /** What a run that fails does: ends the map with its error (`throw`), or is a result like others (`yield`). */
  readonly failures?: 'throw' | 'yield';
  readonly signal?: Abort;
  /** Called after each change. */
  readonly progress?: (progress: MapProgress) => void;
}

export interface MapProgress {
  /** Inputs read so far. */
  readonly begun: number;
  readonly done: number;
  readonly failed: number;
  /** Known once the inputs have ended. */
  readonly total?: number;
}

/** The end of one run of a map. */
export interface MapResult {
  /** Which input it had, from 0. */
  readonly index: number;
  readonly output: Bytes;
  readonly artifacts: Artifacts;
}

/** One module over many inputs. Nothing runs before it is read; leaving the loop, or its scope, cancels what is left. */
export interface FabricMap extends AsyncIterable<MapResult>, AsyncDisposable {
  progress(): MapProgress;
  cancel(): void;
}

export interface MapDoors {
  readonly port: RunPort;
  readonly random: Random;
  /** Worker slots of the cells that the map may go to, as many as there are now. */
  readonly slots: () => number;
}

/** Results a slow reader may leave unread, in runs that may be under way. */
const UNREAD_FACTOR = 4;

/**
 * Keeps as many runs under way as there is room for, reads inputs no faster than that, and hands results out.
 * The host does the rest: it keeps leases from one run to the next, starts a straggler again and replaces a lost cell.
 */
export class RunningMap implements FabricMap {
  readonly #doors: MapDoors;
  readonly #order: MapOrder;
  readonly #inputs: MapInputs;
  readonly #options: MapOptions;
  readonly #name: string;
  readonly #underWay = new Set<RunId>();
  readonly #unread = new Map<number, MapResult>();
  #begun = 0;
  #done = 0;
  #failed = 0;
  #total: number | undefined;
  #nextIndex = 0;
  #state: 'idle' | 'running' | 'over' = 'idle';
  #error: FabricError | undefined;
  #changed = signalled();
  #forgetSignal: () => void = () => undefined;

  constructor(doors: MapDoors, order: MapOrder, inputs: MapInputs, options: MapOptions) {
    this.#doors = doors;
    this.#order = order;
    this.#inputs = inputs;
    this.#options = options;
    this.#name = freshId(doors.random, isRunId);
  }

  progress(): MapProgress {
    const total = this.#total === undefined ? {} : { total: this.#total };
    return { begun: this.#begun, done: this.#done, failed: this.#failed, ...total };
  }

  cancel(): void {
    this.#end(aborted('the map'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end(undefined);
    await Promise.resolve();
  }

  /** Can be read once. */
  async *[Symbol.asyncIterator](): AsyncGenerator<MapResult, void> {
    if (this.#state !== 'idle') throw new FabricError({ code: 'invalid_argument', message: 'a map is read once' });
    this.#state = 'running';
    this.#forgetSignal = onAbort(this.#options.signal, () => this.cancel());
    const opened = await this.#doors.port.openMap(this.#name, this.#order);
    if (!opened.ok) this.#end(new FabricError(opened.error));
    else void this.#feed();
    try {
      for (;;) {
        if (this.#error) throw this.#error;
        const result = this.#takeNext();
        if (result) yield result;
        else if (this.#done === this.#total) return;
        else await this.#changed.promise;
      }
    } finally {
      this.#end(undefined);
      if (opened.ok) await this.#doors.port.closeMap(this.#name).catch(() => undefined);
    }
  }

  /** Reads inputs while there is room for their runs. */
  async #feed(): Promise<void> {
    const inputs =
      Symbol.asyncIterator in this.#inputs ? this.#inputs[Symbol.asyncIterator]() : this.#inputs[Symbol.iterator]();
    try {
      while (this.#isRunning()) {
        if (!this.#hasRoom()) {
          await this.#changed.promise;
          continue;
        }
        const next = await inputs.next();
        if (next.done === true) break;
        if (this.#isRunning()) void this.#start(this.#begun++, next.value);
      }
      this.#total = this.#begun;
      this.#tell();
    } catch (error) {
      this.#end(new FabricError(failureOf(error), { cause: error }));
    }
    if (this.#state === 'over') await inputs.return?.();
  }

  #isRunning(): boolean {
    return this.#state === 'running';
  }

  #hasRoom(): boolean {
    const wanted = this.#options.inFlight ?? 2 * this.#doors.slots();
    const inFlightMax = Math.max(1, Math.min(wanted, RUN_LIMITS.mapInFlightMax));
    return this.#underWay.size < inFlightMax && this.#underWay.size + this.#unread.size < UNREAD_FACTOR * inFlightMax;
  }

  async #start(index: number, input: Bytes): Promise<void> {
    const { port, random } = this.#doors;
    const runId = freshId(random, isRunId);
    this.#underWay.add(runId);
    const ended = await port.submitPart(this.#name, runId, input).catch((error: unknown) => err(failureOf(error)));
    this.#underWay.delete(runId);
    if (this.#state === 'running') this.#landed(index, ended);
  }

  #landed(index: number, ended: Result<Artifacts, FabricFailure>): void {
    if (!ended.ok) return this.#end(new FabricError(ended.error));
    const { response } = ended.value;
    this.#done++;
    if (response.status !== 'succeeded') {
      this.#failed++;
      const { error } = response;
      if (this.#options.failures !== 'yield') return this.#end(error ? new FabricError(error) : aborted('a run'));
    }
    this.#unread.set(index, { index, artifacts: ended.value, output: outputOf(ended.value) });
    this.#tell();
  }

  #takeNext(): MapResult | undefined {
    const [first] = this.#options.order === 'completed' ? this.#unread.keys() : [this.#nextIndex];
    const result = first === undefined ? undefined : this.#unread.get(first);
    if (!result) return undefined;
    this.#unread.delete(result.index);
    this.#nextIndex++;
    this.#wake();
    return result;
  }

  /** Over, for good or with an error; nothing of it runs on. */
  #end(error: FabricError | undefined): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#error = error;
    this.#forgetSignal();
    for (const runId of this.#underWay) void this.#doors.port.cancel(runId).catch(() => undefined);
    this.#wake();
  }

  #tell(): void {
    this.#options.progress?.(this.progress());
    this.#wake();
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = signalled();
  }
}

function failureOf(error: unknown): FabricFailure {
  return error instanceof FabricError ? error.toFailure() : failure('invalid_argument', `the inputs: ${String(error)}`);
}

function signalled(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve: () => resolve() };
}
