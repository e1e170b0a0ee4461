import { invalid, malformed } from '../denial.ts';
import { EMPTY_BLOCK, opcodeOf, type Instruction } from '../instruction/index.ts';
import { FEATURE_BIT, isReferenceType, VALUE_TYPE, type FuncType, type ValueType } from '../types.ts';
import { type Body } from './body.ts';
import { FRAME } from './frames.ts';
import { UNKNOWN } from './operands.ts';

/** Checks one instruction against the state of its body, and changes that state as the instruction would. */
export type Check = (body: Body, instruction: Instruction) => void;

/** Checks of the control and call instructions, by opcode. */
export const CONTROL_CHECKS: readonly (readonly [opcode: number, check: Check])[] = [
  [opcodeOf('unreachable'), (body) => body.operands.becomeUnreachable()],
  [opcodeOf('block'), (body, { blockType }) => openBlock(body, FRAME.block, blockType)],
  [opcodeOf('loop'), (body, { blockType }) => openBlock(body, FRAME.loop, blockType)],
  [opcodeOf('if'), checkIf],
  [opcodeOf('else'), checkElse],
  [opcodeOf('end'), checkEnd],
  [opcodeOf('br'), checkBranch],
  [opcodeOf('br_if'), checkBranchIf],
  [opcodeOf('br_table'), checkBranchTable],
  [opcodeOf('return'), checkReturn],
  [opcodeOf('call'), (body, { index }) => checkCall(body, functionType(body, index))],
  [opcodeOf('call_indirect'), (body, instruction) => checkCall(body, indirectType(body, instruction))],
  [opcodeOf('return_call'), (body, { index }) => checkTailCall(body, functionType(body, index))],
  [opcodeOf('return_call_indirect'), (body, instruction) => checkTailCall(body, indirectType(body, instruction))],
  [opcodeOf('drop'), (body) => void body.operands.popAny()],
  [opcodeOf('select'), checkSelect],
  [opcodeOf('select_t'), checkTypedSelect],
];

function openBlock(body: Body, kind: number, blockType: number): void {
  if (blockType >= 0) {
    if (blockType >= body.layout.types.length) throw invalid(`unknown type ${blockType}`, body.operands.at);
    body.features |= FEATURE_BIT['multi-value'];
    body.operands.popAll(body.frames.paramsOf(blockType));
  } else if (blockType !== EMPTY_BLOCK) {
    body.noteType(blockType + 0x80);
  }
  body.frames.open(kind, blockType);
}

function checkIf(body: Body, { blockType }: Instruction): void {
  body.operands.pop(VALUE_TYPE.i32);
  openBlock(body, FRAME.if, blockType);
}

function checkElse(body: Body): void {
  const { frames } = body;
  if (frames.innermost() !== FRAME.if) throw malformed('else without if', body.operands.at);
  frames.open(FRAME.else, frames.close());
}

function checkEnd(body: Body): void {
  const { frames, operands } = body;
  const kind = frames.innermost();
  const blockType = frames.close();
  if (blockType === EMPTY_BLOCK) return;
  const results = frames.resultsOf(blockType);
  if (kind === FRAME.if && !sameTypes(frames.paramsOf(blockType), results)) {
    throw invalid('type mismatch: an if without else must give what it takes', operands.at);
  }
  if (kind !== FRAME.function) operands.pushAll(results);
}

function checkBranch(body: Body, { index }: Instruction): void {
  body.operands.checkTop(body.frames.labelTypes(index));
  body.operands.becomeUnreachable();
}

function checkBranchIf(body: Body, { index }: Instruction): void {
  const { operands } = body;
  operands.pop(VALUE_TYPE.i32);
  const types = body.frames.labelTypes(index);
  if (types.length === 0) return;
  // Popped and pushed again, because in unreachable code what follows then sees the label's types.
  operands.popAll(types);
  operands.pushAll(types);
}

function checkBranchTable(body: Body, { targets }: Instruction): void {
  const { operands, frames } = body;
  operands.pop(VALUE_TYPE.i32);
  const arity = frames.labelTypes(targets[targets.length - 1] ?? 0).length;
  operands.spend(targets.length);
  for (const target of targets) {
    const types = frames.labelTypes(target);
    if (types.length !== arity)
      throw invalid('type mismatch: targets of a br_table take different counts', operands.at);
    if (arity > 0) operands.checkTop(types);
  }
  operands.becomeUnreachable();
}

function checkReturn(body: Body): void {
  body.operands.checkTop(body.type.results);
  body.operands.becomeUnreachable();
}

function checkCall(body: Body, type: FuncType): void {
  body.operands.popAll(type.params);
  body.operands.pushAll(type.results);
}

function checkTailCall(body: Body, type: FuncType): void {
  if (!sameTypes(type.results, body.type.results)) {
    throw invalid('type mismatch: a tail call gives other results than its function', body.operands.at);
  }
  body.operands.popAll(type.params);
  body.operands.becomeUnreachable();
}

function functionType(body: Body, index: number): FuncType {
  const { layout, operands } = body;
  const typeIndex = layout.functionTypeIndices[index];
  const type = typeIndex === undefined ? undefined : layout.types[typeIndex];
  if (type === undefined) throw invalid(`unknown function ${index}`, operands.at);
  return type;
}

function indirectType(body: Body, { index, second }: Instruction): FuncType {
  const { layout, operands } = body;
  const table = layout.tables[second];
  if (table === undefined) throw invalid(`unknown table ${second}`, operands.at);
  if (table.element !== VALUE_TYPE.funcref)
    throw invalid('type mismatch: a call through no table of funcref', operands.at);
  if (second !== 0) body.features |= FEATURE_BIT['reference types'];
  const type = layout.types[index];
  if (type === undefined) throw invalid(`unknown type ${index}`, operands.at);
  operands.pop(VALUE_TYPE.i32);
  return type;
}

function checkSelect(body: Body): void {
  const { operands } = body;
  operands.pop(VALUE_TYPE.i32);
  const right = operands.popAny();
  const left = operands.popAny();
  if (isReferenceType(left) || isReferenceType(right)) {
    throw invalid('type mismatch: select without a type takes no references', operands.at);
  }
  if (left !== right && left !== UNKNOWN && right !== UNKNOWN) {
    throw invalid('type mismatch: select takes two operands of one type', operands.at);
  }
  operands.push(left === UNKNOWN ? right : left);
}

function checkTypedSelect(body: Body, { index }: Instruction): void {
  const { operands } = body;
  body.noteType(index);
  operands.pop(VALUE_TYPE.i32);
  operands.pop(index);
  operands.pop(index);
  operands.push(index);
}

function sameTypes(left: readonly ValueType[], right: readonly ValueType[]): boolean {
  return left === right || (left.length === right.length && left.every((type, index) => type === right[index]));
}
