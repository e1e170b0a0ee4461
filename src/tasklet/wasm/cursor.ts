import { fromUtf8 } from '../../core/index.ts';
import { limitExceeded, malformed, type WasmFault } from './denial.ts';
import { WASM_LIMITS } from './limits.ts';

/**
 * Reads the binary format's small values from `bytes[at..end)`, each as strictly as the specification asks (§5.2): LEB128
 * of at most the type's length, unused bits equal to the sign. Throws a WasmFault at the first byte that is wrong.
 */
export class Cursor {
  readonly bytes: Uint8Array;
  at: number;
  end: number;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** The next byte without taking it; -1 at the end. */
  peek(): number {
    return this.at < this.end ? (this.bytes[this.at] ?? -1) : -1;
  }

  u8(): number {
    if (this.at >= this.end) throw this.ended();
    return this.bytes[this.at++] ?? 0;
  }

  u32(): number {
    const byte = this.u8();
    return byte < 0x80 ? byte : this.longU32(byte);
  }

  s32(): number {
    const byte = this.u8();
    return byte < 0x80 ? (byte << 25) >> 25 : this.longS32(byte);
  }

  /** Signed, 33 bits: the index form of a block type. */
  s33(): number {
    let value = 0;
    let scale = 1;
    for (let count = 1; count < 5; count++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return byte & 0x40 ? value - scale : value;
    }
    const last = this.u8();
    const sign = last & 0x10;
    if (last >= 0x80) throw this.tooLong();
    if ((last & 0x60) !== (sign ? 0x60 : 0)) throw this.tooLarge();
    value += (last & 0x1f) * scale;
    return sign ? value - scale * 32 : value;
  }

  /** Passes over a signed 64-bit value, checking its form. */
  skipS64(): void {
    for (let count = 1; count < 10; count++) {
      if (this.u8() < 0x80) return;
    }
    const last = this.u8();
    if (last >= 0x80) throw this.tooLong();
    if (last !== 0 && last !== 0x7f) throw this.tooLarge();
  }

  skip(count: number): void {
    if (count > this.end - this.at) throw this.ended();
    this.at += count;
  }

  /** The next `count` bytes, as a view. */
  take(count: number): Uint8Array {
    const start = this.at;
    this.skip(count);
    return this.bytes.subarray(start, this.at);
  }

  /** A UTF-8 name with its length before it. */
  text(): string {
    const start = this.at;
    const length = this.u32();
    if (length > WASM_LIMITS.nameBytesMax)
      throw limitExceeded('bytes of a name', length, WASM_LIMITS.nameBytesMax, start);
    const text = this.shortAscii(length) ?? fromUtf8(this.take(length));
    if (text === undefined) throw malformed('a name is not UTF-8', start);
    return text;
  }

  /** A count of things that take at least `bytesEach` bytes here, so that a false count cannot cost memory. */
  count(what: string, limit: number, bytesEach = 1): number {
    const start = this.at;
    const count = this.u32();
    if (count > limit) throw limitExceeded(what, count, limit, start);
    if (count * bytesEach > this.end - this.at) throw malformed(`${what}: ${count} do not fit in what is left`, start);
    return count;
  }

  /** Most names are a few plain characters, and a decoder's call for each would be most of the reading. */
  private shortAscii(length: number): string | undefined {
    if (length > 32 || length > this.end - this.at) return undefined;
    let text = '';
    for (let at = this.at; at < this.at + length; at++) {
      const byte = this.bytes[at] ?? 0;
      if (byte >= 0x80) return undefined;
      text += String.fromCharCode(byte);
    }
    this.at += length;
    return text;
  }

  private longU32(first: number): number {
    let value = first & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    const last = this.u8();
    if (last >= 0x80) throw this.tooLong();
    if (last > 0x0f) throw this.tooLarge();
    return (value | (last << 28)) >>> 0;
  }

  private longS32(first: number): number {
    let value = first & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value << (25 - shift)) >> (25 - shift);
    }
    const last = this.u8();
    if (last >= 0x80) throw this.tooLong();
    if ((last & 0x70) !== (last & 0x08 ? 0x70 : 0)) throw this.tooLarge();
    return value | (last << 28);
  }

  private ended(): WasmFault {
    return malformed('unexpected end', this.at);
  }

  private tooLong(): WasmFault {
    return malformed('integer representation too long', this.at - 1);
  }

  private tooLarge(): WasmFault {
    return malformed('integer too large', this.at - 1);
  }
}
