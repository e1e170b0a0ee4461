import type { Bytes, CellId, LeaseId } from '../core/index.ts';

/** How a wait ended. */
export type WaitEnd = 'woken' | 'not_equal' | 'timed_out';

/** A range of a region's data. */
export interface RegionRange {
  readonly offset: number;
  readonly length: number;
}

/** Width of an atomic word: values are unsigned, numbers of 32 bits or bigints of 64. */
export interface AtomicWord<Value extends number | bigint> {
  load(offset: number): Promise<Value>;
  /** This and all below answer the value before. */
  store(offset: number, value: Value): Promise<Value>;
  add(offset: number, value: Value): Promise<Value>;
  sub(offset: number, value: Value): Promise<Value>;
  and(offset: number, value: Value): Promise<Value>;
  or(offset: number, value: Value): Promise<Value>;
  xor(offset: number, value: Value): Promise<Value>;
  exchange(offset: number, value: Value): Promise<Value>;
  compareExchange(offset: number, expected: Value, replacement: Value): Promise<Value>;
}

/**
 * The bytes of a `mem` lease, in this tab or in another: one interface (MEMORY.md).
 * 1. Operations of one caller take effect in the order in which they were called.
 * 2. After the end of the lease every operation rejects with a FabricError of that end: `lease_expired`, `revoked`, `fenced`,
 *    or `disconnected` when the lessor cannot be reached.
 * 3. A range outside the region rejects with `invalid_argument` and changes nothing.
 */
export interface Region {
  readonly leaseId: LeaseId;
  readonly lessor: CellId;
  readonly sizeBytes: number;
  /** Present when the bytes are shared with this thread: the same operations, at once. */
  readonly local?: LocalBytes;
  readonly u32: AtomicWord<number>;
  readonly u64: AtomicWord<bigint>;
  read(offset: number, length: number): Promise<Bytes>;
  readv(ranges: readonly RegionRange[]): Promise<Bytes[]>;
  write(offset: number, bytes: Uint8Array): Promise<void>;
  writev(writes: readonly { readonly offset: number; readonly bytes: Uint8Array }[]): Promise<void>;
  fill(offset: number, length: number, value: number): Promise<void>;
  /** Waits while the word at `offset` is `expected`, for a notify or `timeoutMs`. */
  wait(offset: number, expected: number, timeoutMs: number): Promise<WaitEnd>;
  /** Wakes up to `count` waiters of the word at `offset`, and all watchers. Answers how many waited. */
  notify(offset: number, count?: number): Promise<number>;
  watch(range: RegionRange): AsyncIterable<Bytes>;
  /** Executes one call of a structure where the bytes are (MEMORY.md §4). */
  call(call: Uint8Array): Promise<Bytes>;
}

/** Bytes that this thread shares with their owner. Everything is checked and happens at once; statuses as in ABI.md §2. */
export interface LocalBytes {
  readonly sizeBytes: number;
  /** 0 while the lease lives, else the status of its end. */
  status(): number;
  /** Views of the data alone. Using them without a look at `status()` reaches bytes that nobody owns any more. */
  readonly bytes: Uint8Array;
  readonly u32: Uint32Array;
  readonly u64: BigUint64Array;
  readonly f64: Float64Array;
  /** All of the buffer, control header first, and the epoch it may be touched under: what `status()` looks at (MEMORY.md §1). */
  readonly words: Int32Array;
  readonly epoch: number;
  /** Enters the structure lock for one operation, which waits for nothing (MEMORY.md §4). */
  enter(): void;
  /** Leaves it, and notifies all who wait for the word at `wake`. */
  leave(wake?: number): void;
}
