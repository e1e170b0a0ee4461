import { assert, FabricError, type Bytes } from '../../core/index.ts';
import type { LocalBytes, WaitEnd } from '../region.ts';
import { MEMORY_STATUS } from '../status.ts';
import { callStructure, type StructureOutcome } from '../structure/index.ts';
import { FIELD, HEADER_BYTES, REGION_STATE, RegionHeader, type RegionBuffer } from './header.ts';
import { enterLock, leaveLock, type LockEntry } from './structure-lock.ts';
import type { Thread } from './thread.ts';

const { ok, invalidArgument } = MEMORY_STATUS;
const { state: STATE, epoch: EPOCH } = FIELD;
const { live: LIVE } = REGION_STATE;
const NOTHING: Bytes = new Uint8Array(0);
/** How often a waiter makes sure that there is still something to wait for. */
const WAIT_SLICE_MS = 250;

/** Statuses by the header's state. A lease that was given back is over for whoever comes after. */
const STATUS_OF_STATE: readonly number[] = [
  MEMORY_STATUS.disconnected,
  ok,
  MEMORY_STATUS.leaseExpired,
  MEMORY_STATUS.leaseExpired,
  MEMORY_STATUS.revoked,
  MEMORY_STATUS.fenced,
];

/**
 * A region in a buffer that this thread shares with its owner. Each access looks at the header, the range and the alignment,
 * and answers a status; nothing is allocated for it.
 */
export class LocalRegion implements LocalBytes {
  readonly buffer: RegionBuffer;
  readonly sizeBytes: number;
  readonly bytes: Uint8Array<RegionBuffer>;
  readonly u32: Uint32Array<RegionBuffer>;
  readonly u64: BigUint64Array<RegionBuffer>;
  readonly f64: Float64Array<RegionBuffer>;
  // Read at every access: engines read `#` fields several times slower, and those defined before they are assigned too.
  declare readonly words: Int32Array<RegionBuffer>;
  declare readonly epoch: number;
  readonly #thread: Thread;

  constructor(buffer: RegionBuffer, epoch: number, thread: Thread) {
    const header = new RegionHeader(buffer);
    assert(header.isSound, 'the buffer is a region');
    const { sizeBytes } = header;
    assert(sizeBytes <= buffer.byteLength - HEADER_BYTES, 'the buffer holds all of the region');
    this.buffer = buffer;
    this.sizeBytes = sizeBytes;
    this.bytes = new Uint8Array(buffer, HEADER_BYTES, sizeBytes);
    this.u32 = new Uint32Array(buffer, HEADER_BYTES, Math.floor(sizeBytes / 4));
    this.u64 = new BigUint64Array(buffer, HEADER_BYTES, Math.floor(sizeBytes / 8));
    this.f64 = new Float64Array(buffer, HEADER_BYTES, Math.floor(sizeBytes / 8));
    this.words = new Int32Array(buffer);
    this.epoch = epoch | 0;
    this.#thread = thread;
  }

  status(): number {
    const words = this.words;
    if (words[STATE] === LIVE && words[EPOCH] === this.epoch) return ok;
    return this.#end();
  }

  /** 0 when `length` bytes from `offset` on may be touched, else why not. */
  check(offset: number, length: number): number {
    const status = this.status();
    if (status !== ok) return status;
    return isRange(offset, length, this.sizeBytes) ? ok : invalidArgument;
  }

  /** Copies from `offset` on until `target` is full. */
  read(offset: number, target: Uint8Array): number {
    const status = this.check(offset, target.length);
    if (status === ok) target.set(this.bytes.subarray(offset, offset + target.length));
    return status;
  }

  write(offset: number, source: Uint8Array): number {
    const status = this.check(offset, source.length);
    if (status === ok) this.bytes.set(source, offset);
    return status;
  }

  fill(offset: number, length: number, value: number): number {
    const status = this.check(offset, length);
    if (status === ok) this.bytes.fill(value, offset, offset + length);
    return status;
  }

  /** 0 when an atomic of `width` bytes, 4 or 8, may be done at `offset`, else why not. */
  checkAtomic(offset: number, width: number): number {
    const status = this.check(offset, width);
    return status === ok && offset % width !== 0 ? invalidArgument : status;
  }

