// Writes the binary format's values. Whoever writes makes sure of the room first.
import { memoryEnd, need, reserveRest } from '../memory';

/** More at once would only be asked for again and again. */
const GROWTH: usize = 1 << 20;

export let out: usize = 0;
let outEnd: usize = 0;

export function startOutput(): void {
  out = reserveRest();
  outEnd = memoryEnd();
}

/** Makes sure of `size` bytes of room. */
export function makeRoom(size: usize): void {
  if (outEnd - out >= size) return;
  need(out + size + GROWTH);
  outEnd = memoryEnd();
}

export function writeU8(byte: u32): void {
  store<u8>(out++, byte);
}

export function writeU32(value: u32): void {
  let rest = value;
  while (rest >= 0x80) {
    store<u8>(out++, (rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  store<u8>(out++, rest);
}

export function writeSigned(value: i64): void {
  let rest = value;
  while (rest < -64 || rest > 63) {
    store<u8>(out++, ((<u32>rest) & 0x7f) | 0x80);
    rest >>= 7;
  }
  store<u8>(out++, (<u32>rest) & 0x7f);
}

/** Appends what lies from `start` to `end`; makes sure of its room. */
export function copy(start: usize, end: usize): void {
  const size = end - start;
  makeRoom(size + 16);
  // Most pieces are a few bytes: two words, whatever comes after them, are copied sooner than memory.copy is called.
  if (size <= 16) {
    store<u64>(out, load<u64>(start));
    store<u64>(out, load<u64>(start, 8), 8);
  } else memory.copy(out, start, size);
  out += size;
}
