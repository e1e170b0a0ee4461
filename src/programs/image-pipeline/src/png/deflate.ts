import { ByteWriter } from 'grafos-std';

const ADLER_MODULUS: u32 = 65521; // RFC 1950 §8.2
const HASH_BITS: u32 = 13;
const MATCH_MIN: i32 = 3;
const MATCH_MAX: i32 = 258;
const DISTANCE_MAX: i32 = 32768;
const END_OF_BLOCK: u32 = 256;

/** `data` as a zlib stream: one block with the fixed codes of RFC 1951 §3.2.6, and what has just been said not said again. */
export function deflate(data: Uint8Array): Uint8Array {
  const out = new BitWriter(data.length / 2 + 64);
  out.bytes.u8(0x78).u8(0x9c);
  out.put(1, 1);
  out.put(1, 2);
  const latest = new StaticArray<i32>(1 << HASH_BITS);
  for (let i = 0; i < latest.length; i++) latest[i] = -1;
  let at = 0;
  while (at < data.length) {
    let length = 0;
    let from = -1;
    if (at + MATCH_MIN <= data.length) {
      const slot = slotOf(data, at);
      from = latest[slot];
      latest[slot] = at;
      if (from >= 0 && at - from <= DISTANCE_MAX) length = matchAt(data, from, at);
    }
    if (length < MATCH_MIN) {
      out.symbol(data[at++]);
      continue;
    }
    out.match(length, at - from);
    const end = at + length;
    for (at++; at < end; at++) if (at + MATCH_MIN <= data.length) latest[slotOf(data, at)] = at;
  }
  out.symbol(END_OF_BLOCK);
  out.flush();
  return out.bytes.u32be(adler32(data)).toBytes();
}

function slotOf(data: Uint8Array, at: i32): u32 {
  const three = ((<u32>data[at]) << 16) | ((<u32>data[at + 1]) << 8) | (<u32>data[at + 2]);
  return (three * 0x9e3779b1) >>> (32 - HASH_BITS);
}

function matchAt(data: Uint8Array, from: i32, at: i32): i32 {
  const most = min(MATCH_MAX, data.length - at);
  let length = 0;
  while (length < most && unchecked(data[from + length]) === unchecked(data[at + length])) length++;
  return length;
}

class BitWriter {
  readonly bytes: ByteWriter;
  private held: u32 = 0;
  private count: u32 = 0;

  constructor(capacity: i32) {
    this.bytes = new ByteWriter(capacity);
  }

  put(value: u32, bits: u32): void {
    this.held |= value << this.count;
    this.count += bits;
    while (this.count >= 8) {
      this.bytes.u8(this.held);
      this.held >>>= 8;
      this.count -= 8;
    }
  }

  flush(): void {
    if (this.count > 0) this.put(0, 8 - this.count);
  }

  symbol(symbol: u32): void {
    if (symbol < 144) this.code(0x30 + symbol, 8);
    else if (symbol < 256) this.code(0x190 + symbol - 144, 9);
    else if (symbol < 280) this.code(symbol - 256, 7);
    else this.code(0xc0 + symbol - 280, 8);
  }

  match(length: i32, distance: i32): void {
    if (length === MATCH_MAX) {
      this.symbol(285);
    } else {
      const over = <u32>(length - MATCH_MIN);
      const extra: u32 = over < 8 ? 0 : 29 - clz<u32>(over);
      this.symbol(257 + (extra << 2) + (over >>> extra));
      this.put(over & ((1 << extra) - 1), extra);
    }
    const over = <u32>(distance - 1);
    const extra: u32 = over < 4 ? 0 : 30 - clz<u32>(over);
    this.code((extra << 1) + (over >>> extra), 5);
    this.put(over & ((1 << extra) - 1), extra);
  }

  /** Codes go highest bit first, unlike everything else. */
  private code(code: u32, bits: u32): void {
    for (let bit = <i32>bits - 1; bit >= 0; bit--) this.put((code >>> bit) & 1, 1);
  }
}

function adler32(data: Uint8Array): u32 {
  let low: u32 = 1;
  let high: u32 = 0;
  for (let i = 0; i < data.length; i++) {
    low = (low + unchecked(data[i])) % ADLER_MODULUS;
    high = (high + low) % ADLER_MODULUS;
  }
  return (high << 16) | low;
}
