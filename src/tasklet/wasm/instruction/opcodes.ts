import { assert } from '../../../core/index.ts';
import { FEATURE_BIT, VALUE_TYPE } from '../types.ts';
import { CORE_GROUPS, MISC_GROUPS } from './core-opcodes.ts';
import { IMMEDIATE } from './immediate.ts';
import { type OpcodeGroup } from './opcode-group.ts';
import { SIMD_GROUPS } from './simd-opcodes.ts';

/** Opcodes behind a prefix byte are `(prefix << 16) | code`. */
export const PREFIX = { misc: 0xfc, simd: 0xfd } as const;

/** First slot behind each prefix: a slot is a dense number below 768 for what `opcode` spells sparsely. */
export const SLOT_BASE = { misc: 256, simd: 512 } as const;
const SLOTS = 768;

/** The table's columns, each indexed by slot. */
export const immediateOf = new Uint8Array(SLOTS);
/** Natural alignment's exponent of a memory access. */
export const alignmentOf = new Uint8Array(SLOTS);
/** Number of lanes that a lane index chooses from. */
export const lanesOf = new Uint8Array(SLOTS);
/** Bit of FEATURE_BIT, 0 for the first version of WebAssembly. */
export const featureOf = new Uint8Array(SLOTS);
/**
 * Plain instructions: value types as bytes, from the lowest: last parameter, the one before, the one before that,
 * result; 0 where there is none. Only meaningful where `isPlain` is 1.
 */
export const signatureOf = new Uint32Array(SLOTS);
/** 1 where the signature does not depend on the module. */
export const isPlain = new Uint8Array(SLOTS);

const names: string[] = Array.from({ length: SLOTS }, () => '');
const slots = new Map<string, number>();

const TYPE_LETTERS = new Map<string, number>([
  ['i', VALUE_TYPE.i32],
  ['l', VALUE_TYPE.i64],
  ['f', VALUE_TYPE.f32],
  ['d', VALUE_TYPE.f64],
  ['v', VALUE_TYPE.v128],
]);

fill(CORE_GROUPS, 0);
fill(MISC_GROUPS, SLOT_BASE.misc);
fill(SIMD_GROUPS, SLOT_BASE.simd);

/** The dense number of `opcode` as {@link Instruction} spells it. */
export function slotOf(opcode: number): number {
  if (opcode < 0x100) return opcode;
  const base = opcode >>> 16 === PREFIX.misc ? SLOT_BASE.misc : SLOT_BASE.simd;
  return base + (opcode & 0xff);
}

/** The instruction's name in the text format, for people: `i32.add`. */
export function opcodeName(opcode: number): string {
  return names[slotOf(opcode)] ?? '';
}

/** The opcode called `name`, as {@link Instruction} spells it: for tables of opcodes that people can read. */
export function opcodeOf(name: string): number {
  const slot = slots.get(name);
  assert(slot !== undefined, `there is no instruction called ${name}`);
  if (slot < SLOT_BASE.misc) return slot;
  if (slot < SLOT_BASE.simd) return (PREFIX.misc << 16) | (slot - SLOT_BASE.misc);
  return (PREFIX.simd << 16) | (slot - SLOT_BASE.simd);
}

function fill(groups: readonly OpcodeGroup[], base: number): void {
  for (const [first, signature, immediate, groupNames, feature] of groups) {
    const [kind, bounds = ''] = immediate.split(':');
    const isSimd = base === SLOT_BASE.simd;
    groupNames.split(' ').forEach((name, index) => {
      const slot = base + first + index;
      assert(immediateOf[slot] === IMMEDIATE.refused, `opcode ${first + index} is listed twice`);
      names[slot] = name;
      slots.set(name, slot);
      immediateOf[slot] = immediateKind(kind);
      featureOf[slot] = isSimd ? FEATURE_BIT.simd : feature === undefined ? 0 : FEATURE_BIT[feature];
      const [left = '0', right = ''] = bounds.split(',');
      alignmentOf[slot] = Number(left);
      lanesOf[slot] = Number(right === '' ? left : right);
      isPlain[slot] = signature === '*' ? 0 : 1;
      signatureOf[slot] = packed(signature);
    });
  }
}

function immediateKind(name = ''): number {
  const kind = new Map<string, number>(Object.entries(IMMEDIATE)).get(name);
  assert(kind !== undefined, `there is no immediate called ${name}`);
  return kind;
}

function packed(signature: string): number {
  const [params = '', result = ''] = signature === '*' ? [] : signature.split('>');
  const bytes = Array.from(params)
    .reverse()
    .map((letter) => TYPE_LETTERS.get(letter) ?? 0);
  const [last = 0, second = 0, third = 0] = bytes;
  return (last | (second << 8) | (third << 16) | ((TYPE_LETTERS.get(result) ?? 0) << 24)) >>> 0;
}
