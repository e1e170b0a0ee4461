import { assert } from '../../core/index.ts';
import type { AtomicOperation, LeaseStand, RegionPart, TaskletRegion } from '../../tasklet/index.ts';
import { atomic32, atomic64, CALL_BYTES_MAX, OPERATION, type AtomicCode } from '../batch/index.ts';
import { HEADER_BYTES, LocalRegion } from '../local/index.ts';
import { MEMORY_STATUS } from '../status.ts';
import type { LeaseQuestions } from './lease-mail.ts';
import type { Park } from './mailbox.ts';
import { WAIT_END } from './wait-end.ts';

const { ok, leaseExpired, invalidArgument, capacityExceeded } = MEMORY_STATUS;
/** How soon a waiting tasklet notices that the lease has ended. */
const WAIT_SLICE_MS = 20;

/** The thread of a tasklet's worker: it may stand still, and it is the only thing that it does. */
export interface TaskletThread {
  readonly number: number;
  nowMs(): number;
  readonly park: Park;
}

/** A lease whose bytes this worker shares with their owner: everything happens here, and no message is sent. */
export class SharedRegion implements TaskletRegion {
  readonly sizeBytes: number;
  readonly #local: LocalRegion;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #thread: TaskletThread;
  readonly #leaseMail: LeaseQuestions;
  #isFreed = false;

  constructor(shared: { buffer: SharedArrayBuffer; epoch: number }, thread: TaskletThread, leaseMail: LeaseQuestions) {
    const { number, park } = thread;
    this.#words = new Int32Array(shared.buffer);
    this.#local = new LocalRegion(shared.buffer, shared.epoch, {
      number,
      nowMs: () => thread.nowMs(),
      waits: STANDING_STILL,
      park: (words, index, expected, timeoutMs) => {
        assert(words.buffer === shared.buffer, 'a region is waited for in its own buffer');
        park(this.#words, index, expected, timeoutMs);
      },
    });
    this.sizeBytes = this.#local.sizeBytes;
    this.#thread = thread;
    this.#leaseMail = leaseMail;
  }

  status(): number {
    return this.#isFreed ? leaseExpired : this.#local.status();
  }

  read(parts: readonly RegionPart[]): number {
    return this.#each(parts, ({ offset, bytes }) => this.#local.read(offset, bytes));
  }

  write(parts: readonly RegionPart[]): number {
    return this.#each(parts, ({ offset, bytes }) => this.#local.write(offset, bytes));
  }

  fill(offset: number, length: number, value: number): number {
    return this.status() || this.#local.fill(offset, length, value);
  }

  atomic32(operation: AtomicOperation, offset: number, value: number): number {
    return this.#word32(OPERATION[operation], offset, value, 0);
  }

  atomic64(operation: AtomicOperation, offset: number, value: bigint): bigint {
    return this.#word64(OPERATION[operation], offset, value, 0n);
  }

  compareExchange32(offset: number, expected: number, replacement: number): number {
    return this.#word32(OPERATION.compareExchange, offset, expected, replacement);
  }

  compareExchange64(offset: number, expected: bigint, replacement: bigint): bigint {
    return this.#word64(OPERATION.compareExchange, offset, expected, replacement);
  }

  /** In slices, so that the end of the lease, of which nobody tells this thread, is seen. */
  wait(offset: number, expected: number, timeoutMs: number): number {
    const index = (HEADER_BYTES + offset) / 4;
    const untilMs = this.#thread.nowMs() + timeoutMs;
    for (let isFirst = true; ; isFirst = false) {
      const leftMs = Math.max(0, untilMs - this.#thread.nowMs());
      const before = this.status();
      if (before !== ok) return before;
      const end = this.#thread.park(this.#words, index, expected | 0, Math.min(leftMs, WAIT_SLICE_MS));
      const after = this.status();
      if (after !== ok) return after;
      if (end === 'ok') return WAIT_END.woken;
      if (end === 'not-equal') return isFirst ? WAIT_END.not_equal : WAIT_END.woken;
      if (leftMs <= WAIT_SLICE_MS) return WAIT_END.timed_out;
    }
  }

  notify(offset: number, count: number): number {
    return this.status() || this.#local.notify(offset, count);
  }

  structure(call: Uint8Array, answer: Uint8Array): number {
    if (call.length > CALL_BYTES_MAX) return invalidArgument;
    const ended = this.status();
    if (ended !== ok) return ended;
    const outcome = this.#local.call(call);
    if (!outcome) return capacityExceeded;
    if (outcome.status !== ok) return outcome.status;
    if (outcome.answer.length > answer.length) return capacityExceeded;
    answer.set(outcome.answer);
    return outcome.answer.length;
  }

  query(): LeaseStand | number {
    return this.status() || this.#leaseMail.query();
  }

  renew(ttlMs: number): number {
    return this.status() || this.#leaseMail.renew(ttlMs);
  }

  free(): number {
    const status = this.status() || this.#leaseMail.free();
    this.#isFreed = true;
    return status;
  }

  #each(parts: readonly RegionPart[], move: (part: RegionPart) => number): number {
    const ended = this.status();
    if (ended !== ok) return ended;
    for (const part of parts) {
      const status = move(part);
      if (status !== ok) return status;
    }
    return ok;
  }

  #word32(code: AtomicCode, offset: number, value: number, replacement: number): number {
    const status = this.status() || this.#local.checkAtomic(offset, 4);
    return status === ok ? atomic32(this.#local.u32, code, offset / 4, value, replacement) : status;
  }

  #word64(code: AtomicCode, offset: number, value: bigint, replacement: bigint): bigint {
    const status = this.status() || this.#local.checkAtomic(offset, 8);
    return status === ok ? atomic64(this.#local.u64, code, offset / 8, value, replacement) : BigInt(status);
  }
}

/** This thread waits standing still or not at all. */
const STANDING_STILL = {
  wait: () => Promise.resolve('timed_out' as const),
  notify: (words: Int32Array<ArrayBuffer | SharedArrayBuffer>, index: number, count: number) =>
    Atomics.notify(words, index, count),
  wakeAll: () => undefined,
};
