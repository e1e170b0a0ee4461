import { type Cursor } from '../cursor.ts';
import { featureRefused, invalid, limitExceeded, malformed } from '../denial.ts';
import { WASM_LIMITS } from '../limits.ts';
import { FEATURE_BIT, type Limits } from '../types.ts';
import { declareFunction, readConstExpression } from './const-expression.ts';
import { type ModuleDraft } from './draft.ts';
import { type ExternKind, type Import } from './layout.ts';
import { readGlobalType, readMemoryType, readTableType } from './read-types.ts';

const KINDS: readonly ExternKind[] = ['function', 'table', 'memory', 'global'];
const TAG = 4;

export function readImportSection(cursor: Cursor, draft: ModuleDraft): void {
  const count = cursor.count('imports', WASM_LIMITS.importsMax, 3);
  for (let index = 0; index < count; index++) draft.imports.push(readImport(cursor, draft));
  draft.importedFunctionCount = draft.functionTypeIndices.length;
  draft.importedGlobalCount = draft.globals.length;
}

function readImport(cursor: Cursor, draft: ModuleDraft): Import {
  const at = cursor.at;
  const module = cursor.text();
  const name = cursor.text();
  const kind = readKind(cursor);
  switch (kind) {
    case 'function': {
      const typeIndex = readTypeIndex(cursor, draft);
      draft.functionTypeIndices.push(typeIndex);
      return { module, name, at, kind, typeIndex };
    }
    case 'table': {
      const table = readTableType(cursor);
      draft.tables.push(table);
      return { module, name, at, kind, table };
    }
    case 'memory': {
      const memory = readMemoryType(cursor);
      addMemory(memory, draft, at);
      return { module, name, at, kind, memory };
    }
    case 'global': {
      const global = readGlobalType(cursor, draft);
      if (global.mutable) draft.features |= FEATURE_BIT['mutable globals'];
      draft.globals.push(global);
      return { module, name, at, kind, global };
    }
  }
}

function readKind(cursor: Cursor): ExternKind {
  const at = cursor.at;
  const byte = cursor.u8();
  if (byte === TAG) throw featureRefused('exception handling', at, 'a tag');
  const kind = KINDS[byte];
  if (kind === undefined) throw malformed(`there is no kind ${byte} of import or export`, at);
  return kind;
}

function readTypeIndex(cursor: Cursor, draft: ModuleDraft): number {
  const at = cursor.at;
  const index = cursor.u32();
  if (index >= draft.types.length) throw invalid(`unknown type ${index}`, at);
  return index;
}

export function readFunctionSection(cursor: Cursor, draft: ModuleDraft): void {
  const at = cursor.at;
  const count = cursor.count('functions', WASM_LIMITS.functionsMax);
  const total = count + draft.importedFunctionCount;
  if (total > WASM_LIMITS.functionsMax) throw limitExceeded('functions', total, WASM_LIMITS.functionsMax, at);
  for (let index = 0; index < count; index++) draft.functionTypeIndices.push(readTypeIndex(cursor, draft));
}

export function readTableSection(cursor: Cursor, draft: ModuleDraft): void {
  const count = cursor.count('tables', WASM_LIMITS.tablesMax, 3);
  for (let index = 0; index < count; index++) draft.tables.push(readTableType(cursor));
  if (draft.tables.length > 1) draft.features |= FEATURE_BIT['reference types'];
}

export function readMemorySection(cursor: Cursor, draft: ModuleDraft): void {
  const at = cursor.at;
  const count = cursor.count('memories', WASM_LIMITS.memoryPagesMax, 2);
  for (let index = 0; index < count; index++) addMemory(readMemoryType(cursor), draft, at);
}

function addMemory(memory: Limits, draft: ModuleDraft, at: number): void {
  if (draft.memories.length > 0) throw featureRefused('multi-memory', at, 'a second memory');
  draft.memories.push(memory);
}

export function readGlobalSection(cursor: Cursor, draft: ModuleDraft): void {
  const count = cursor.count('globals', WASM_LIMITS.globalsMax, 4);
  for (let index = 0; index < count; index++) {
    const global = readGlobalType(cursor, draft);
    readConstExpression(cursor, draft, global.type);
    draft.globals.push(global);
  }
}

export function readExportSection(cursor: Cursor, draft: ModuleDraft): void {
  const count = cursor.count('exports', WASM_LIMITS.exportsMax, 3);
  const names = new Set<string>();
  for (let entry = 0; entry < count; entry++) {
    const at = cursor.at;
    const name = cursor.text();
    if (names.has(name)) throw invalid(`duplicate export name`, at, name);
    names.add(name);
    const kind = readKind(cursor);
    const index = cursor.u32();
    checkExported(kind, index, draft, at);
    draft.exports.push({ name, kind, index, at });
  }
}

function checkExported(kind: ExternKind, index: number, draft: ModuleDraft, at: number): void {
  if (kind === 'function') {
    declareFunction(index, draft, at);
  } else if (kind === 'table') {
    if (index >= draft.tables.length) throw invalid(`unknown table ${index}`, at);
  } else if (kind === 'memory') {
    if (index >= draft.memories.length) throw invalid(`unknown memory ${index}`, at);
  } else {
    const global = draft.globals[index];
    if (global === undefined) throw invalid(`unknown global ${index}`, at);
    if (global.mutable) draft.features |= FEATURE_BIT['mutable globals'];
  }
}

export function readStartSection(cursor: Cursor, draft: ModuleDraft): void {
  const at = cursor.at;
  const index = cursor.u32();
  const typeIndex = draft.functionTypeIndices[index];
  if (typeIndex === undefined) throw invalid(`unknown function ${index}`, at);
  const type = draft.types[typeIndex];
  if (type === undefined || type.params.length + type.results.length > 0) {
    throw invalid('start function takes and gives nothing', at);
  }
  draft.start = index;
}
