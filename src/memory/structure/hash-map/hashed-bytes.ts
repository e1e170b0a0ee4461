/** FNV-1a, 64 bits: offset basis and prime (RFC 9923), the prime being 2^40 + 435. */
const BASIS_HIGH = 0xcbf29ce4;
const PRIME_LOW = 435;

/** What the low half of a hash begins with. */
export const LOW_HASH_BASIS = 0x84222325 | 0;

/** The low half of a hash after one more byte: it does not depend on the high one. */
export function lowHashAfter(low: number, byte: number): number {
  return Math.imul(low ^ byte, PRIME_LOW);
}

/**
 * Bytes with the low half of their hash, which is all that finding a key in most tables takes, and which costs next to
 * nothing while they are written. Its fields are declared as those of the table are, for the same reason.
 */
export class HashedBytes {
  declare readonly bytes: Uint8Array;
  /** How many of them count; -1 when what was to be written does not fit. */
  declare length: number;
  /** As a signed number. */
  declare low: number;

  /** Room for `sizeBytes`. */
  constructor(sizeBytes: number) {
    this.bytes = new Uint8Array(sizeBytes);
    this.length = 0;
    this.low = LOW_HASH_BASIS;
  }

  static of(source: Uint8Array): HashedBytes {
    const hashed = new HashedBytes(source.length);
    hashed.set(source);
    return hashed;
  }

  set(source: Uint8Array): void {
    const { length } = source;
    const fits = length <= this.bytes.length;
    this.length = fits ? length : -1;
    if (!fits) return;
    this.bytes.set(source);
    let low = LOW_HASH_BASIS;
    for (let at = 0; at < length; at++) low = lowHashAfter(low, source[at] ?? 0);
    this.low = low;
  }

  /** The high half. */
  high(): number {
    const { bytes, length } = this;
    let high = BASIS_HIGH;
    let low = LOW_HASH_BASIS;
    for (let at = 0; at < length; at++) {
      low ^= bytes[at] ?? 0;
      const middle = Math.imul(low >>> 16, PRIME_LOW) + (Math.imul(low & 0xffff, PRIME_LOW) >>> 16);
      high = (Math.imul(high, PRIME_LOW) + (middle >>> 16) + (low << 8)) | 0;
      low = Math.imul(low, PRIME_LOW);
    }
    return high >>> 0;
  }
}
