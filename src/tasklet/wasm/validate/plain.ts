import { type Cursor } from '../cursor.ts';
import {
  alignmentOf,
  featureOf,
  IMMEDIATE,
  immediateOf,
  isPlain,
  opcodeOf,
  signatureOf,
} from '../instruction/index.ts';
import { type Body } from './body.ts';

/** How {@link passPlain} reads what follows an opcode. */
const FORM = {
  /** Not passed over. */
  other: 0,
  none: 1,
  memory: 2,
  i32: 3,
  i64: 4,
  f32: 5,
  f64: 6,
  localGet: 7,
  localSet: 8,
  localTee: 9,
  globalGet: 10,
  globalSet: 11,
} as const;

const formOf = formTable();
/** As `signatureOf`, all of them below 2^31. */
const signatures = Int32Array.from(signatureOf.subarray(0, 256));

function formTable(): Uint8Array {
  const byImmediate = new Map<number, number>([
    [IMMEDIATE.none, FORM.none],
    [IMMEDIATE.memory, FORM.memory],
    [IMMEDIATE.i32, FORM.i32],
    [IMMEDIATE.i64, FORM.i64],
    [IMMEDIATE.f32, FORM.f32],
    [IMMEDIATE.f64, FORM.f64],
  ]);
  const table = new Uint8Array(256);
  for (let byte = 0; byte < table.length; byte++) {
    if (isPlain[byte] === 1 && featureOf[byte] === 0)
      table[byte] = byImmediate.get(immediateOf[byte] ?? 0) ?? FORM.other;
  }
  table[opcodeOf('nop')] = FORM.other;
  table[opcodeOf('local.get')] = FORM.localGet;
  table[opcodeOf('local.set')] = FORM.localSet;
  table[opcodeOf('local.tee')] = FORM.localTee;
  table[opcodeOf('global.get')] = FORM.globalGet;
  table[opcodeOf('global.set')] = FORM.globalSet;
  return table;
}

/**
 * Passes over instructions that do no more than compute, most of all code, and answers how many. What is unusual or wrong
 * about one is left to the walk's own way, which tells what: here nothing is refused.
 */
export function passPlain(body: Body, cursor: Cursor): number {
  const { bytes, end } = cursor;
  const { operands, hasMemory } = body;
  const { types, base } = operands;
  let { height, most } = operands;
  let { at } = cursor;
  let count = 0;
  passing: while (at < end && height < types.length) {
    const byte = bytes[at] ?? 0;
    let next = at + 1;
    const form = formOf[byte] ?? FORM.other;
    let signature = signatures[byte] ?? 0;
    switch (form) {
      case FORM.none:
        break;
      case FORM.memory:
        if (!hasMemory || (bytes[next] ?? 0) > (alignmentOf[byte] ?? 0)) break passing;
        next = afterNumber(bytes, next + 1);
        break;
      case FORM.i32:
      case FORM.i64:
        next = afterNumber(bytes, next);
        break;
      case FORM.f32:
        next += 4;
        break;
      case FORM.f64:
        next += 8;
        break;
      case FORM.other:
        break passing;
      default:
        signature = indexedSignature(body, form, bytes[next++] ?? 0);
        if (signature === 0) break passing;
    }
    if (next > end) break;
    let top = height;
    const last = signature & 0xff;
    if (last !== 0) {
      if (top === base || types[--top] !== last) break;
      const second = (signature >>> 8) & 0xff;
      if (second !== 0 && (top === base || types[--top] !== second)) break;
    }
    const result = signature >>> 24;
    if (result !== 0) types[top++] = result;
    height = top;
    if (height > most) most = height;
    at = next;
    count++;
  }
  cursor.at = at;
  operands.height = height;
  operands.most = most;
  return count;
}

/** The signature of an instruction that names a local or a global by a short index; 0 when it is not to be passed over. */
function indexedSignature(body: Body, form: number, index: number): number {
  const { localTypes, localCount, globalTypes, globalTypesSet } = body;
  if (index >= 0x80) return 0;
  if (form === FORM.globalGet) return (globalTypes[index] ?? 0) << 24;
  if (form === FORM.globalSet) return globalTypesSet[index] ?? 0;
  const type = index < localCount ? (localTypes[index] ?? 0) : 0;
  return form === FORM.localGet ? type << 24 : form === FORM.localSet ? type : type | (type << 24);
}

/** An offset past everything. */
const BEYOND = 0x7fffffff;

/** The offset after a LEB128 number of at most four bytes, else {@link BEYOND}. */
function afterNumber(bytes: Uint8Array, at: number): number {
  if ((bytes[at] ?? 0) < 0x80) return at + 1;
  if ((bytes[at + 1] ?? 0) < 0x80) return at + 2;
  if ((bytes[at + 2] ?? 0) < 0x80) return at + 3;
  return (bytes[at + 3] ?? 0) < 0x80 ? at + 4 : BEYOND;
}
