import { type Cursor } from '../cursor.ts';
import { featureRefused, invalid, malformed } from '../denial.ts';
import { WASM_LIMITS } from '../limits.ts';
import { isReferenceType, isValueType } from '../types.ts';
import { IMMEDIATE } from './immediate.ts';
import { alignmentOf, immediateOf, lanesOf, PREFIX, SLOT_BASE } from './opcodes.ts';
import { refusedOpcode, refusedPrefixed, refusedType } from './refused.ts';

/** Block type of a block without parameters and results. */
export const EMPTY_BLOCK = -64;

/**
 * One instruction as it stands in the code. Records are filled again and again: copy what must outlive the next
 * reading.
 */
export class Instruction {
  /** One byte, or `(prefix << 16) | code`. */
  opcode = 0;
  /** The opcode's dense number: the index into the opcode table's columns. */
  slot = 0;
  /** Offset in the module of the first byte, and of the byte after the last. */
  at = 0;
  end = 0;
  /**
   * First immediate: label depth, or the index of a function, local, global, table, data or element segment; the type
   * index of an indirect call; the destination table of table.copy; the value of i32.const; the type byte of ref.null
   * and select_t.
   */
  index = 0;
  /** Second immediate: the table index of call_indirect and table.init, the source table of table.copy. */
  second = 0;
  /** {@link EMPTY_BLOCK}, a value type's byte less 128, or a type index. */
  blockType = EMPTY_BLOCK;
  /** Label depths of br_table, the default last. */
  readonly targets: number[] = [];
}

/** Reads the instruction at the cursor into `into`. Throws a WasmFault when there is none that the profile allows. */
export function readInstruction(cursor: Cursor, into: Instruction): void {
  const at = cursor.at;
  const byte = cursor.u8();
  into.at = at;
  let slot = byte;
  if (byte < PREFIX.misc) {
    into.opcode = byte;
  } else {
    if (byte > PREFIX.simd) throw refusedOpcode(byte, at);
    const code = cursor.u32();
    if (code > 0xff) throw refusedPrefixed(byte, code, at);
    into.opcode = (byte << 16) | code;
    slot = (byte === PREFIX.misc ? SLOT_BASE.misc : SLOT_BASE.simd) + code;
  }
  into.slot = slot;
  const kind = immediateOf[slot] ?? IMMEDIATE.refused;
  if (kind === IMMEDIATE.index) into.index = cursor.u32();
  else if (kind === IMMEDIATE.i32) into.index = cursor.s32();
  else if (kind === IMMEDIATE.memory) readMemoryAccess(cursor, slot);
  else if (kind === IMMEDIATE.blockType) into.blockType = readBlockType(cursor);
  else if (kind !== IMMEDIATE.none) readRareImmediate(cursor, into, kind);
  into.end = cursor.at;
}

function readRareImmediate(cursor: Cursor, into: Instruction, kind: number): void {
  switch (kind) {
    case IMMEDIATE.i64:
      cursor.skipS64();
      return;
    case IMMEDIATE.f32:
      cursor.skip(4);
      return;
    case IMMEDIATE.f64:
      cursor.skip(8);
      return;
    case IMMEDIATE.vector:
      cursor.skip(16);
      return;
    case IMMEDIATE.memoryIndex:
      readMemoryIndex(cursor);
      return;
    case IMMEDIATE.branchTable:
      readTargets(cursor, into.targets);
      return;
    case IMMEDIATE.memoryLane:
      readMemoryAccess(cursor, into.slot);
      readLane(cursor, lanesOf[into.slot] ?? 0);
      return;
    case IMMEDIATE.lane:
      readLane(cursor, lanesOf[into.slot] ?? 0);
      return;
    case IMMEDIATE.shuffle:
      for (let lane = 0; lane < 16; lane++) readLane(cursor, 32);
      return;
    default:
      readIndices(cursor, into, kind);
  }
}

function readIndices(cursor: Cursor, into: Instruction, kind: number): void {
  switch (kind) {
    case IMMEDIATE.callIndirect:
    case IMMEDIATE.elementTable:
    case IMMEDIATE.tableTable:
      into.index = cursor.u32();
      into.second = cursor.u32();
      return;
    case IMMEDIATE.dataMemory:
      into.index = cursor.u32();
      readMemoryIndex(cursor);
      return;
    case IMMEDIATE.memoryMemory:
      readMemoryIndex(cursor);
      readMemoryIndex(cursor);
      return;
    case IMMEDIATE.selectTypes:
      into.index = readSelectType(cursor);
      return;
    case IMMEDIATE.referenceType:
      into.index = readReferenceType(cursor);
      return;
    default:
      if (into.slot >= SLOT_BASE.misc) throw refusedPrefixed(into.opcode >>> 16, into.opcode & 0xff, into.at);
      throw refusedOpcode(into.opcode, into.at);
  }
}

function readBlockType(cursor: Cursor): number {
  const at = cursor.at;
  const byte = cursor.peek();
  if (byte === 0x40 || (byte >= 0 && isValueType(byte))) {
    cursor.at++;
    return byte - 0x80;
  }
  if ((byte & 0xc0) === 0x40) throw refusedType(byte, at);
  const index = cursor.s33();
  if (index < 0) throw malformed('a block type is negative', at);
  return index;
}

function readMemoryAccess(cursor: Cursor, slot: number): void {
  const at = cursor.at;
  const alignment = cursor.u32();
  if (alignment > (alignmentOf[slot] ?? 0)) {
    if (alignment >= 0x80) throw malformed('malformed memory access flags', at);
    if (alignment >= 0x40) throw featureRefused('multi-memory', at);
    throw alignment >= 0x20
      ? malformed('malformed memory access flags', at)
      : invalid('alignment must not be larger than natural', at);
  }
  cursor.u32();
}

function readMemoryIndex(cursor: Cursor): void {
  const at = cursor.at;
  const byte = cursor.u8();
  if (byte === 0) return;
  throw byte < 0x80 ? featureRefused('multi-memory', at) : malformed('a memory index is one zero byte', at);
}

function readLane(cursor: Cursor, lanes: number): void {
  const lane = cursor.u8();
  if (lane >= lanes) throw invalid(`lane ${lane} of ${lanes}`, cursor.at - 1);
}

function readTargets(cursor: Cursor, targets: number[]): void {
  const count = cursor.count('targets of a br_table', WASM_LIMITS.branchTargetsMax);
  targets.length = 0;
  for (let index = 0; index <= count; index++) targets.push(cursor.u32());
}

function readSelectType(cursor: Cursor): number {
  const at = cursor.at;
  const count = cursor.u32();
  if (count !== 1) throw invalid('select takes exactly one type', at);
  const byte = cursor.u8();
  if (!isValueType(byte)) throw refusedType(byte, at + 1);
  return byte;
}

function readReferenceType(cursor: Cursor): number {
  const at = cursor.at;
  const byte = cursor.u8();
  if (isReferenceType(byte)) return byte;
  if (byte >= 0x80 || byte < 0x40) throw featureRefused('typed function references', at, 'ref.null of a defined type');
  throw refusedType(byte, at);
}
