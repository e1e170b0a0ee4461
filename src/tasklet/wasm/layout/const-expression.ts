import { type Cursor } from '../cursor.ts';
import { featureRefused, invalid, malformed } from '../denial.ts';
import { Instruction, opcodeName, opcodeOf, readInstruction } from '../instruction/index.ts';
import { VALUE_TYPE, valueTypeName, type ValueType } from '../types.ts';
import { type ModuleDraft } from './draft.ts';

const END = opcodeOf('end');
const GLOBAL_GET = opcodeOf('global.get');
const REF_FUNC = opcodeOf('ref.func');
const REF_NULL = opcodeOf('ref.null');

const CONSTANTS = new Map<number, ValueType>([
  [opcodeOf('i32.const'), VALUE_TYPE.i32],
  [opcodeOf('i64.const'), VALUE_TYPE.i64],
  [opcodeOf('f32.const'), VALUE_TYPE.f32],
  [opcodeOf('f64.const'), VALUE_TYPE.f64],
  [opcodeOf('v128.const'), VALUE_TYPE.v128],
  [REF_FUNC, VALUE_TYPE.funcref],
]);

const EXTENDED = new Set(['i32.add', 'i32.sub', 'i32.mul', 'i64.add', 'i64.sub', 'i64.mul'].map(opcodeOf));

/**
 * Reads a constant expression that must give one value of `type` (§3.3.10): without later proposals that is one
 * constant instruction and `end`.
 */
export function readConstExpression(cursor: Cursor, draft: ModuleDraft, type: ValueType): void {
  const instruction = new Instruction();
  readInstruction(cursor, instruction);
  const { at, opcode } = instruction;
  if (opcode === END) throw invalid('type mismatch: a constant expression without a value', at);
  const found = typeOfConstant(instruction, draft);
  if (found !== type) {
    throw invalid(`type mismatch: expected ${valueTypeName(type)}, found ${valueTypeName(found)}`, at);
  }
  readInstruction(cursor, instruction);
  if (instruction.opcode === END) return;
  if (EXTENDED.has(instruction.opcode)) throw notConstant(instruction.opcode, instruction.at);
  typeOfConstant(instruction, draft);
  readInstruction(cursor, instruction);
  throw instruction.opcode === END
    ? invalid('type mismatch: a constant expression gives one value', instruction.at)
    : notConstant(instruction.opcode, instruction.at);
}

function typeOfConstant(instruction: Instruction, draft: ModuleDraft): ValueType {
  const { opcode, index, at } = instruction;
  if (opcode === GLOBAL_GET) return typeOfGlobal(index, draft, at);
  if (opcode === REF_NULL) return index;
  if (opcode === REF_FUNC) declareFunction(index, draft, at);
  const type = CONSTANTS.get(opcode);
  if (type === undefined) throw notConstant(opcode, at);
  return type;
}

function typeOfGlobal(index: number, draft: ModuleDraft, at: number): ValueType {
  const global = draft.globals[index];
  if (global === undefined) throw invalid(`unknown global ${index}`, at);
  if (global.mutable) throw invalid('constant expression required: the global is mutable', at);
  if (index >= draft.importedGlobalCount) {
    throw featureRefused('garbage collection', at, 'a constant expression that reads a global of the module itself');
  }
  return global.type;
}

/** Marks a function that is named outside of code, so that `ref.func` may name it in code. */
export function declareFunction(index: number, draft: ModuleDraft, at: number): void {
  if (index >= draft.functionTypeIndices.length) throw invalid(`unknown function ${index}`, at);
  draft.declaredFunctions.add(index);
}

function notConstant(opcode: number, at: number): Error {
  if (EXTENDED.has(opcode)) return featureRefused('extended constant expressions', at, opcodeName(opcode));
  return opcode === END
    ? malformed('unexpected end', at)
    : invalid(`constant expression required: found ${opcodeName(opcode)}`, at);
}
