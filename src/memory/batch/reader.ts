import { MEMORY_LIMITS } from '../../core/index.ts';
import {
  BATCH_BYTES_MAX,
  BATCH_HEADER_BYTES,
  isAtomic,
  OPERATION,
  OPERATION_HEADER_BYTES,
  operandsOf,
  readU64,
  viewOf,
} from './layout.ts';

/** Goes through the operations of a batch one after the other; its fields are those of the present one. */
export class BatchReader {
  readonly view: DataView;
  readonly bytes: Uint8Array;
  readonly count: number;
  code = 0;
  width = 0;
  length = 0;
  offset = 0;
  /** Where what comes with the operation begins, and how long it is. */
  payloadAt = 0;
  payloadBytes = 0;
  #at = BATCH_HEADER_BYTES;

  constructor(batch: Uint8Array) {
    this.bytes = batch;
    this.view = viewOf(batch);
    this.count = batch.length < BATCH_HEADER_BYTES ? 0 : this.view.getUint16(4, true);
  }

  /** Steps to the next operation of a batch that is known to be sound. */
  next(): void {
    const { view } = this;
    const at = this.#at;
    this.code = view.getUint8(at);
    this.width = view.getUint8(at + 1);
    this.length = view.getUint32(at + 4, true);
    this.offset = readU64(view, at + 8);
    this.payloadAt = at + OPERATION_HEADER_BYTES;
    this.payloadBytes = payloadOf(this.code, this.width, this.length);
    this.#at = this.payloadAt + this.payloadBytes;
  }

  /** Whether the batch is what the document says, from its header to its last byte. */
  static isSound(batch: Uint8Array): boolean {
    if (batch.length < BATCH_HEADER_BYTES || batch.length > BATCH_BYTES_MAX) return false;
    const reader = new BatchReader(batch);
    if (reader.count > MEMORY_LIMITS.operationsMax || reader.view.getUint16(6, true) !== 0) return false;
    for (let index = 0; index < reader.count; index++) {
      if (reader.#at + OPERATION_HEADER_BYTES > batch.length) return false;
      const isReservedZero = reader.view.getUint16(reader.#at + 2, true) === 0;
      reader.next();
      if (!isReservedZero || !reader.#isKnown() || reader.#at > batch.length) return false;
    }
    return reader.#at === batch.length;
  }

  #isKnown(): boolean {
    const { code, width, length } = this;
    if (isAtomic(code)) return (width === 4 || width === 8) && length === 0;
    return code >= OPERATION.read && code <= OPERATION.call && width === 0;
  }
}

function payloadOf(code: number, width: number, length: number): number {
  if (isAtomic(code)) return operandsOf(code) * width;
  if (code === OPERATION.write || code === OPERATION.call) return length;
  return code === OPERATION.fill ? 1 : 0;
}