  /** Wakes up to `count` waiters of the word at `offset`, and all watchers; how many waiters, or a status below 0. */
  notify(offset: number, count: number): number {
    const status = this.checkAtomic(offset, 4);
    if (status !== ok) return status;
    const { waits } = this.#thread;
    const words = this.words;
    const woken = waits.notify(words, wordAt(offset), count);
    Atomics.add(words, FIELD.notices, 1);
    waits.notify(words, FIELD.notices, Infinity);
    return woken;
  }

  /** How a wait on the word at `offset` ended, or a status below 0: of the range, or of the end of the lease. */
  async wait(offset: number, expected: number, timeoutMs: number): Promise<WaitEnd | number> {
    const status = this.checkAtomic(offset, 4);
    return status === ok ? this.#wait(wordAt(offset), expected | 0, timeoutMs) : status;
  }

  /** The count of notifies in the region: what watchers wait on. */
  get notices(): number {
    return Atomics.load(this.words, FIELD.notices) >>> 0;
  }

  waitNotices(expected: number, timeoutMs: number): Promise<WaitEnd | number> {
    return this.#wait(FIELD.notices, expected | 0, timeoutMs);
  }

  /** Executes a call of a structure under the structure lock; undefined when another thread does not come out of it. */
  call(call: Uint8Array, entry: LockEntry = 'patiently'): StructureOutcome | undefined {
    const status = this.status();
    if (status !== ok) return { status, answer: NOTHING };
    if (!enterLock(this.words, this.#thread, entry)) return undefined;
    let wake: number | undefined;
    try {
      const outcome = callStructure(this, call, { nowMs: this.#thread.nowMs() });
      ({ wake } = outcome);
      return outcome;
    } finally {
      this.leave(wake);
    }
  }

  enter(): void {
    if (enterLock(this.words, this.#thread, 'patiently')) return;
    throw new FabricError({ code: 'capacity_exceeded', message: 'another thread does not come out of the region' });
  }

  leave(wake?: number): void {
    leaveLock(this.words, this.#thread);
    if (wake !== undefined) this.notify(wake, Infinity);
  }

  /** Resolves when the thread that is inside a structure has come out, or another is inside, or after `timeoutMs`. */
  async lockMoved(timeoutMs: number): Promise<void> {
    const inside = Atomics.load(this.words, FIELD.lock);
    if (inside !== 0) await this.#thread.waits.wait(this.words, FIELD.lock, inside, timeoutMs);
  }

  async #wait(index: number, expected: number, timeoutMs: number): Promise<WaitEnd | number> {
    const thread = this.#thread;
    // Each slice may end a little late; what is left is counted from the clock, so that these do not add up.
    const untilMs = thread.nowMs() + timeoutMs;
    for (let leftMs = timeoutMs, isFirst = true; ; isFirst = false) {
      const status = this.status();
      if (status !== ok) return status;
      const end = await thread.waits.wait(this.words, index, expected, Math.min(leftMs, WAIT_SLICE_MS));
      leftMs = untilMs - thread.nowMs();
      if (end === 'timed_out' && leftMs > 0) continue;
      const over = this.status();
      if (over !== ok) return over;
      return end === 'not_equal' && !isFirst ? 'woken' : end;
    }
  }

  #end(): number {
    const state = this.words[FIELD.state] ?? REGION_STATE.none;
    const status = STATUS_OF_STATE[state] ?? MEMORY_STATUS.disconnected;
    return status === ok ? MEMORY_STATUS.fenced : status;
  }
}

function wordAt(offset: number): number {
  return (HEADER_BYTES + offset) / 4;
}

/** Whether `length` bytes from `offset` on lie within `sizeBytes`. False for anything that is no whole number. */
function isRange(offset: number, length: number, sizeBytes: number): boolean {
  return (
    Number.isSafeInteger(offset) &&
    Number.isSafeInteger(length) &&
    offset >= 0 &&
    length >= 0 &&
    offset <= sizeBytes - length
  );
}
