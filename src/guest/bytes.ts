// Reading and writing bytes without ever trapping: a reader past its end answers 0 and says so, a writer grows.

const HEX = '0123456789abcdef';

/** UTF-8 bytes of `text`; a lone surrogate becomes U+FFFD, so the bytes are always valid. */
export function utf8(text: string): Uint8Array {
  return Uint8Array.wrap(String.UTF8.encode(text, false, String.UTF8.ErrorMode.REPLACE));
}

/** Text of UTF-8 `bytes`. */
export function fromUtf8(bytes: Uint8Array): string {
  return String.UTF8.decodeUnsafe(bytes.dataStart, bytes.length);
}

/** Lower-case hex of `bytes`, two characters a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) {
    const byte = <i32>unchecked(bytes[i]);
    text += HEX.charAt(byte >> 4) + HEX.charAt(byte & 15);
  }
  return text;
}

/** Bounded reads from bytes that may be cut short or hostile. */
export class ByteReader {
  /** Whether any read went past the end. Such a read answers 0. */
  isShort: bool = false;

  constructor(readonly bytes: Uint8Array) {}

  get length(): u32 {
    return <u32>this.bytes.length;
  }

  has(offset: u64, count: u64): bool {
    return offset <= <u64>this.length && count <= <u64>this.length - offset;
  }

  u8(offset: u64): u32 {
    if (!this.need(offset, 1)) return 0;
    return <u32>load<u8>(this.bytes.dataStart + <usize>offset);
  }

  u16le(offset: u64): u32 {
    if (!this.need(offset, 2)) return 0;
    return <u32>load<u16>(this.bytes.dataStart + <usize>offset);
  }

  u16be(offset: u64): u32 {
    return <u32>bswap<u16>(<u16>this.u16le(offset));
  }

  u32le(offset: u64): u32 {
    if (!this.need(offset, 4)) return 0;
    return load<u32>(this.bytes.dataStart + <usize>offset);
  }

  u32be(offset: u64): u32 {
    return bswap<u32>(this.u32le(offset));
  }

  u64le(offset: u64): u64 {
    if (!this.need(offset, 8)) return 0;
    return load<u64>(this.bytes.dataStart + <usize>offset);
  }

  /** Whether the ASCII `text` stands at `offset`. */
  matches(offset: u64, text: string): bool {
    if (!this.has(offset, text.length)) return false;
    for (let i = 0; i < text.length; i++) {
      if (<i32>load<u8>(this.bytes.dataStart + <usize>offset + i) !== text.charCodeAt(i)) return false;
    }
    return true;
  }

  private need(offset: u64, count: u64): bool {
    if (this.has(offset, count)) return true;
    this.isShort = true;
    return false;
  }
}

/** A growing array of bytes. */
export class ByteWriter {
  private buffer: Uint8Array;
  private used: i32 = 0;

  constructor(capacity: i32 = 256) {
    this.buffer = new Uint8Array(max(capacity, 16));
  }

  get length(): i32 {
    return this.used;
  }

  u8(value: u32): this {
    this.reserve(1);
    store<u8>(this.buffer.dataStart + this.used, <u8>value);
    this.used += 1;
    return this;
  }

  u16le(value: u32): this {
    this.reserve(2);
    store<u16>(this.buffer.dataStart + this.used, <u16>value);
    this.used += 2;
    return this;
  }

  u32le(value: u32): this {
    this.reserve(4);
    store<u32>(this.buffer.dataStart + this.used, value);
    this.used += 4;
    return this;
  }

  u64le(value: u64): this {
    this.reserve(8);
    store<u64>(this.buffer.dataStart + this.used, value);
    this.used += 8;
    return this;
  }

  u32be(value: u32): this {
    return this.u32le(bswap<u32>(value));
  }

  bytes(value: Uint8Array): this {
    this.reserve(value.length);
    memory.copy(this.buffer.dataStart + this.used, value.dataStart, value.length);
    this.used += value.length;
    return this;
  }

  /** UTF-8 of `value`. */
  text(value: string): this {
    const size = String.UTF8.byteLength(value);
    this.reserve(size);
    const at = this.buffer.dataStart + this.used;
    this.used += <i32>(
      String.UTF8.encodeUnsafe(changetype<usize>(value), value.length, at, false, String.UTF8.ErrorMode.REPLACE)
    );
    return this;
  }

  /** What was written so far. Shares memory with the writer: take it last. */
  toBytes(): Uint8Array {
    return this.buffer.subarray(0, this.used);
  }

  private reserve(count: i32): void {
    const wanted = this.used + count;
    if (wanted <= this.buffer.length) return;
    const grown = new Uint8Array(max(wanted, this.buffer.length * 2));
    memory.copy(grown.dataStart, this.buffer.dataStart, this.used);
    this.buffer = grown;
  }
}
