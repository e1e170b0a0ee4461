import { assert, fromUtf8, utf8, type Bytes } from '../../core/index.ts';

/** The four major types of CBOR (RFC 8949 §3.1) that tokens are made of. */
const MAJOR = { uint: 0, bytes: 2, text: 3, array: 4 } as const;
/** The low five bits of a head: the argument itself below 24, or how many bytes it takes. */
const INFO = { inByte: 24, in2Bytes: 25, in4Bytes: 26, in8Bytes: 27 } as const;
const UINT32_SPAN = 2 ** 32;

/** Writes canonical CBOR: every head as short as it can be. */
export class CborWriter {
  #bytes = new Uint8Array(128);
  #length = 0;

  /** A whole number from 0 to 2^53 - 1. */
  uint(value: number): this {
    return this.#head(MAJOR.uint, value);
  }

  bytes(value: Uint8Array): this {
    return this.#head(MAJOR.bytes, value.length).raw(value);
  }

  text(value: string): this {
    const encoded = utf8(value);
    return this.#head(MAJOR.text, encoded.length).raw(encoded);
  }

  /** Announces an array of `length` items, which follow. */
  array(length: number): this {
    return this.#head(MAJOR.array, length);
  }

  /** Bytes that are CBOR already. */
  raw(value: Uint8Array): this {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  done(): Bytes {
    return this.#bytes.slice(0, this.#length);
  }

  #head(major: number, argument: number): this {
    assert(Number.isSafeInteger(argument) && argument >= 0, 'CBOR here holds whole numbers that JSON keeps exact');
    const top = major << 5;
    if (argument < INFO.inByte) return this.#push(top | argument);
    if (argument < 2 ** 8) return this.#push(top | INFO.inByte, argument);
    if (argument < 2 ** 16) return this.#push(top | INFO.in2Bytes, argument >> 8, argument);
    if (argument < UINT32_SPAN) return this.#push(top | INFO.in4Bytes, ...bigEndian(argument));
    const high = bigEndian(Math.floor(argument / UINT32_SPAN));
    return this.#push(top | INFO.in8Bytes, ...high, ...bigEndian(argument % UINT32_SPAN));
  }

  #push(...values: readonly number[]): this {
    this.#reserve(values.length);
    for (const value of values) this.#bytes[this.#length++] = value;
    return this;
  }

  #reserve(sizeBytes: number): void {
    if (this.#length + sizeBytes <= this.#bytes.length) return;
    const grown = new Uint8Array(2 * (this.#length + sizeBytes));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** The four bytes of a number below 2^32; stores into bytes keep the low eight bits of each. */
function bigEndian(value: number): readonly number[] {
  return [value >>> 24, value >>> 16, value >>> 8, value];
}

/**
 * Reads what {@link CborWriter} writes and nothing else. What is not there or not canonical reads as undefined, and so
 * does everything after it.
 */
export class CborReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #isBroken = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  uint(): number | undefined {
    return this.#head(MAJOR.uint);
  }

  /** A byte string of exactly `sizeBytes`, or of any size when that is left out. */
  bytes(sizeBytes?: number): Bytes | undefined {
    const length = this.#head(MAJOR.bytes);
    return length === undefined || (sizeBytes ?? length) !== length ? this.#broken() : this.#take(length);
  }

  text(): string | undefined {
    const length = this.#head(MAJOR.text);
    const bytes = length === undefined ? undefined : this.#take(length);
    const text = bytes && fromUtf8(bytes);
    return text ?? this.#broken();
  }

  /** The number of items of an array, which follow. */
  array(): number | undefined {
    return this.#head(MAJOR.array);
  }

  /** Whether everything was read and nothing was wrong. */
  isDone(): boolean {
    return !this.#isBroken && this.#at === this.#bytes.length;
  }

  #head(major: number): number | undefined {
    const first = this.#bytes[this.#at];
    if (this.#isBroken || first === undefined || first >> 5 !== major) return this.#broken();
    this.#at++;
    const info = first & 0x1f;
    if (info < INFO.inByte) return info;
    if (info > INFO.in8Bytes) return this.#broken();
    const sizeBytes = 2 ** (info - INFO.inByte);
    const bytes = this.#take(sizeBytes);
    const argument = bytes?.reduce((value, byte) => value * 256 + byte, 0);
    // Below this the argument would have had a shorter head.
    const least = sizeBytes === 1 ? INFO.inByte : 2 ** (4 * sizeBytes);
    const isCanonical = argument !== undefined && argument >= least && Number.isSafeInteger(argument);
    return isCanonical ? argument : this.#broken();
  }

  #take(sizeBytes: number): Bytes | undefined {
    if (this.#isBroken || sizeBytes > this.#bytes.length - this.#at) return this.#broken();
    this.#at += sizeBytes;
    return new Uint8Array(this.#bytes.subarray(this.#at - sizeBytes, this.#at));
  }

  #broken(): undefined {
    this.#isBroken = true;
    return undefined;
  }
}
