import type { Bytes } from '../../../core/index.ts';

const SIZE_BYTES_FIRST = 64;

/** Writes a call or an answer from front to back. */
export class ByteWriter {
  #buffer: Bytes = new Uint8Array(SIZE_BYTES_FIRST);
  #view = new DataView(this.#buffer.buffer);
  #sizeBytes = 0;

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  u8(value: number): this {
    const start = this.#grow(1);
    this.#view.setUint8(start, value);
    return this;
  }

  u16(value: number): this {
    const start = this.#grow(2);
    this.#view.setUint16(start, value, true);
    return this;
  }

  u32(value: number): this {
    const start = this.#grow(4);
    this.#view.setUint32(start, value, true);
    return this;
  }

  /** A whole number below 2^53, or 64 bits. */
  u64(value: number | bigint): this {
    const start = this.#grow(8);
    this.#view.setBigUint64(start, BigInt(value), true);
    return this;
  }

  f64(value: number): this {
    const start = this.#grow(8);
    this.#view.setFloat64(start, value, true);
    return this;
  }

  bytes(value: Uint8Array): this {
    const start = this.#grow(value.length);
    this.#buffer.set(value, start);
    return this;
  }

  /** `u32 length, bytes`. */
  item(value: Uint8Array): this {
    return this.u32(value.length).bytes(value);
  }

  /** `u32 count`, then the items. */
  list(values: readonly Uint8Array[]): this {
    this.u32(values.length);
    for (const value of values) this.item(value);
    return this;
  }

  /** `u32 count`, then the pairs of items. */
  pairs(values: readonly (readonly [Uint8Array, Uint8Array])[]): this {
    this.u32(values.length);
    for (const [key, value] of values) this.item(key).item(value);
    return this;
  }

  /** `u32 count`, then the elements, all of one size, without lengths. */
  packed(values: readonly Uint8Array[]): this {
    this.u32(values.length);
    for (const value of values) this.bytes(value);
    return this;
  }

  /** Leaves room for a u32 that is known later. */
  later(): number {
    return this.#grow(4);
  }

  setLater(offset: number, value: number): void {
    this.#view.setUint32(offset, value, true);
  }

  toBytes(): Bytes {
    return this.#buffer.slice(0, this.#sizeBytes);
  }

  #grow(count: number): number {
    const start = this.#sizeBytes;
    this.#sizeBytes += count;
    if (this.#sizeBytes > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(2 * this.#buffer.length, this.#sizeBytes));
      grown.set(this.#buffer);
      this.#buffer = grown;
      this.#view = new DataView(grown.buffer);
    }
    return start;
  }
}
