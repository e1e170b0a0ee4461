// The binary format's small values, read as strictly as the specification asks (§5.2). What is wrong ends the reading of the body.

export let at: usize = 0;
export let end: usize = 0;
/** Whether something was wrong with what was read or checked. */
export let isBad: bool = false;

export function readFrom(from: usize, to: usize): void {
  at = from;
  end = to;
  isBad = false;
}

export function moveTo(next: usize): void {
  at = next;
}

export function refuse(): void {
  isBad = true;
}

export function readU8(): u32 {
  if (at >= end) {
    isBad = true;
    return 0;
  }
  return load<u8>(at++);
}

export function peekU8(): i32 {
  return at < end ? <i32>load<u8>(at) : -1;
}

export function skip(count: usize): void {
  if (count > end - at) isBad = true;
  else at += count;
}

export function readU32(): u32 {
  const byte = readU8();
  return byte < 0x80 ? byte : longU32(byte);
}

function longU32(first: u32): u32 {
  let value = first & 0x7f;
  for (let shift: u32 = 7; shift < 28; shift += 7) {
    const byte = readU8();
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  const last = readU8();
  if (last > 0x0f) isBad = true;
  return value | (last << 28);
}

/** A signed number of 32, 33 or 64 bits; of the last, only its form is of use. */
export function readSigned(bits: i32): i64 {
  let value: i64 = 0;
  let shift: i32 = 0;
  for (;;) {
    const byte = <i64>readU8();
    if (isBad) return 0;
    value |= (byte & 0x7f) << shift;
    shift += 7;
    if (shift < bits) {
      if (byte >= 0x80) continue;
      return byte & 0x40 ? value | ((<i64>-1) << shift) : value;
    }
    // The last byte that there may be: bits beyond the type's are equal to its sign.
    const used = bits - (shift - 7);
    const sign = (byte >> (used - 1)) & 1;
    const rest = byte >> used;
    if (byte >= 0x80 || rest != (sign == 0 ? 0 : 0x7f >> used)) isBad = true;
    if (shift >= 64) return value;
    return sign == 0 ? value : value | ((<i64>-1) << (bits - 1));
  }
}

/** The offset after a number of at most four bytes, else one past everything; nothing is checked. */
export function afterNumber(from: usize): usize {
  if (load<u8>(from) < 0x80) return from + 1;
  if (load<u8>(from, 1) < 0x80) return from + 2;
  if (load<u8>(from, 2) < 0x80) return from + 3;
  return load<u8>(from, 3) < 0x80 ? from + 4 : 0xffffffff;
}

/** A number that is known to be sound. */
export function soundU32(): u32 {
  let value: u32 = 0;
  let next = at;
  for (let shift: u32 = 0; ; shift += 7) {
    const byte = <u32>load<u8>(next++);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  at = next;
  return value;
}
