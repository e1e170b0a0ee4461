// One instruction that is not merely passed over: read, then checked against the state of its body, which it changes.
import * as control from './control';
import * as module from '../module';
import { apply, becomeUnreachable, pop, popAny, push, UNKNOWN } from './operands';
import { at, end, isBad, moveTo, readSigned, readU32, readU8, refuse, skip } from './numbers';
import { localCount, locals } from './plain';

/** The instruction read last: its slot in the opcode table, its first and second index, its block type. */
export let slot: u32 = 0;
export let index: u32 = 0;
let second: u32 = 0;
export let blockType: i32 = 0;

const THREE_I32: u32 = 0x007f7f7f;

/** Kinds of immediates that most instructions have, as wasm/instruction/immediate.ts numbers them. */
const NONE: u32 = 1;
const BLOCK_TYPE: u32 = 2;
const INDEX: u32 = 3;

/** Reads the instruction there is. */
export function readInstruction(): void {
  if (at + 1 < end) {
    slot = load<u8>(at);
    const kind = <u32>load<u8>(module.immediates + slot);
    const next = <u32>load<u8>(at, 1);
    if (kind == NONE) return moveTo(at + 1);
    if (kind == INDEX && next < 0x80) {
      index = next;
      return moveTo(at + 2);
    }
    if (kind == BLOCK_TYPE && next == 0x40) {
      blockType = control.EMPTY;
      return moveTo(at + 2);
    }
  }
  readAny();
}

function readAny(): void {
  const byte = readU8();
  slot = byte;
  if (byte >= 0xfc) {
    if (byte > 0xfd) return refuse();
    const code = readU32();
    if (code > 0xff) return refuse();
    slot = (byte == 0xfc ? 256 : 512) + code;
  }
  readImmediates(load<u8>(module.immediates + slot));
}

function readImmediates(kind: u32): void {
  switch (kind) {
    case 1: // none
      return;
    case 2: // blockType
      blockType = control.readBlockType();
      return;
    case 3: // index
      index = readU32();
      return;
    case 4: // branchTable is read where it is checked
      return;
    case 5: // callIndirect
    case 20: // elementTable
    case 21: // tableTable
      index = readU32();
      second = readU32();
      return;
    case 6: // memory
      return readAccess();
    case 7: // memoryLane
      readAccess();
      return readLane(load<u8>(module.lanes + slot));
    case 8: // memoryIndex
      return readZero();
    case 9: // i32
      readSigned(32);
      return;
    case 10: // i64
      readSigned(64);
      return;
    case 11: // f32
      return skip(4);
    case 12: // f64
      return skip(8);
    case 13: // vector
      return skip(16);
    case 14: // shuffle
      for (let lane = 0; lane < 16; lane++) readLane(32);
      return;
    case 15: // lane
      return readLane(load<u8>(module.lanes + slot));
    case 16: // selectTypes
      index = control.readSelectType();
      return;
    case 17: // referenceType
      index = readU8();
      if (!control.isReference(index)) refuse();
      return;
    case 18: // dataMemory
      index = readU32();
      return readZero();
    case 19: // memoryMemory
      readZero();
      return readZero();
    default:
      refuse();
  }
}

function readAccess(): void {
  if (readU32() > <u32>load<u8>(module.alignments + slot)) refuse();
  readU32();
  if (!module.hasMemory) refuse();
}

function readLane(count: u32): void {
  if (readU8() >= count) refuse();
}

/** The index of a memory: there is only one. */
function readZero(): void {
  if (readU8() != 0 || !module.hasMemory) refuse();
}

