import { assert, concatBytes, fromUtf8, sha256, TASKLET_LIMITS, type Bytes, type RunId } from '../core/index.ts';
import { BYTES_PER_FUEL, bytesOfId, STATUS, submissionNanoseconds } from './abi.ts';

/** A tasklet's memory, as any engine shows it. `buffer` changes when the memory grows, so it is read anew each time. */
export interface TaskletMemory {
  readonly buffer: ArrayBufferLike;
}

/** The meter's global: fuel left. */
export interface FuelGlobal {
  value: bigint;
}

export interface HostOrder {
  readonly runId: RunId;
  readonly context: Bytes;
  readonly input: Bytes;
  readonly submittedWallMs: number;
  readonly fuelLimit: number;
}

/** What a tasklet has said through its imports. */
export interface HostRecord {
  readonly output: Bytes;
  readonly responseText: string | undefined;
  readonly log: readonly string[];
}

/** Thrown through the tasklet's frames when an import's own charge exceeds the fuel left. */
export class HostStop extends Error {
  override readonly name = 'HostStop';
}

export type ImportFunction = (...args: never[]) => number | bigint;

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/**
 * The cell's side of `grafos_tasklet_v0` (ABI.md §2) for one run.
 * 1. Every range is checked against the memory as it is at the call; a bad one moves nothing.
 * 2. What moves is charged before it moves, so nothing past the budget can be seen outside.
 * 3. It depends on nothing but the order and the fuel: two hosts of one run behave alike.
 */
export class TaskletHost {
  readonly #order: HostOrder;
  readonly #progress: (done: number, total: number) => void;
  readonly #output = new ByteSink(TASKLET_LIMITS.outputBytesMax);
  readonly #response = new ByteSink(TASKLET_LIMITS.responseBytesMax);
  readonly #log: string[] = [];
  readonly #random: RandomStream;
  #hasResponded = false;
  #logBytes = 0;
  #logDropped = 0;
  #memory: TaskletMemory | undefined;
  #fuel: FuelGlobal | undefined;

  constructor(order: HostOrder, progress: (done: number, total: number) => void) {
    this.#order = order;
    this.#progress = progress;
    this.#random = new RandomStream(order.runId);
  }

  /** Gives the host the instance's memory and fuel. Before this no import may be called. */
  bind(memory: TaskletMemory, fuel: FuelGlobal): void {
    this.#memory = memory;
    this.#fuel = fuel;
  }

  /** The import object's one module. */
  functions(): Readonly<Record<string, ImportFunction>> {
    return {
      context_read: (ptr: number, len: number, offset: number) => this.#read(this.#order.context, ptr, len, offset),
      input_read: (ptr: number, len: number, offset: number) => this.#read(this.#order.input, ptr, len, offset),
      output_write: (ptr: number, len: number) => this.#writeOutput(ptr, len),
      response_write: (ptr: number, len: number) => this.#writeResponse(ptr, len),
      log: (level: number, ptr: number, len: number) => this.#writeLog(level, ptr, len),
      clock_now: () => submissionNanoseconds(this.#order.submittedWallMs) + this.#fuelSpent(),
      random_fill: (ptr: number, len: number) => this.#fillRandom(ptr, len),
      fuel_remaining: () => this.#fuelLeft(),
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
    const target = this.#range(ptr, len);
    if (!target) return STATUS.invalidArgument;
    const start = Math.min(offset >>> 0, source.length);
    const part = source.subarray(start, Math.min(start + target.length, source.length));
    this.#charge(part.length);
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
    const source = this.#range(ptr, len);
    if (!source) return STATUS.invalidArgument;
    if (!sink.hasRoomFor(source.length)) return STATUS.capacityExceeded;
    this.#charge(source.length);
    sink.append(source);
    return STATUS.ok;
  }

  #writeLog(level: number, ptr: number, len: number): number {
    const source = this.#range(ptr, len);
    const levelName = LOG_LEVELS[level >>> 0];
    if (!source || levelName === undefined) return STATUS.invalidArgument;
    this.#charge(source.length);
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
    const target = this.#range(ptr, len);
    if (!target) return STATUS.invalidArgument;
    this.#charge(target.length);
    this.#random.fill(target);
    return STATUS.ok;
  }

  #reportProgress(done: number, total: number): number {
    if (total === 0 || done > total) return STATUS.invalidArgument;
    this.#progress(done, total);
    return STATUS.ok;
  }

  /** The bytes at (ptr, len), or undefined when they do not lie in memory. */
  #range(ptr: number, len: number): Uint8Array | undefined {
    assert(this.#memory !== undefined, 'an import was called before the instance was bound');
    const { buffer } = this.#memory;
    const start = ptr >>> 0;
    const size = len >>> 0;
    return start + size <= buffer.byteLength ? new Uint8Array(buffer, start, size) : undefined;
  }

  #charge(movedBytes: number): void {
    assert(this.#fuel !== undefined, 'an import was called before the instance was bound');
    this.#fuel.value -= BigInt(Math.ceil(movedBytes / BYTES_PER_FUEL));
    if (this.#fuel.value < 0n) throw new HostStop('out of fuel');
  }

  #fuelLeft(): bigint {
    assert(this.#fuel !== undefined, 'an import was called before the instance was bound');
    return this.#fuel.value;
  }

  #fuelSpent(): bigint {
    return BigInt(this.#order.fuelLimit) - this.#fuelLeft();
  }
}

/** Bytes that come piece by piece; what it holds follows their sum, however many pieces there are. */
class ByteSink {
  readonly #sizeBytesMax: number;
  #buffer = new Uint8Array(0);
  #sizeBytes = 0;

  constructor(sizeBytesMax: number) {
    this.#sizeBytesMax = sizeBytesMax;
  }

  hasRoomFor(sizeBytes: number): boolean {
    return this.#sizeBytes + sizeBytes <= this.#sizeBytesMax;
  }

  append(piece: Uint8Array): void {
    const neededBytes = this.#sizeBytes + piece.length;
    if (neededBytes > this.#buffer.length) {
      const grown = new Uint8Array(Math.min(Math.max(2 * this.#buffer.length, neededBytes), this.#sizeBytesMax));
      grown.set(this.#buffer);
      this.#buffer = grown;
    }
    this.#buffer.set(piece, this.#sizeBytes);
    this.#sizeBytes = neededBytes;
  }

  bytes(): Bytes {
    return this.#buffer.slice(0, this.#sizeBytes);
  }
}

/** SHA-256(run id ‖ counter) for counter = 0, 1, 2 …, taken byte by byte (ABI.md §4). */
class RandomStream {
  readonly #seed: Bytes;
  #counter = 0n;
  #block: Uint8Array = new Uint8Array(0);

  constructor(runId: RunId) {
    this.#seed = bytesOfId(runId);
  }

  fill(target: Uint8Array): void {
    let filled = 0;
    while (filled < target.length) {
      if (this.#block.length === 0) this.#block = this.#nextBlock();
      const part = this.#block.subarray(0, target.length - filled);
      target.set(part, filled);
      filled += part.length;
      this.#block = this.#block.subarray(part.length);
    }
  }

  #nextBlock(): Bytes {
    const counter = new Uint8Array(8);
    new DataView(counter.buffer).setBigUint64(0, this.#counter++, true);
    return sha256(concatBytes(this.#seed, counter));
  }
}
