import { ByteWriter } from '../oracle/bytes.ts';
import type { WastValue } from './suite.ts';

/** Bytes that the value of each type takes in memory. */
const SIZES: Readonly<Record<string, number>> = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16 };

export const TYPE_CODES: Readonly<Record<string, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

/** Whether the type has bits of its own, unlike a reference. */
export function isNumeric(type: string): boolean {
  return type in SIZES;
}

export function sizeOf(type: string): number {
  return SIZES[type] ?? 0;
}

/** The bits of a constant, little-endian. NaN patterns have none. */
export function bitsOf({ type, lane_type: laneType, value }: WastValue): Uint8Array {
  if (typeof value === 'string') return littleEndian(BigInt(value), sizeOf(type));
  const lanes = value ?? [];
  const out = new ByteWriter();
  for (const lane of lanes) out.bytes(littleEndian(BigInt(lane), laneSize(laneType, lanes.length)));
  return out.done();
}

function laneSize(laneType: string | undefined, count: number): number {
  return laneType === 'i8' ? 1 : laneType === 'i16' ? 2 : 16 / count;
}

function littleEndian(value: bigint, sizeBytes: number): Uint8Array {
  let rest = BigInt.asUintN(sizeBytes * 8, value);
  return Uint8Array.from({ length: sizeBytes }, () => {
    const low = Number(rest & 0xffn);
    rest >>= 8n;
    return low;
  });
}

/** The instruction that makes a constant. */
export function constant(out: ByteWriter, value: WastValue): void {
  const bits = bitsOf(value);
  const view = new DataView(bits.buffer, bits.byteOffset);
  if (value.type === 'i32') out.u8(0x41).s32(view.getInt32(0, true));
  else if (value.type === 'i64') out.u8(0x42).s64(view.getBigInt64(0, true));
  else if (value.type === 'f32') out.u8(0x43).bytes(bits);
  else if (value.type === 'f64') out.u8(0x44).bytes(bits);
  else out.u8(0xfd, 12).bytes(bits);
}

/** The instruction that stores one value, without its memory operand. */
export const STORE_CODES: Readonly<Record<string, readonly number[]>> = {
  i32: [0x36],
  i64: [0x37],
  f32: [0x38],
  f64: [0x39],
  v128: [0xfd, 11],
};

/** Whether the bits in memory are what the script expects, NaN patterns included. */
export function matches(actual: Uint8Array, expected: WastValue): boolean {
  const { value } = expected;
  if (value === undefined) return true;
  const lanes = typeof value === 'string' ? [value] : value;
  const laneType = typeof value === 'string' ? expected.type : (expected.lane_type ?? '');
  const size = typeof value === 'string' ? sizeOf(expected.type) : laneSize(laneType, lanes.length);
  return lanes.every((lane, index) => laneMatches(actual.subarray(index * size, (index + 1) * size), lane));
}

function laneMatches(actual: Uint8Array, lane: string): boolean {
  const bits = actual.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  if (!lane.startsWith('nan:')) return bits === BigInt.asUintN(actual.length * 8, BigInt(lane));
  const isSingle = actual.length === 4;
  const quiet = isSingle ? 0x7fc0_0000n : 0x7ff8_0000_0000_0000n;
  const magnitude = bits & (isSingle ? 0x7fff_ffffn : 0x7fff_ffff_ffff_ffffn);
  // Canonical: the quiet bit alone; arithmetic: the quiet bit and anything; the sign is free in both.
  return lane === 'nan:canonical' ? magnitude === quiet : (magnitude & quiet) === quiet;
}
