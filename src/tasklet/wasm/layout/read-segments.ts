import { type Cursor } from '../cursor.ts';
import { featureRefused, invalid, limitExceeded, malformed } from '../denial.ts';
import { WASM_LIMITS } from '../limits.ts';
import { FEATURE_BIT, VALUE_TYPE, valueTypeName, type ValueType } from '../types.ts';
import { declareFunction, readConstExpression } from './const-expression.ts';
import { type ModuleDraft } from './draft.ts';
import { type ElementSegment } from './layout.ts';
import { readReferenceType, readValueType } from './read-types.ts';

/** Bits of an element segment's first number (§5.5.12). */
const ELEMENT_FLAG = { notActive: 1, explicit: 2, expressions: 4 } as const;

export function readElementSection(cursor: Cursor, draft: ModuleDraft): void {
  const count = cursor.count('element segments', WASM_LIMITS.elementSegmentsMax, 2);
  for (let index = 0; index < count; index++) draft.elements.push(readElementSegment(cursor, draft));
}

function readElementSegment(cursor: Cursor, draft: ModuleDraft): ElementSegment {
  const at = cursor.at;
  const flags = cursor.u32();
  if (flags > 7) throw malformed('malformed elements segment kind', at);
  if (flags !== 0) draft.features |= FEATURE_BIT['bulk memory'];
  const isActive = (flags & ELEMENT_FLAG.notActive) === 0;
  const isExplicit = (flags & ELEMENT_FLAG.explicit) !== 0;
  const table = isActive && isExplicit ? cursor.u32() : 0;
  if (isActive) {
    if (table >= draft.tables.length) throw invalid(`unknown table ${table}`, at);
    readConstExpression(cursor, draft, VALUE_TYPE.i32);
  }
  const hasExpressions = (flags & ELEMENT_FLAG.expressions) !== 0;
  const type = isActive && !isExplicit ? VALUE_TYPE.funcref : readElementType(cursor, hasExpressions);
  const tableType = draft.tables[table]?.element;
  if (isActive && tableType !== type) {
    throw invalid(`type mismatch: ${valueTypeName(type)} elements for a table of ${valueTypeName(tableType ?? 0)}`, at);
  }
  const count = readElements(cursor, draft, type, hasExpressions);
  return { mode: isActive ? 'active' : isExplicit ? 'declarative' : 'passive', table, type, count };
}

function readElementType(cursor: Cursor, hasExpressions: boolean): ValueType {
  if (hasExpressions) return readReferenceType(cursor);
  const kind = cursor.u8();
  if (kind !== 0) throw malformed('malformed element kind', cursor.at - 1);
  return VALUE_TYPE.funcref;
}

function readElements(cursor: Cursor, draft: ModuleDraft, type: ValueType, hasExpressions: boolean): number {
  const count = cursor.count('elements of a segment', WASM_LIMITS.segmentElementsMax);
  for (let index = 0; index < count; index++) {
    if (hasExpressions) readConstExpression(cursor, draft, type);
    else declareFunction(cursor.u32(), draft, cursor.at);
  }
  return count;
}

export function readDataCountSection(cursor: Cursor, draft: ModuleDraft): void {
  const at = cursor.at;
  const count = cursor.u32();
  if (count > WASM_LIMITS.dataSegmentsMax) {
    throw limitExceeded('data segments', count, WASM_LIMITS.dataSegmentsMax, at);
  }
  draft.dataCount = count;
  draft.features |= FEATURE_BIT['bulk memory'];
}

export function readDataSection(cursor: Cursor, draft: ModuleDraft): void {
  const at = cursor.at;
  const count = cursor.count('data segments', WASM_LIMITS.dataSegmentsMax, 2);
  if (draft.dataCount !== undefined && draft.dataCount !== count) {
    throw malformed('data count and data section have inconsistent lengths', at);
  }
  for (let index = 0; index < count; index++) readDataSegment(cursor, draft);
}

function readDataSegment(cursor: Cursor, draft: ModuleDraft): void {
  const at = cursor.at;
  const flags = cursor.u32();
  if (flags > 2) throw malformed('malformed data segment kind', at);
  const memory = flags === 2 ? cursor.u32() : 0;
  if (flags !== 1) {
    if (memory > 0) throw featureRefused('multi-memory', at, 'a data segment for another memory');
    if (draft.memories.length === 0) throw invalid('unknown memory 0', at);
    readConstExpression(cursor, draft, VALUE_TYPE.i32);
  }
  const sizeBytes = cursor.u32();
  cursor.skip(sizeBytes);
  draft.data.push({ mode: flags === 1 ? 'passive' : 'active', sizeBytes });
}

export function readCodeSection(cursor: Cursor, draft: ModuleDraft): void {
  const at = cursor.at;
  const sectionEnd = cursor.end;
  const count = cursor.count('function bodies', WASM_LIMITS.functionsMax, 3);
  if (count !== draft.functionTypeIndices.length - draft.importedFunctionCount) {
    throw malformed('function and code section have inconsistent lengths', at);
  }
  for (let index = 0; index < count; index++) {
    const sizeAt = cursor.at;
    const size = cursor.u32();
    if (size > WASM_LIMITS.bodyBytesMax) {
      throw limitExceeded('bytes of a function body', size, WASM_LIMITS.bodyBytesMax, sizeAt);
    }
    const bodyStart = cursor.at;
    cursor.skip(size);
    const bodyEnd = cursor.at;
    cursor.at = bodyStart;
    cursor.end = bodyEnd;
    readLocals(cursor, draft, bodyStart, bodyEnd);
    cursor.at = bodyEnd;
    cursor.end = sectionEnd;
  }
}

function readLocals(cursor: Cursor, draft: ModuleDraft, bodyStart: number, bodyEnd: number): void {
  const runs = cursor.count('local declarations', WASM_LIMITS.localRunsMax - draft.localRuns, 2);
  draft.localRuns += runs;
  const locals = [];
  const typeIndex = draft.functionTypeIndices[draft.importedFunctionCount + draft.codes.length] ?? 0;
  const parameters = draft.types[typeIndex]?.params.length ?? 0;
  let localCount = 0;
  for (let run = 0; run < runs; run++) {
    const at = cursor.at;
    const count = cursor.u32();
    localCount += count;
    if (parameters + localCount > WASM_LIMITS.localsMax) {
      throw limitExceeded('locals of a function', parameters + localCount, WASM_LIMITS.localsMax, at);
    }
    locals.push({ count, type: readValueType(cursor, draft) });
  }
  const exprStart = cursor.at;
  draft.codes.push({ bodyStart, bodyEnd, localsStart: bodyStart, exprStart, locals, localCount });
}
