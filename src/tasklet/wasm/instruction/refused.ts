import { featureRefused, malformed, type WasmFault } from '../denial.ts';

/** Opcodes of proposals that the profile does not take, by the proposal's name: first code, last code, name. */
const REFUSED: readonly (readonly [first: number, last: number, feature: string])[] = [
  [0x06, 0x0a, 'exception handling'],
  [0x14, 0x17, 'typed function references'],
  [0x18, 0x19, 'exception handling'],
  [0x1f, 0x1f, 'exception handling'],
  [0xd3, 0xd3, 'garbage collection'],
  [0xd4, 0xd6, 'typed function references'],
  [0xe0, 0xe6, 'stack switching'],
  [0xfb, 0xfb, 'garbage collection'],
  [0xfe, 0xfe, 'threads'],
];

/** Why there is no instruction with this first byte here. */
export function refusedOpcode(byte: number, offset: number): WasmFault {
  const known = REFUSED.find(([first, last]) => byte >= first && byte <= last);
  const hex = `0x${byte.toString(16).padStart(2, '0')}`;
  return known === undefined
    ? malformed(`there is no opcode ${hex}`, offset)
    : featureRefused(known[2], offset, `opcode ${hex}`);
}

/** Why there is no instruction with this code behind the prefix. */
export function refusedPrefixed(prefix: number, code: number, offset: number): WasmFault {
  const hex = `0x${prefix.toString(16)} 0x${code.toString(16)}`;
  if (prefix === 0xfd && code >= 0x100 && code <= 0x12f) return featureRefused('relaxed SIMD', offset, `opcode ${hex}`);
  if (prefix === 0xfc && code >= 19 && code <= 22) return featureRefused('wide arithmetic', offset, `opcode ${hex}`);
  return malformed(`there is no opcode ${hex}`, offset);
}

/** Value and heap types of later proposals, by their byte. */
const REFUSED_TYPES: readonly (readonly [first: number, last: number, feature: string])[] = [
  [0x77, 0x78, 'garbage collection'],
  [0x74, 0x75, 'exception handling'],
  [0x71, 0x73, 'garbage collection'],
  [0x6a, 0x6e, 'garbage collection'],
  [0x69, 0x69, 'exception handling'],
  [0x68, 0x68, 'stack switching'],
  [0x67, 0x67, 'stringref'],
  [0x63, 0x64, 'typed function references'],
  [0x61, 0x62, 'stringref'],
];

/** Why `byte` is not a type here. */
export function refusedType(byte: number, offset: number): WasmFault {
  const known = REFUSED_TYPES.find(([first, last]) => byte >= first && byte <= last);
  const hex = `0x${byte.toString(16).padStart(2, '0')}`;
  return known === undefined
    ? malformed(`there is no type ${hex}`, offset)
    : featureRefused(known[2], offset, `type ${hex}`);
}
