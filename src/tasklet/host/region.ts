/** An atomic with one operand: what happens to the word at an offset. */
export type AtomicOperation = 'load' | 'store' | 'add' | 'sub' | 'and' | 'or' | 'xor' | 'exchange';

/** Bytes of a tasklet's memory and where in a region they belong. */
export interface RegionPart {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** How a lease stands. `state` is the number of the region's header (MEMORY.md §1). */
export interface LeaseStand {
  readonly state: number;
  readonly generation: number;
  readonly remainingMs: number;
}

/**
 * A lease of memory as a running tasklet reaches it: every call returns when it is done, wherever the bytes are. Ranges lie
 * within `sizeBytes` and words are aligned; the host has checked that. Numbers below 0 are statuses (ABI.md §2).
 */
export interface TaskletRegion {
  readonly sizeBytes: number;
  /** 0 while the lease lives, else the status of its end. */
  status(): number;
  /** Fills the parts from the region, in order. */
  read(parts: readonly RegionPart[]): number;
  write(parts: readonly RegionPart[]): number;
  fill(offset: number, length: number, value: number): number;
  /** The word before, unsigned; so do those below. */
  atomic32(operation: AtomicOperation, offset: number, value: number): number;
  atomic64(operation: AtomicOperation, offset: number, value: bigint): bigint;
  compareExchange32(offset: number, expected: number, replacement: number): number;
  compareExchange64(offset: number, expected: bigint, replacement: bigint): bigint;
  /** 0 woken, 1 not equal, 2 timed out. */
  wait(offset: number, expected: number, timeoutMs: number): number;
  /** How many were woken. */
  notify(offset: number, count: number): number;
  /** Writes what a call of a structure answers into `answer`: its length. */
  structure(call: Uint8Array, answer: Uint8Array): number;
  query(): LeaseStand | number;
  /** For as long as before when `ttlMs` is 0. */
  renew(ttlMs: number): number;
  free(): number;
}
