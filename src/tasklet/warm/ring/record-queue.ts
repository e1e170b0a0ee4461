import { assert, type Bytes } from '../../../core/index.ts';

/** What goes through a queue: a call, or the answer to one. */
export interface RingRecord {
  readonly code: number;
  readonly fuelUsed: number;
  readonly bytes: Bytes;
}

/** Length, code, and the fuel as f64. */
const RECORD_HEAD_BYTES = 16;
/** In place of a length: the rest up to the end of the ring is left out. */
const SKIP = 0xffff_ffff;

export interface QueueEnds {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly headAt: number;
  readonly tailAt: number;
}

/**
 * Records from one thread to one other through a ring of shared bytes. Each lies in one piece. Head and tail count bytes
 * ever put in and taken out, modulo 2^32; only the writer moves the head, only the reader the tail.
 */
export class RecordQueue {
  readonly #bytes: Uint8Array<SharedArrayBuffer>;
  readonly #view: DataView<SharedArrayBuffer>;
  readonly #ends: QueueEnds;
  readonly #mask: number;

  constructor(bytes: Uint8Array<SharedArrayBuffer>, ends: QueueEnds) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#ends = ends;
    this.#mask = bytes.length - 1;
    assert((bytes.length & this.#mask) === 0, 'a ring is a power of two');
  }

  get isEmpty(): boolean {
    const { words, headAt, tailAt } = this.#ends;
    return Atomics.load(words, headAt) === Atomics.load(words, tailAt);
  }

  hasRoomFor(length: number): boolean {
    const { words, headAt, tailAt } = this.#ends;
    const head = Atomics.load(words, headAt) >>> 0;
    const free = this.#bytes.length - ((head - Atomics.load(words, tailAt)) >>> 0);
    const toEnd = this.#bytes.length - (head & this.#mask);
    const sizeBytes = paddedBytes(length);
    return free >= (toEnd < sizeBytes ? toEnd + sizeBytes : sizeBytes);
  }

  /** Whether there was room. */
  put(code: number, fuelUsed: number, bytes: Uint8Array): boolean {
    if (!this.hasRoomFor(bytes.length)) return false;
    const { words, headAt } = this.#ends;
    const sizeBytes = paddedBytes(bytes.length);
    const head = Atomics.load(words, headAt) >>> 0;
    let at = head & this.#mask;
    const toEnd = this.#bytes.length - at;
    const skipped = toEnd < sizeBytes ? toEnd : 0;
    if (skipped > 0) {
      this.#view.setUint32(at, SKIP, true);
      at = 0;
    }
    this.#view.setUint32(at, bytes.length, true);
    this.#view.setUint32(at + 4, code, true);
    this.#view.setFloat64(at + 8, fuelUsed, true);
    this.#bytes.set(bytes, at + RECORD_HEAD_BYTES);
    Atomics.store(words, headAt, (head + skipped + sizeBytes) | 0);
    return true;
  }

  take(): RingRecord | undefined {
    const { words, headAt, tailAt } = this.#ends;
    let tail = Atomics.load(words, tailAt) >>> 0;
    if (Atomics.load(words, headAt) >>> 0 === tail) return undefined;
    let at = tail & this.#mask;
    let length = this.#view.getUint32(at, true);
    if (length === SKIP) {
      tail += this.#bytes.length - at;
      at = 0;
      length = this.#view.getUint32(0, true);
    }
    const code = this.#view.getUint32(at + 4, true);
    const fuelUsed = this.#view.getFloat64(at + 8, true);
    const from = at + RECORD_HEAD_BYTES;
    const bytes = new Uint8Array(length);
    if (length > 0) bytes.set(this.#bytes.subarray(from, from + length));
    Atomics.store(words, tailAt, (tail + paddedBytes(length)) | 0);
    return { code, fuelUsed, bytes };
  }
}

/** Records begin at multiples of eight, so that there is always room for a skip. */
function paddedBytes(length: number): number {
  return (RECORD_HEAD_BYTES + length + 7) & ~7;
}
