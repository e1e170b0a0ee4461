import { fromUtf8, TASKLET_LIMITS, type Bytes, type RunId } from '../../core/index.ts';
import { STATUS, submissionNanoseconds } from '../abi.ts';
import type { GuestMemory, ImportFunction } from './guest-memory.ts';
import type { TaskletRegion } from './region.ts';
import { ByteSink, RandomStream } from './streams.ts';

/** What a tasklet gets to know of its run. */
export interface TaskletOrder {
  readonly runId: RunId;
  readonly context: Bytes;
  readonly input: Bytes;
  readonly submittedWallMs: number;
  readonly fuelLimit: number;
}

export interface HostOrder extends TaskletOrder {
  /** The leases of memory that were handed to the run, by index (ABI.md §8). */
  readonly regions: readonly TaskletRegion[];
}

/** What a tasklet has said through its imports. */
export interface HostRecord {
  readonly output: Bytes;
  readonly responseText: string | undefined;
  readonly log: readonly string[];
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/**
 * The cell's side of `grafos_tasklet_v0` (ABI.md §2) for one run, or for the calls of a warm tasklet, one at a time.
 * 1. Every range is checked against the memory as it is at the call; a bad one moves nothing.
 * 2. What moves is charged before it moves, so nothing past the budget can be seen outside.
 * 3. It depends on nothing but the order and the fuel: two hosts of one run behave alike.
 */
export class TaskletHost {
  readonly #order: HostOrder;
  readonly #guest: GuestMemory;
  readonly #progress: (done: number, total: number) => void;
  readonly #outputBytesMax: number;
  readonly #random: RandomStream;
  #input: Bytes;
  #output: ByteSink;
  #response = new ByteSink(TASKLET_LIMITS.responseBytesMax);
  #log: string[] = [];
  #fuelBefore = 0n;
  #hasResponded = false;
  #logBytes = 0;
  #logDropped = 0;

  constructor(
    order: HostOrder,
    guest: GuestMemory,
    progress: (done: number, total: number) => void,
    outputBytesMax: number = TASKLET_LIMITS.outputBytesMax,
  ) {
    this.#order = order;
    this.#input = order.input;
    this.#guest = guest;
    this.#outputBytesMax = outputBytesMax;
    this.#output = new ByteSink(outputBytesMax);
    this.#progress = progress;
    this.#random = new RandomStream(order.runId);
  }

  /** The instance is called once more, after so much fuel in earlier calls: nothing of what those said is left. */
  next(input: Bytes, fuelBefore: number): void {
    this.#input = input;
    this.#fuelBefore = BigInt(fuelBefore);
    this.#output = new ByteSink(this.#outputBytesMax);
    this.#response = new ByteSink(TASKLET_LIMITS.responseBytesMax);
    this.#hasResponded = false;
    this.#log = [];
    this.#logBytes = 0;
    this.#logDropped = 0;
  }

  /** The functions of the module. */
  functions(): Readonly<Record<string, ImportFunction>> {
    return {
      context_read: (ptr: number, len: number, offset: number) => this.#read(this.#order.context, ptr, len, offset),
      input_read: (ptr: number, len: number, offset: number) => this.#read(this.#input, ptr, len, offset),
      output_write: (ptr: number, len: number) => this.#writeOutput(ptr, len),
      response_write: (ptr: number, len: number) => this.#writeResponse(ptr, len),
      log: (level: number, ptr: number, len: number) => this.#writeLog(level, ptr, len),
      clock_now: () => submissionNanoseconds(this.#order.submittedWallMs) + this.#fuelBefore + this.#fuelSpent(),
      random_fill: (ptr: number, len: number) => this.#fillRandom(ptr, len),
      fuel_remaining: () => this.#guest.fuelLeft(),
      progress: (done: number, total: number) => this.#reportProgress(done >>> 0, total >>> 0),
    };
  }

  record(): HostRecord {
    const dropped = this.#logDropped > 0 ? [`[warn] ${this.#logDropped} more lines were dropped`] : [];
    return {
      output: this.#output.bytes(),
      responseText: this.#hasResponded ? (fromUtf8(this.#response.bytes()) ?? '') : undefined,
      log: [...this.#log, ...dropped],
    };
  }

  #read(source: Bytes, ptr: number, len: number, offset: number): number {
    const target = this.#guest.range(ptr, len);
    if (!target) return STATUS.invalidArgument;
    const start = Math.min(offset >>> 0, source.length);
    const part = source.subarray(start, Math.min(start + target.length, source.length));
    this.#guest.charge(part.length);
    target.set(part);
    return part.length;
  }

  #writeOutput(ptr: number, len: number): number {
    return this.#append(this.#output, ptr, len);
  }

  #writeResponse(ptr: number, len: number): number {
    const status = this.#append(this.#response, ptr, len);
    if (status === STATUS.ok) this.#hasResponded = true;
    return status;
  }

  #append(sink: ByteSink, ptr: number, len: number): number {
    const source = this.#guest.range(ptr, len);
    if (!source) return STATUS.invalidArgument;
    if (!sink.hasRoomFor(source.length)) return STATUS.capacityExceeded;
    this.#guest.charge(source.length);
    sink.append(source);
    return STATUS.ok;
  }

  #writeLog(level: number, ptr: number, len: number): number {
    const source = this.#guest.range(ptr, len);
    const levelName = LOG_LEVELS[level >>> 0];
    if (!source || levelName === undefined) return STATUS.invalidArgument;
    this.#guest.charge(source.length);
    const isFull =
      this.#log.length >= TASKLET_LIMITS.logLinesMax || this.#logBytes + source.length > TASKLET_LIMITS.logBytesMax;
    if (isFull) {
      this.#logDropped++;
      return STATUS.ok;
    }
    this.#log.push(`[${levelName}] ${fromUtf8(source.slice()) ?? '(a line that is not UTF-8)'}`);
    this.#logBytes += source.length;
    return STATUS.ok;
  }

  #fillRandom(ptr: number, len: number): number {
    const target = this.#guest.range(ptr, len);
    if (!target) return STATUS.invalidArgument;
    this.#guest.charge(target.length);
    this.#random.fill(target);
    return STATUS.ok;
  }

  #reportProgress(done: number, total: number): number {
    if (total === 0 || done > total) return STATUS.invalidArgument;
    this.#progress(done, total);
    return STATUS.ok;
  }

  #fuelSpent(): bigint {
    return BigInt(this.#order.fuelLimit) - this.#guest.fuelLeft();
  }
}
