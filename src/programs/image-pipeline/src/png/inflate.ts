import { ByteReader } from 'grafos-std';

const LENGTH_BASE: StaticArray<u16> = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_BITS: StaticArray<u8> = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
const DISTANCE_BASE: StaticArray<u16> = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const DISTANCE_BITS: StaticArray<u8> = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const LENGTHS_ORDER: StaticArray<u8> = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const CODE_BITS_MAX: i32 = 15;
const END_OF_BLOCK: i32 = 256;

/** A canonical Huffman code: how many codes have each length, and the symbols in their order. */
class Code {
  private readonly counts: StaticArray<i32> = new StaticArray<i32>(CODE_BITS_MAX + 1);
  private readonly symbols: StaticArray<i32>;

  constructor(lengths: StaticArray<u8>, from: i32, count: i32) {
    this.symbols = new StaticArray<i32>(count);
    for (let i = 0; i < count; i++) this.counts[lengths[from + i]]++;
    const offsets = new StaticArray<i32>(CODE_BITS_MAX + 2);
    for (let bits = 1; bits <= CODE_BITS_MAX; bits++) offsets[bits + 1] = offsets[bits] + this.counts[bits];
    for (let i = 0; i < count; i++) {
      const bits = lengths[from + i];
      if (bits !== 0) this.symbols[offsets[bits]++] = i;
    }
    this.counts[0] = 0;
  }

  /** The next symbol; -1 when the bits are no code. */
  read(bits: Bits): i32 {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= CODE_BITS_MAX; length++) {
      code |= <i32>bits.take(1);
      const count = unchecked(this.counts[length]);
      if (code - first < count) return unchecked(this.symbols[index + code - first]);
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return -1;
  }
}

/** Bits from the lowest on. Past the end they are 0, and `isShort` says so. */
class Bits {
  private held: u32 = 0;
  private count: u32 = 0;
  isShort: bool = false;

  constructor(
    private readonly bytes: Uint8Array,
    private at: i32,
  ) {}

  take(wanted: u32): u32 {
    while (this.count < wanted) {
      if (this.at >= this.bytes.length) {
        this.isShort = true;
        return 0;
      }
      this.held |= (<u32>unchecked(this.bytes[this.at++])) << this.count;
      this.count += 8;
    }
    const value = this.held & ((1 << wanted) - 1);
    this.held >>>= wanted;
    this.count -= wanted;
    return value;
  }

  /** Copies whole bytes, from the next one on. */
  copy(target: Uint8Array, to: i32, length: i32): bool {
    this.held = 0;
    this.count = 0;
    if (length > this.bytes.length - this.at) return false;
    memory.copy(target.dataStart + to, this.bytes.dataStart + this.at, length);
    this.at += length;
    return true;
  }

  /** A number of two bytes at the next whole one. */
  word(): i32 {
    this.held = 0;
    this.count = 0;
    return <i32>(this.take(8) | (this.take(8) << 8));
  }
}

/** The `size` bytes of a zlib stream (RFC 1950, RFC 1951), or null when it is not one of them. Its checksum is not looked at. */
export function inflate(stream: Uint8Array, size: i32): Uint8Array | null {
  const head = new ByteReader(stream);
  if ((head.u8(0) & 15) !== 8 || head.u16be(0) % 31 !== 0) return null;
  const bits = new Bits(stream, 2);
  const out = new Uint8Array(size);
  let at = 0;
  let isLast = false;
  while (!isLast) {
    isLast = bits.take(1) === 1;
    const kind = bits.take(2);
    if (kind === 0) {
      const length = bits.word();
      bits.word();
      if (length > size - at || !bits.copy(out, at, length)) return null;
      at += length;
    } else if (kind < 3) {
      at = block(bits, kind === 2, out, at);
      if (at < 0) return null;
    } else {
      return null;
    }
    if (bits.isShort) return null;
  }
  return at === size ? out : null;
}

/** Where the block ends in `out`; -1 when it is malformed or too long. */
function block(bits: Bits, isDynamic: bool, out: Uint8Array, from: i32): i32 {
  const lengths = new StaticArray<u8>(320);
  let literals = 288;
  let distances = 30;
  if (isDynamic) {
    literals = 257 + <i32>bits.take(5);
    distances = 1 + <i32>bits.take(5);
    if (!readLengths(bits, lengths, literals + distances)) return -1;
  } else {
    for (let i = 0; i < 288; i++) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    for (let i = 288; i < 318; i++) lengths[i] = 5;
  }
  const literalCode = new Code(lengths, 0, literals);
  const distanceCode = new Code(lengths, literals, distances);
  let at = from;
  while (!bits.isShort) {
    const symbol = literalCode.read(bits);
    if (symbol < 0) return -1;
    if (symbol === END_OF_BLOCK) return at;
    if (symbol < END_OF_BLOCK) {
      if (at >= out.length) return -1;
      unchecked((out[at++] = <u8>symbol));
      continue;
    }
    const lengthIndex = symbol - 257;
    if (lengthIndex >= LENGTH_BASE.length) return -1;
    const length = <i32>LENGTH_BASE[lengthIndex] + <i32>bits.take(LENGTH_BITS[lengthIndex]);
    const distanceIndex = distanceCode.read(bits);
    if (distanceIndex < 0 || distanceIndex >= DISTANCE_BASE.length) return -1;
    const distance = <i32>DISTANCE_BASE[distanceIndex] + <i32>bits.take(DISTANCE_BITS[distanceIndex]);
    if (distance > at || length > out.length - at) return -1;
    // Byte by byte: what is copied may be what has just been written.
    for (let i = 0; i < length; i++, at++) unchecked((out[at] = out[at - distance]));
  }
  return -1;
}

function readLengths(bits: Bits, lengths: StaticArray<u8>, wanted: i32): bool {
  const own = new StaticArray<u8>(19);
  const count = 4 + <i32>bits.take(4);
  for (let i = 0; i < count; i++) own[LENGTHS_ORDER[i]] = <u8>bits.take(3);
  const code = new Code(own, 0, 19);
  let at = 0;
  while (at < wanted) {
    const symbol = code.read(bits);
    if (symbol < 0 || bits.isShort) return false;
    if (symbol < 16) {
      lengths[at++] = <u8>symbol;
      continue;
    }
    if (symbol === 16 && at === 0) return false;
    const value: u8 = symbol === 16 ? lengths[at - 1] : 0;
    let times = symbol === 16 ? 3 + <i32>bits.take(2) : symbol === 17 ? 3 + <i32>bits.take(3) : 11 + <i32>bits.take(7);
    if (times > wanted - at) return false;
    for (; times > 0; times--) lengths[at++] = value;
  }
  return true;
}
