import {
  HEADER_BYTES,
  MEMORY_STATUS,
  REGION_STATE,
  RegionHeader,
  regionBufferBytes,
  SharedRegion,
  type TaskletThread,
} from '../../memory/index.ts';
import type { MemoryOperation } from '../../sdk/index.ts';
import type { AtomicOperation, LeaseStand, RegionPart, TaskletRegion } from '../../tasklet/index.ts';

const EPOCH = 1;
const GENERATION = 1;
/** Every lease has this much left, whenever it is asked: a report must not depend on when it was made. */
const REMAINING_MS = 30_000;
/** What a token does not allow (ABI.md §2). */
const NOT_ALLOWED = -13;

/** A lease as a fixture's run is handed it: bytes of this process, as they are shared between threads. */
export interface FixtureLease {
  readonly buffer: SharedArrayBuffer;
  readonly operations: readonly MemoryOperation[];
}

/** The bytes of a lease, live and zeroed, or beginning with `contents`. */
export function makeFixtureLease(sizeBytes: number, contents: Uint8Array = new Uint8Array(0)): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(regionBufferBytes(sizeBytes));
  new RegionHeader(buffer).begin(EPOCH, GENERATION, sizeBytes);
  new Uint8Array(buffer, HEADER_BYTES).set(contents.subarray(0, sizeBytes));
  return buffer;
}

/** The bytes of a lease without its header. */
export function bytesOfLease(buffer: SharedArrayBuffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, HEADER_BYTES).slice(0, new RegionHeader(buffer).sizeBytes);
}

/** The leases of a run as its tasklet reaches them in this thread. */
export function regionsOf(leases: readonly FixtureLease[]): readonly TaskletRegion[] {
  return leases.map(({ buffer, operations }) => {
    const region = new SharedRegion({ buffer, epoch: EPOCH }, THREAD, QUESTIONS);
    return new NarrowedRegion(region, new Set(operations));
  });
}

/** One run at a time is here, so whoever waits waits for nobody: the time is over at once. */
const THREAD: TaskletThread = { number: 1, nowMs: () => 0, park: () => 'timed-out' };

/** A tasklet is never the cell that took the lease: it may look at it, and give up what it was handed. */
const QUESTIONS = {
  query: (): LeaseStand => ({ state: REGION_STATE.live, generation: GENERATION, remainingMs: REMAINING_MS }),
  renew: () => NOT_ALLOWED,
  free: () => MEMORY_STATUS.ok,
};

/** A region of which only some things may be done: as far as the program declares. */
class NarrowedRegion implements TaskletRegion {
  readonly sizeBytes: number;
  readonly #region: TaskletRegion;
  readonly #operations: ReadonlySet<MemoryOperation>;

  constructor(region: TaskletRegion, operations: ReadonlySet<MemoryOperation>) {
    this.sizeBytes = region.sizeBytes;
    this.#region = region;
    this.#operations = operations;
  }

  status(): number {
    return this.#region.status();
  }

  read(parts: readonly RegionPart[]): number {
    return this.#allows('read') ? this.#region.read(parts) : NOT_ALLOWED;
  }

  write(parts: readonly RegionPart[]): number {
    return this.#allows('write') ? this.#region.write(parts) : NOT_ALLOWED;
  }

  fill(offset: number, length: number, value: number): number {
    return this.#allows('write') ? this.#region.fill(offset, length, value) : NOT_ALLOWED;
  }

  atomic32(operation: AtomicOperation, offset: number, value: number): number {
    return this.#allows('atomic') ? this.#region.atomic32(operation, offset, value) : NOT_ALLOWED;
  }

  atomic64(operation: AtomicOperation, offset: number, value: bigint): bigint {
    return this.#allows('atomic') ? this.#region.atomic64(operation, offset, value) : BigInt(NOT_ALLOWED);
  }

  compareExchange32(offset: number, expected: number, replacement: number): number {
    return this.#allows('atomic') ? this.#region.compareExchange32(offset, expected, replacement) : NOT_ALLOWED;
  }

  compareExchange64(offset: number, expected: bigint, replacement: bigint): bigint {
    return this.#allows('atomic') ? this.#region.compareExchange64(offset, expected, replacement) : BigInt(NOT_ALLOWED);
  }

  wait(offset: number, expected: number, timeoutMs: number): number {
    return this.#allows('atomic') ? this.#region.wait(offset, expected, timeoutMs) : NOT_ALLOWED;
  }

  notify(offset: number, count: number): number {
    return this.#allows('atomic') ? this.#region.notify(offset, count) : NOT_ALLOWED;
  }

  /** A structure may reach anywhere in its region, so what it does counts as writing. */
  structure(call: Uint8Array, answer: Uint8Array): number {
    return this.#allows('write') ? this.#region.structure(call, answer) : NOT_ALLOWED;
  }

  query(): LeaseStand | number {
    return this.#region.query();
  }

  renew(ttlMs: number): number {
    return this.#region.renew(ttlMs);
  }

  free(): number {
    return this.#region.free();
  }

  #allows(operation: MemoryOperation): boolean {
    return this.#operations.has(operation);
  }
}
