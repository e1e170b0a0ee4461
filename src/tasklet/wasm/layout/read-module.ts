import { err, ok, type Result } from '../../../core/index.ts';
import { Cursor } from '../cursor.ts';
import { denialOf, featureRefused, limitExceeded, malformed, WasmFault, type WasmDenial } from '../denial.ts';
import { WASM_LIMITS } from '../limits.ts';
import { ModuleDraft } from './draft.ts';
import { SECTION, sectionName, type ModuleLayout } from './layout.ts';
import {
  readExportSection,
  readFunctionSection,
  readGlobalSection,
  readImportSection,
  readMemorySection,
  readStartSection,
  readTableSection,
} from './read-externs.ts';
import { readCodeSection, readDataCountSection, readDataSection, readElementSection } from './read-segments.ts';
import { readTypeSection } from './read-types.ts';

type SectionReader = (cursor: Cursor, draft: ModuleDraft) => void;

/** Sections in the one order they may stand in; each at most once. */
const READERS: readonly (readonly [id: number, read: SectionReader])[] = [
  [SECTION.type, readTypeSection],
  [SECTION.import, readImportSection],
  [SECTION.function, readFunctionSection],
  [SECTION.table, readTableSection],
  [SECTION.memory, readMemorySection],
  [SECTION.global, readGlobalSection],
  [SECTION.export, readExportSection],
  [SECTION.start, readStartSection],
  [SECTION.element, readElementSection],
  [SECTION.dataCount, readDataCountSection],
  [SECTION.code, readCodeSection],
  [SECTION.data, readDataSection],
];

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const TAG_SECTION = 13;
const STRINGS_SECTION = 14;

/**
 * Reads where everything lies and checks all that stands outside of function bodies: order and sizes of sections,
 * indices, names, limits, constant expressions. {@link validateModule} checks the bodies.
 */
export function readModule(bytes: Uint8Array): Result<ModuleLayout, WasmDenial> {
  const draft = new ModuleDraft(bytes);
  const progress = { section: 'header' };
  try {
    readSections(new Cursor(bytes, 0, bytes.length), draft, progress);
    return ok(draft);
  } catch (fault) {
    if (fault instanceof WasmFault) return err(denialOf(fault, progress.section));
    throw fault;
  }
}

function readSections(cursor: Cursor, draft: ModuleDraft, progress: { section: string }): void {
  readHeader(cursor);
  let next = 0;
  while (cursor.at < draft.bytes.length) {
    const at = cursor.at;
    const id = cursor.u8();
    progress.section = sectionName(id);
    const size = cursor.u32();
    const start = cursor.at;
    cursor.skip(size);
    const end = cursor.at;
    cursor.at = start;
    cursor.end = end;
    if (id === SECTION.custom) {
      const limit = WASM_LIMITS.customSectionsMax;
      if (++draft.customSections > limit) throw limitExceeded('custom sections', draft.customSections, limit, at);
      const name = cursor.text();
      draft.sections.push({ id, at, start: cursor.at, end, name });
      cursor.at = end;
    } else {
      const found = READERS.findIndex(([known]) => known === id);
      const reader = READERS[found];
      if (reader === undefined) throw unknownSection(id, at);
      if (found < next) throw malformed('unexpected content after last section: out of order or twice', at);
      next = found + 1;
      draft.sections.push({ id, at, start, end });
      reader[1](cursor, draft);
    }
    if (cursor.at !== end) throw malformed('section size mismatch', cursor.at);
    cursor.end = draft.bytes.length;
  }
  progress.section = 'module';
  checkCounts(draft);
}

function readHeader(cursor: Cursor): void {
  for (const byte of HEADER) {
    const at = cursor.at;
    if (cursor.u8() !== byte) {
      throw malformed(at < 4 ? 'magic header not detected' : 'unknown binary version', at);
    }
  }
}

function unknownSection(id: number, at: number): WasmFault {
  if (id === TAG_SECTION) return featureRefused('exception handling', at, 'a tag section');
  if (id === STRINGS_SECTION) return featureRefused('stringref', at, 'a strings section');
  return malformed('malformed section id', at);
}

function checkCounts(draft: ModuleDraft): void {
  const end = draft.bytes.length;
  if (draft.codes.length !== draft.functionTypeIndices.length - draft.importedFunctionCount) {
    throw malformed('function and code section have inconsistent lengths', end);
  }
  if (draft.dataCount !== undefined && draft.dataCount !== draft.data.length) {
    throw malformed('data count and data section have inconsistent lengths', end);
  }
}
