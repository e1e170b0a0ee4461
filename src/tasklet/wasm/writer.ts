import { utf8, type Bytes } from '../../core/index.ts';

/** Bytes that {@link ByteWriter.u32} writes for `value`. */
export function sizeOfU32(value: number): number {
  return value < 0x80 ? 1 : Math.ceil((32 - Math.clz32(value)) / 7);
}

/** Writes the binary format's values into a buffer that grows. */
export class ByteWriter {
  private bytes: Bytes;
  private at = 0;

  constructor(sizeBytesExpected = 1024) {
    this.bytes = new Uint8Array(Math.max(16, sizeBytesExpected));
  }

  /** Bytes written so far. */
  get length(): number {
    return this.at;
  }

  u8(byte: number): void {
    if (this.at === this.bytes.length) this.reserve(1);
    this.bytes[this.at++] = byte;
  }

  u32(value: number): void {
    if (this.at + 5 > this.bytes.length) this.reserve(sizeOfU32(value));
    const { bytes } = this;
    let rest = value >>> 0;
    while (rest >= 0x80) {
      bytes[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[this.at++] = rest;
  }

  s32(value: number): void {
    if (this.at + 5 > this.bytes.length) this.reserve(5);
    const { bytes } = this;
    let rest = value | 0;
    while (rest < -64 || rest > 63) {
      bytes[this.at++] = (rest & 0x7f) | 0x80;
      rest >>= 7;
    }
    bytes[this.at++] = rest & 0x7f;
  }

  s64(value: bigint): void {
    let rest = BigInt.asIntN(64, value);
    while (rest < -64n || rest > 63n) {
      this.u8(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.u8(Number(rest & 0x7fn));
  }

  append(source: Uint8Array): void {
    if (this.at + source.length > this.bytes.length) this.reserve(source.length);
    this.bytes.set(source, this.at);
    this.at += source.length;
  }

  /** Appends `source[start..end)`; short pieces byte by byte, which is faster than a view of them. */
  copy(source: Uint8Array, start: number, end: number): void {
    const size = end - start;
    if (this.at + size > this.bytes.length) this.reserve(size);
    if (size > 64) {
      this.bytes.set(source.subarray(start, end), this.at);
      this.at += size;
      return;
    }
    const { bytes, at } = this;
    for (let index = 0; index < size; index++) bytes[at + index] = source[start + index] ?? 0;
    this.at = at + size;
  }

  /** Appends `[start..end)` of what `source` holds. */
  copyFrom(source: ByteWriter, start: number, end: number): void {
    this.copy(source.bytes, start, end);
  }

  /** UTF-8 text with its length before it. */
  text(text: string): void {
    const encoded = utf8(text);
    this.u32(encoded.length);
    this.append(encoded);
  }

  /** A section: id, size, then what `content` holds. */
  section(id: number, content: ByteWriter): void {
    this.u8(id);
    this.sized(content);
  }

  /** What `content` holds, with its size before it: a function body. */
  sized(content: ByteWriter): void {
    this.u32(content.at);
    this.append(content.bytes.subarray(0, content.at));
  }

  /** What was written, in an array of its own; the last call of a writer, which may give its own array away. */
  toBytes(): Bytes {
    return this.at === this.bytes.length ? this.bytes : this.bytes.slice(0, this.at);
  }

  private reserve(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.at + count));
    grown.set(this.bytes.subarray(0, this.at));
    this.bytes = grown;
  }
}
