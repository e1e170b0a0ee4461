import { assert, err, MEMORY_LIMITS, ok, type Bytes, type Result } from '../../core/index.ts';
import type { LocalRegion, LockEntry } from '../local/index.ts';
import { MEMORY_STATUS } from '../status.ts';
import { atomic32, atomic64 } from './atomics.ts';
import { ANSWER_HEADER_BYTES, BATCH_BYTES_MAX, isAtomic, OPERATION, type AtomicCode } from './layout.ts';
import { isAllowed, type Permission } from './permission.ts';
import { BatchReader } from './reader.ts';

const { ok: done, denied, capacityExceeded } = MEMORY_STATUS;
const NOTHING: Bytes = new Uint8Array(0);

/**
 * Executes a batch where the bytes are (MEMORY.md §2), each operation by itself, and answers its answers. A batch that is
 * not one changes nothing.
 */
export function executeBatch(
  region: LocalRegion,
  batch: Uint8Array,
  permission?: Permission,
): Result<Bytes, 'malformed_batch'> {
  if (!BatchReader.isSound(batch)) return err('malformed_batch');
  const run = new BatchRun(region, batch, permission);
  run.advance('patiently');
  return ok(run.answer());
}

/** A sound batch on its way: its operations in order, and what they have answered so far. */
export class BatchRun {
  readonly #region: LocalRegion;
  readonly #permission: Permission | undefined;
  readonly #operation: BatchReader;
  #answer: Bytes;
  #view: DataView;
  #at = 0;
  /** What the operations still to come need at least. */
  #reservedBytes: number;
  #callAnswerBytes = 0;
  #movedBytes = 0;
  #calls = 0;
  #begun = 0;
  /** A call that another thread, inside a structure, keeps waiting. */
  #call: Bytes | undefined;

  constructor(region: LocalRegion, batch: Uint8Array, permission: Permission | undefined) {
    this.#region = region;
    this.#permission = permission;
    this.#operation = new BatchReader(batch);
    this.#reservedBytes = this.#operation.count * ANSWER_HEADER_BYTES;
    this.#answer = new Uint8Array(Math.min(BATCH_BYTES_MAX, answerBytes(batch)));
    this.#view = new DataView(this.#answer.buffer);
  }

  /**
   * Goes on from where it was; whether it came to the end. It stops where a call would have to wait for another thread, which
   * it does `patiently`, giving up in the end, or not at all.
   */
  advance(entry: LockEntry): boolean {
    for (;;) {
      if (this.#call && !this.#called(this.#call, entry)) return false;
      if (this.#begun === this.#operation.count) return true;
      this.#begun++;
      this.#operation.next();
      this.#reservedBytes -= ANSWER_HEADER_BYTES;
      const status = this.#refusal();
      if (status === done) this.#perform();
      else this.#conclude(status, 0);
    }
  }

  /** All answers, once it has come to the end. */
  answer(): Bytes {
    return this.#at === this.#answer.length ? this.#answer : this.#answer.slice(0, this.#at);
  }

  /** Why the operation is not even tried, besides its range; 0 when it is. */
  #refusal(): number {
    const { code, length } = this.#operation;
    const permission = this.#permission;
    if (permission && !isAllowed(this.#operation, permission, this.#region.sizeBytes)) return denied;
    if (code > OPERATION.fill && code !== OPERATION.call) return done;
    if (this.#movedBytes + length > MEMORY_LIMITS.batchMovedBytesMax) return capacityExceeded;
    this.#movedBytes += length;
    return code === OPERATION.call && !this.#isRoomForCall() ? capacityExceeded : done;
  }

  #isRoomForCall(): boolean {
    this.#calls++;
    return this.#calls <= MEMORY_LIMITS.callsPerBatchMax && this.#callAnswerBytes <= MEMORY_LIMITS.callsAnswerBytesMax;
  }

  #perform(): void {
    const region = this.#region;
    const { code, length, offset, bytes, payloadAt } = this.#operation;
    switch (code) {
      case OPERATION.read:
        return this.#read(offset, length);
      case OPERATION.write:
        return this.#conclude(region.write(offset, bytes.subarray(payloadAt, payloadAt + length)), 0);
      case OPERATION.fill:
        return this.#conclude(region.fill(offset, length, bytes[payloadAt] ?? 0), 0);
      case OPERATION.notify:
        return this.#notify(offset, length);
      case OPERATION.call:
        this.#call = bytes.slice(payloadAt, payloadAt + length);
        return;
      default:
        assert(isAtomic(code), 'a sound batch holds known operations');
        return this.#atomic(code);
    }
  }

  #read(offset: number, length: number): void {
    const plainBytes = this.#at - this.#callAnswerBytes;
    const end = plainBytes + ANSWER_HEADER_BYTES + length + this.#reservedBytes;
    if (end > BATCH_BYTES_MAX) return this.#conclude(capacityExceeded, 0);
    this.#grow(ANSWER_HEADER_BYTES + length);
    const at = this.#at + ANSWER_HEADER_BYTES;
    const status = this.#region.read(offset, this.#answer.subarray(at, at + length));
    this.#conclude(status, status === done ? length : 0);
  }

  #notify(offset: number, count: number): void {
    const woken = this.#region.notify(offset, count);
    if (woken < 0) return this.#conclude(woken, 0);
    this.#grow(ANSWER_HEADER_BYTES + 4);
    this.#view.setUint32(this.#at + ANSWER_HEADER_BYTES, woken, true);
    this.#conclude(done, 4);
  }

