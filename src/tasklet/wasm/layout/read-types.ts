import { type Cursor } from '../cursor.ts';
import { featureRefused, invalid, limitExceeded, malformed } from '../denial.ts';
import { refusedType } from '../instruction/index.ts';
import { WASM_LIMITS } from '../limits.ts';
import { FEATURE_BIT, isReferenceType, isValueType, type Limits, type ValueType } from '../types.ts';
import { type ModuleDraft } from './draft.ts';
import { type GlobalType, type TableType } from './layout.ts';

const FUNCTION_FORM = 0x60;

export function readTypeSection(cursor: Cursor, draft: ModuleDraft): void {
  const count = cursor.count('types', WASM_LIMITS.typesMax);
  for (let index = 0; index < count; index++) {
    const form = cursor.u8();
    if (form !== FUNCTION_FORM) throw refusedForm(form, cursor.at - 1);
    const params = readValueTypes(cursor, draft, 'parameters', WASM_LIMITS.parametersMax);
    const results = readValueTypes(cursor, draft, 'results', WASM_LIMITS.resultsMax);
    if (results.length > 1) draft.features |= FEATURE_BIT['multi-value'];
    draft.types.push({ params, results });
  }
}

function refusedForm(form: number, offset: number): Error {
  const isGc = form === 0x5e || form === 0x5f || form === 0x50 || form === 0x4f || form === 0x4e;
  if (isGc) return featureRefused('garbage collection', offset, 'a type that is not a function');
  if (form === 0x5d) return featureRefused('stack switching', offset, 'a continuation type');
  return malformed('a type begins with 0x60', offset);
}

function readValueTypes(cursor: Cursor, draft: ModuleDraft, what: string, limit: number): readonly ValueType[] {
  const count = cursor.count(what, limit);
  const types: ValueType[] = [];
  for (let index = 0; index < count; index++) types.push(readValueType(cursor, draft));
  return types;
}

export function readValueType(cursor: Cursor, draft: ModuleDraft): ValueType {
  const byte = cursor.u8();
  if (!isValueType(byte)) throw refusedType(byte, cursor.at - 1);
  if (isReferenceType(byte)) draft.features |= FEATURE_BIT['reference types'];
  else if (byte === 0x7b) draft.features |= FEATURE_BIT.simd;
  return byte;
}

export function readReferenceType(cursor: Cursor): ValueType {
  const byte = cursor.u8();
  if (!isReferenceType(byte)) throw refusedType(byte, cursor.at - 1);
  return byte;
}

export function readGlobalType(cursor: Cursor, draft: ModuleDraft): GlobalType {
  const type = readValueType(cursor, draft);
  const mutability = cursor.u8();
  if (mutability > 1) throw malformed('a mutability is 0 or 1', cursor.at - 1);
  return { type, mutable: mutability === 1 };
}

export function readTableType(cursor: Cursor): TableType {
  const at = cursor.at;
  if (cursor.peek() === 0x40) throw featureRefused('typed function references', at, 'a table with an initial value');
  const element = readReferenceType(cursor);
  const limits = readLimits(cursor, 'a table');
  if (limits.min > WASM_LIMITS.tableElementsMax) {
    throw limitExceeded('elements of a table', limits.min, WASM_LIMITS.tableElementsMax, at);
  }
  return { element, ...limits };
}

export function readMemoryType(cursor: Cursor): Limits {
  const at = cursor.at;
  const limits = readLimits(cursor, 'a memory');
  if (limits.min > WASM_LIMITS.memoryPagesMax || (limits.max ?? 0) > WASM_LIMITS.memoryPagesMax) {
    throw invalid('memory size must be at most 65536 pages (4 GiB)', at);
  }
  return limits;
}

function readLimits(cursor: Cursor, what: string): Limits {
  const at = cursor.at;
  const flags = cursor.u8();
  if (flags > 1) throw refusedLimits(flags, what, at);
  const min = cursor.u32();
  if (flags === 0) return { min };
  const max = cursor.u32();
  if (max < min) throw invalid('size minimum must not be greater than maximum', at);
  return { min, max };
}

function refusedLimits(flags: number, what: string, offset: number): Error {
  if (flags <= 3) return featureRefused('threads', offset, `${what} that is shared`);
  if (flags <= 7) return featureRefused('memory64', offset, `${what} with 64-bit indices`);
  if (flags <= 15) return featureRefused('custom page sizes', offset, what);
  return malformed('malformed limits flags', offset);
}
