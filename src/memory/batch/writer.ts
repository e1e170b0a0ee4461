import { assert, MEMORY_LIMITS, type Bytes } from '../../core/index.ts';
import {
  ANSWER_HEADER_BYTES,
  BATCH_BYTES_MAX,
  BATCH_HEADER_BYTES,
  OPERATION,
  OPERATION_HEADER_BYTES,
  operandsOf,
  viewOf,
  writeU64,
  type AtomicCode,
  type OperationCode,
} from './layout.ts';

/** Writes operations into a batch for as long as it and its answer fit their frames. */
export class BatchWriter {
  readonly #bytes: Bytes = new Uint8Array(BATCH_BYTES_MAX);
  readonly #view = viewOf(this.#bytes);
  #at = BATCH_HEADER_BYTES;
  #count = 0;
  #answerBytes = 0;
  #movedBytes = 0;
  #calls = 0;

  get count(): number {
    return this.#count;
  }

  /** Bytes that one more operation may bring along; below 0 when there is no room for any. */
  get room(): number {
    if (this.#count >= MEMORY_LIMITS.operationsMax || this.answerRoom < 0) return -1;
    return Math.min(BATCH_BYTES_MAX - this.#at - OPERATION_HEADER_BYTES, this.movedRoom);
  }

  /** Bytes that one more operation may answer. */
  get answerRoom(): number {
    return BATCH_BYTES_MAX - this.#answerBytes - ANSWER_HEADER_BYTES;
  }

  /** Bytes that one more operation may fill. */
  get movedRoom(): number {
    return MEMORY_LIMITS.batchMovedBytesMax - this.#movedBytes;
  }

  get callRoom(): number {
    return this.#calls < MEMORY_LIMITS.callsPerBatchMax ? this.room : -1;
  }

  read(offset: number, length: number): void {
    this.#movedBytes += length;
    this.#begin(OPERATION.read, 0, length, offset, 0, length);
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#movedBytes += bytes.length;
    this.#bytes.set(bytes, this.#begin(OPERATION.write, 0, bytes.length, offset, bytes.length, 0));
  }

  fill(offset: number, length: number, value: number): void {
    this.#movedBytes += length;
    this.#bytes[this.#begin(OPERATION.fill, 0, length, offset, 1, 0)] = value;
  }

  atomic32(code: AtomicCode, offset: number, value: number, replacement: number): void {
    const operands = operandsOf(code);
    const at = this.#begin(code, 4, 0, offset, 4 * operands, 4);
    if (operands > 0) this.#view.setUint32(at, value, true);
    if (operands > 1) this.#view.setUint32(at + 4, replacement, true);
  }

  atomic64(code: AtomicCode, offset: number, value: bigint, replacement: bigint): void {
    const operands = operandsOf(code);
    const at = this.#begin(code, 8, 0, offset, 8 * operands, 8);
    if (operands > 0) this.#view.setBigUint64(at, value, true);
    if (operands > 1) this.#view.setBigUint64(at + 8, replacement, true);
  }

  notify(offset: number, count: number): void {
    this.#begin(OPERATION.notify, 0, count, offset, 0, 4);
  }

  call(call: Uint8Array): void {
    this.#calls++;
    this.#movedBytes += call.length;
    this.#bytes.set(call, this.#begin(OPERATION.call, 0, call.length, 0, call.length, 0));
  }

  /** The batch so far; the next one begins. */
  take(): Bytes {
    this.#view.setUint16(4, this.#count, true);
    const batch = this.#bytes.slice(0, this.#at);
    this.#at = BATCH_HEADER_BYTES;
    this.#count = 0;
    this.#answerBytes = 0;
    this.#movedBytes = 0;
    this.#calls = 0;
    return batch;
  }

  /** Writes the head of an operation and answers where what comes with it goes. */
  #begin(
    code: OperationCode,
    width: number,
    length: number,
    offset: number,
    payloadBytes: number,
    answerBytes: number,
  ): number {
    const view = this.#view;
    const at = this.#at;
    const endAt = at + OPERATION_HEADER_BYTES + payloadBytes;
    assert(endAt <= BATCH_BYTES_MAX && answerBytes <= this.answerRoom, 'the operation fits the batch');
    view.setUint8(at, code);
    view.setUint8(at + 1, width);
    view.setUint16(at + 2, 0, true);
    view.setUint32(at + 4, length, true);
    writeU64(view, at + 8, offset);
    this.#at = endAt;
    this.#answerBytes += ANSWER_HEADER_BYTES + answerBytes;
    this.#count++;
    return at + OPERATION_HEADER_BYTES;
  }
}