  #called(call: Bytes, entry: LockEntry): boolean {
    const called = this.#region.call(call, entry);
    if (!called && entry === 'in_passing') return false;
    const { status, answer } = called ?? { status: capacityExceeded, answer: NOTHING };
    this.#call = undefined;
    this.#grow(ANSWER_HEADER_BYTES + answer.length);
    this.#answer.set(answer, this.#at + ANSWER_HEADER_BYTES);
    this.#callAnswerBytes += answer.length;
    this.#conclude(status, answer.length);
    return true;
  }

  #atomic(code: AtomicCode): void {
    const region = this.#region;
    const { view, width, offset, payloadAt, payloadBytes } = this.#operation;
    const status = region.checkAtomic(offset, width);
    if (status !== done) return this.#conclude(status, 0);
    this.#grow(ANSWER_HEADER_BYTES + width);
    const at = this.#at + ANSWER_HEADER_BYTES;
    if (width === 4) {
      const value = payloadBytes > 0 ? view.getUint32(payloadAt, true) : 0;
      const replacement = payloadBytes > 4 ? view.getUint32(payloadAt + 4, true) : 0;
      this.#view.setUint32(at, atomic32(region.u32, code, offset / 4, value, replacement), true);
    } else {
      const value = payloadBytes > 0 ? view.getBigUint64(payloadAt, true) : 0n;
      const replacement = payloadBytes > 8 ? view.getBigUint64(payloadAt + 8, true) : 0n;
      this.#view.setBigUint64(at, atomic64(region.u64, code, offset / 8, value, replacement), true);
    }
    this.#conclude(done, width);
  }

  /** Heads the data that stands ready with its status and length. */
  #conclude(status: number, dataBytes: number): void {
    this.#grow(ANSWER_HEADER_BYTES);
    this.#view.setInt32(this.#at, status, true);
    this.#view.setUint32(this.#at + 4, dataBytes, true);
    this.#at += ANSWER_HEADER_BYTES + dataBytes;
  }

  /** Only what structures answer was not foreseen. */
  #grow(moreBytes: number): void {
    const neededBytes = this.#at + moreBytes;
    if (neededBytes <= this.#answer.length) return;
    const longer = new Uint8Array(Math.max(neededBytes, 2 * this.#answer.length));
    longer.set(this.#answer.subarray(0, this.#at));
    this.#answer = longer;
    this.#view = new DataView(longer.buffer);
  }
}

/** How long the answer to a sound batch is at most, but for what structures answer. */
function answerBytes(batch: Uint8Array): number {
  const reader = new BatchReader(batch);
  let sizeBytes = 0;
  for (let index = 0; index < reader.count; index++) {
    reader.next();
    const { code, length, width } = reader;
    sizeBytes += ANSWER_HEADER_BYTES + (code === OPERATION.read ? length : code === OPERATION.notify ? 4 : width);
  }
  return sizeBytes;
}
