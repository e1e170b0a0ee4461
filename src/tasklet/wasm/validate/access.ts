import { invalid, malformed } from '../denial.ts';
import { opcodeOf, signatureOf, slotOf, type Instruction } from '../instruction/index.ts';
import { isReferenceType, VALUE_TYPE, valueTypeName, type ValueType } from '../types.ts';
import { type Body } from './body.ts';
import { type Check } from './control.ts';
import { UNKNOWN } from './operands.ts';

/** Checks of the instructions that name a local, a global, a table, a segment or a function, by opcode. */
export const ACCESS_CHECKS: readonly (readonly [opcode: number, check: Check])[] = [
  [opcodeOf('local.get'), (body, { index }) => body.operands.push(body.localType(index))],
  [opcodeOf('local.set'), (body, { index }) => body.operands.pop(body.localType(index))],
  [opcodeOf('local.tee'), checkLocalTee],
  [opcodeOf('global.get'), (body, { index }) => body.operands.push(globalType(body, index, false))],
  [opcodeOf('global.set'), (body, { index }) => body.operands.pop(globalType(body, index, true))],
  [opcodeOf('table.get'), checkTableGet],
  [opcodeOf('table.set'), checkTableSet],
  [opcodeOf('table.grow'), checkTableGrow],
  [opcodeOf('table.size'), checkTableSize],
  [opcodeOf('table.fill'), checkTableFill],
  [opcodeOf('table.copy'), checkTableCopy],
  [opcodeOf('table.init'), checkTableInit],
  [opcodeOf('elem.drop'), (body, { index }) => void elementType(body, index)],
  [opcodeOf('memory.init'), checkMemoryInit],
  [opcodeOf('data.drop'), (body, { index }) => checkData(body, index)],
  [opcodeOf('ref.null'), (body, { index }) => body.operands.push(index)],
  [opcodeOf('ref.is_null'), checkIsNull],
  [opcodeOf('ref.func'), checkRefFunc],
];

const THREE_I32 = signatureOf[slotOf(opcodeOf('memory.copy'))] ?? 0;

function checkLocalTee(body: Body, { index }: Instruction): void {
  const type = body.localType(index);
  body.operands.pop(type);
  body.operands.push(type);
}

function globalType(body: Body, index: number, written: boolean): ValueType {
  const global = body.layout.globals[index];
  if (global === undefined) throw invalid(`unknown global ${index}`, body.operands.at);
  if (written && !global.mutable) throw invalid(`global ${index} is immutable`, body.operands.at);
  return global.type;
}

function tableType(body: Body, index: number): ValueType {
  const table = body.layout.tables[index];
  if (table === undefined) throw invalid(`unknown table ${index}`, body.operands.at);
  return table.element;
}

function checkTableGet(body: Body, { index }: Instruction): void {
  const type = tableType(body, index);
  body.operands.pop(VALUE_TYPE.i32);
  body.operands.push(type);
}

function checkTableSet(body: Body, { index }: Instruction): void {
  body.operands.pop(tableType(body, index));
  body.operands.pop(VALUE_TYPE.i32);
}

function checkTableGrow(body: Body, { index }: Instruction): void {
  const type = tableType(body, index);
  body.operands.pop(VALUE_TYPE.i32);
  body.operands.pop(type);
  body.operands.push(VALUE_TYPE.i32);
}

function checkTableSize(body: Body, { index }: Instruction): void {
  tableType(body, index);
  body.operands.push(VALUE_TYPE.i32);
}

function checkTableFill(body: Body, { index }: Instruction): void {
  const type = tableType(body, index);
  body.operands.pop(VALUE_TYPE.i32);
  body.operands.pop(type);
  body.operands.pop(VALUE_TYPE.i32);
}

function checkTableCopy(body: Body, { index, second }: Instruction): void {
  checkSameElements(body, tableType(body, index), tableType(body, second));
  body.operands.apply(THREE_I32);
}

function checkTableInit(body: Body, { index, second }: Instruction): void {
  const table = tableType(body, second);
  checkSameElements(body, table, elementType(body, index));
  body.operands.apply(THREE_I32);
}

function checkSameElements(body: Body, to: ValueType, from: ValueType): void {
  if (to === from) return;
  throw invalid(`type mismatch: elements of ${valueTypeName(from)} into ${valueTypeName(to)}`, body.operands.at);
}

function elementType(body: Body, index: number): ValueType {
  const segment = body.layout.elements[index];
  if (segment === undefined) throw invalid(`unknown elem segment ${index}`, body.operands.at);
  return segment.type;
}

function checkMemoryInit(body: Body, { index }: Instruction): void {
  body.requireMemory();
  checkData(body, index);
  body.operands.apply(THREE_I32);
}

function checkData(body: Body, index: number): void {
  const { dataCount } = body.layout;
  if (dataCount === undefined) throw malformed('data count section required', body.operands.at);
  if (index >= dataCount) throw invalid(`unknown data segment ${index}`, body.operands.at);
}

function checkIsNull(body: Body): void {
  const type = body.operands.popAny();
  if (type !== UNKNOWN && !isReferenceType(type)) {
    throw invalid(`type mismatch: expected a reference, found ${valueTypeName(type)}`, body.operands.at);
  }
  body.operands.push(VALUE_TYPE.i32);
}

function checkRefFunc(body: Body, { index }: Instruction): void {
  const { layout, operands } = body;
  if (index >= layout.functionTypeIndices.length) throw invalid(`unknown function ${index}`, operands.at);
  if (!layout.declaredFunctions.has(index)) throw invalid(`undeclared function reference ${index}`, operands.at);
  operands.push(VALUE_TYPE.funcref);
}
