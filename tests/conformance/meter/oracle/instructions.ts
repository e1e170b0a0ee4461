import type { ByteReader } from './bytes.ts';

/** What an instruction costs beyond its constant: a function of the i32 on top of the stack before it acts. */
export type DynamicCost = 'none' | 'per-64' | 'per-page';

export interface Instruction {
  /** The first byte of the opcode. */
  readonly opcode: number;
  /** The constant part of the cost, ABI.md §6. */
  readonly cost: 0 | 1;
  readonly dynamic: DynamicCost;
  /** How many blocks are opened (1) or closed (-1) by it. */
  readonly nesting: -1 | 0 | 1;
}

const END = 0x0b;
const BLOCK_OPENERS: ReadonlySet<number> = new Set([0x02, 0x03, 0x04]);

/** unreachable, nop, block, loop, else, end, return, drop. */
const FREE: ReadonlySet<number> = new Set([0x00, 0x01, 0x02, 0x03, 0x05, END, 0x0f, 0x1a]);

/** memory.init, memory.copy, memory.fill, table.init, table.copy, table.grow, table.fill, by their number after 0xfc. */
const CHARGED_PER_64: ReadonlySet<number> = new Set([8, 10, 11, 12, 14, 15, 17]);

const MEMORY_GROW = 0x40;

/** Reads one instruction with its immediates and leaves `code` after it. */
export function readInstruction(code: ByteReader): Instruction {
  const opcode = code.u8();
  let dynamic: DynamicCost = opcode === MEMORY_GROW ? 'per-page' : 'none';
  if (opcode === 0xfc) {
    const number = code.u32();
    skipBulkImmediates(code, number);
    if (CHARGED_PER_64.has(number)) dynamic = 'per-64';
  } else if (opcode === 0xfd) {
    skipVectorImmediates(code, code.u32());
  } else {
    skipImmediates(code, opcode);
  }
  const nesting = BLOCK_OPENERS.has(opcode) ? 1 : opcode === END ? -1 : 0;
  return { opcode, cost: FREE.has(opcode) ? 0 : 1, dynamic, nesting };
}

function skipImmediates(code: ByteReader, opcode: number): void {
  if (BLOCK_OPENERS.has(opcode)) code.skipLeb();
  else if (opcode === 0x0e) skipBranchTable(code);
  else if (opcode === 0x0c || opcode === 0x0d || opcode === 0x10 || opcode === 0x12) code.skipLeb();
  else if (opcode === 0x11 || opcode === 0x13) skipLebs(code, 2);
  else if (opcode === 0x1c) code.take(code.u32());
  else if (opcode >= 0x20 && opcode <= 0x26) code.skipLeb();
  else if (opcode >= 0x28 && opcode <= 0x3e) skipLebs(code, 2);
  else if (opcode >= 0x3f && opcode <= 0x42) code.skipLeb();
  else if (opcode === 0x43) code.take(4);
  else if (opcode === 0x44) code.take(8);
  else if (opcode === 0xd0 || opcode === 0xd2) code.skipLeb();
  else if (!isPlain(opcode)) throw new Error(`unknown opcode 0x${opcode.toString(16)} before ${code.at}`);
}

/** Opcodes with no immediates: control, parametric, ref.is_null and the numeric block 0x45 to 0xc4. */
function isPlain(opcode: number): boolean {
  if (opcode <= 0x01 || opcode === 0x05 || opcode === END || opcode === 0x0f) return true;
  if (opcode === 0x1a || opcode === 0x1b || opcode === 0xd1) return true;
  return opcode >= 0x45 && opcode <= 0xc4;
}

function skipBranchTable(code: ByteReader): void {
  skipLebs(code, code.u32() + 1);
}

function skipBulkImmediates(code: ByteReader, number: number): void {
  if (number > 17) throw new Error(`unknown opcode 0xfc ${number} before ${code.at}`);
  if (number <= 7) return;
  const isPair = number === 8 || number === 10 || number === 12 || number === 14;
  skipLebs(code, isPair ? 2 : 1);
}

function skipVectorImmediates(code: ByteReader, number: number): void {
  if (number > 255) throw new Error(`unknown opcode 0xfd ${number} before ${code.at}`);
  if (number <= 11 || number === 92 || number === 93) skipLebs(code, 2);
  else if (number === 12 || number === 13) code.take(16);
  else if (number >= 21 && number <= 34) code.take(1);
  else if (number >= 84 && number <= 91) {
    skipLebs(code, 2);
    code.take(1);
  }
}

function skipLebs(code: ByteReader, count: number): void {
  for (let index = 0; index < count; index++) code.skipLeb();
}
