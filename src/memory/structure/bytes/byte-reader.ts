import { ensure } from './arena.ts';

/** Reads a call or an answer from front to back. Past its end it faults. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get leftBytes(): number {
    return this.#bytes.length - this.#offset;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** A whole number below 2^53. */
  u64(): number {
    const value = this.bits64();
    ensure(value <= BigInt(Number.MAX_SAFE_INTEGER), 'a number of 2^53 or more');
    return Number(value);
  }

  bits64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** The next `length` bytes, not copied. */
  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** `u32 length, bytes`. */
  item(): Uint8Array {
    return this.bytes(this.u32());
  }

  /** `u32 count`, then as many items. */
  list(): Uint8Array[] {
    const count = this.#count(4);
    return Array.from({ length: count }, () => this.item());
  }

  /** `u32 count`, then as many pairs of items. */
  pairs(): [Uint8Array, Uint8Array][] {
    const count = this.#count(8);
    return Array.from({ length: count }, () => [this.item(), this.item()]);
  }

  /** `u32 count`, then as many elements of `stride` bytes, as one piece. */
  packed(stride: number): Uint8Array {
    return this.bytes(this.#count(stride) * stride);
  }

  /** Faults when anything is left. */
  end(): void {
    ensure(this.leftBytes === 0, 'more bytes than the call has');
  }

  /** A count that the bytes left can hold, so that nothing is allocated for a lie. */
  #count(leastBytesEach: number): number {
    const count = this.u32();
    ensure(count * leastBytesEach <= this.leftBytes, 'a count of more than there is');
    return count;
  }

  #take(length: number): number {
    ensure(length <= this.leftBytes, 'cut short');
    const start = this.#offset;
    this.#offset += length;
    return start;
  }
}