/** Checks the instruction in a function of type `own`. */
export function check(own: i32): void {
  switch (slot) {
    case 0x00:
      return becomeUnreachable();
    case 0x02:
      return control.openBlock(control.BLOCK, blockType);
    case 0x03:
      return control.openBlock(control.LOOP, blockType);
    case 0x04:
      return control.openBlock(control.IF, blockType);
    case 0x05:
      return control.checkElse();
    case 0x0b:
      return control.checkEnd();
    case 0x0c:
      return control.checkBranch(index);
    case 0x0d:
      return control.checkBranchIf(index);
    case 0x0e:
      return control.checkBranchTable();
    case 0x0f:
      return control.checkReturn(own);
    case 0x10:
      if (isFunction()) control.checkCall(module.typeOfFunction(index));
      return;
    case 0x11:
      if (isIndirect()) control.checkCall(index);
      return;
    case 0x12:
      if (isFunction()) control.checkTailCall(module.typeOfFunction(index), own);
      return;
    case 0x13:
      if (isIndirect()) control.checkTailCall(index, own);
      return;
    case 0x1a:
      popAny();
      return;
    case 0x1b:
      return checkSelect();
    case 0x1c:
      return checkTypedSelect();
    case 0x20:
      return push(localType());
    case 0x21:
      return pop(localType());
    case 0x22: {
      const type = localType();
      pop(type);
      return push(type);
    }
    default:
      if (<i32>load<u8>(module.plains + slot) == 1 && slot < 256) apply(load<u32>(module.signatures + (slot << 2)));
      else checkRare();
  }
}

function checkRare(): void {
  switch (slot) {
    case 0x23:
      return push(globalType(module.globals));
    case 0x24:
      return pop(globalType(module.globalsSet));
    case 0x25: {
      const type = tableType(index);
      pop(control.I32);
      return push(type);
    }
    case 0x26:
      pop(tableType(index));
      return pop(control.I32);
    case 0xd0:
      return push(index);
    case 0xd1: {
      const type = popAny();
      if (type != UNKNOWN && !control.isReference(type)) refuse();
      return push(control.I32);
    }
    case 0xd2:
      if (!isFunction() || load<u8>(module.declared + index) == 0) return refuse();
      return push(control.FUNCREF);
    case 256 + 8: // memory.init
      checkData();
      return apply(THREE_I32);
    case 256 + 9: // data.drop
      return checkData();
    case 256 + 12: // table.init
      if (tableType(second) != elementType(index)) refuse();
      return apply(THREE_I32);
    case 256 + 13: // elem.drop
      elementType(index);
      return;
    case 256 + 14: // table.copy
      if (tableType(index) != tableType(second)) refuse();
      return apply(THREE_I32);
    case 256 + 15: {
      // table.grow
      const type = tableType(index);
      pop(control.I32);
      pop(type);
      return push(control.I32);
    }
    case 256 + 16: // table.size
      tableType(index);
      return push(control.I32);
    case 256 + 17: {
      // table.fill
      const type = tableType(index);
      pop(control.I32);
      pop(type);
      return pop(control.I32);
    }
    default:
      if (load<u8>(module.plains + slot) == 0) return refuse();
      if (slot >= 512) control.noteType(control.V128);
      apply(load<u32>(module.signatures + (slot << 2)));
  }
}

function isFunction(): bool {
  if (index >= <u32>module.functionCount) refuse();
  return !isBad;
}

function isIndirect(): bool {
  if (index >= <u32>module.typeCount || tableType(second) != control.FUNCREF) refuse();
  pop(control.I32);
  return !isBad;
}

function localType(): u32 {
  return index < localCount ? load<u8>(locals + index) : unknown();
}

function unknown(): u32 {
  refuse();
  return UNKNOWN;
}

function globalType(column: usize): u32 {
  const type = index < <u32>module.globalCount ? <u32>load<u8>(column + index) : UNKNOWN;
  return type == UNKNOWN ? unknown() : type;
}

function tableType(table: u32): u32 {
  return table < <u32>module.tableCount ? load<u8>(module.tables + table) : unknown();
}

function elementType(segment: u32): u32 {
  return segment < <u32>module.elementCount ? load<u8>(module.elements + segment) : unknown();
}

function checkData(): void {
  if (module.dataCount < 0 || index >= <u32>module.dataCount) refuse();
}

function checkSelect(): void {
  pop(control.I32);
  const right = popAny();
  const left = popAny();
  if (control.isReference(left) || control.isReference(right)) refuse();
  if (left != right && left != UNKNOWN && right != UNKNOWN) refuse();
  push(left == UNKNOWN ? right : left);
}

function checkTypedSelect(): void {
  control.noteType(index);
  pop(control.I32);
  pop(index);
  pop(index);
  push(index);
}
