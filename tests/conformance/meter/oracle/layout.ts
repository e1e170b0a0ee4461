import { ByteReader } from './bytes.ts';

export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const;

export interface Section {
  readonly id: number;
  readonly body: Uint8Array;
}

/** As much of a module as the ticking needs to know. */
export interface Layout {
  readonly sections: readonly Section[];
  /** Globals, imported ones included: the index that a new one gets. */
  readonly globalCount: number;
  /** Parameters of each function that has a body, in order. */
  readonly paramCounts: readonly number[];
  readonly code: Uint8Array | undefined;
}

/** Where a section stands: the data count comes between elements and code. */
export function sectionRank(id: number): number {
  return id === SECTION.dataCount ? 9.5 : id;
}

export function readLayout(bytes: Uint8Array): Layout {
  const sections = readSections(bytes);
  const bodyOf = (wanted: number): ByteReader | undefined => {
    const section = sections.find(({ id }) => id === wanted);
    return section && new ByteReader(section.body);
  };
  const paramCountOfType = readParamCounts(bodyOf(SECTION.type));
  const importedGlobals = countImportedGlobals(bodyOf(SECTION.import));
  const functions = bodyOf(SECTION.function);
  return {
    sections,
    globalCount: importedGlobals + (bodyOf(SECTION.global)?.u32() ?? 0),
    paramCounts: functions ? vector(functions, () => paramCountOfType[functions.u32()] ?? 0) : [],
    code: sections.find(({ id }) => id === SECTION.code)?.body,
  };
}

function readSections(bytes: Uint8Array): readonly Section[] {
  const reader = new ByteReader(bytes, 8);
  const sections: Section[] = [];
  while (!reader.done) {
    const id = reader.u8();
    sections.push({ id, body: reader.take(reader.u32()) });
  }
  return sections;
}

function readParamCounts(types: ByteReader | undefined): readonly number[] {
  if (types === undefined) return [];
  return vector(types, () => {
    if (types.u8() !== 0x60) throw new Error('a type that is not a function');
    const params = types.u32();
    types.take(params);
    types.take(types.u32());
    return params;
  });
}

function countImportedGlobals(imports: ByteReader | undefined): number {
  if (imports === undefined) return 0;
  const kinds = vector(imports, () => {
    imports.take(imports.u32());
    imports.take(imports.u32());
    const kind = imports.u8();
    if (kind === 0) imports.u32();
    else if (kind === 3) imports.take(2);
    else {
      if (kind === 1) imports.u8();
      skipLimits(imports);
    }
    return kind;
  });
  return kinds.filter((kind) => kind === 3).length;
}

function skipLimits(reader: ByteReader): void {
  const hasMaximum = (reader.u8() & 1) === 1;
  reader.skipLeb();
  if (hasMaximum) reader.skipLeb();
}

function vector<T>(reader: ByteReader, element: () => T): readonly T[] {
  const elements: T[] = [];
  for (let count = reader.u32(); count > 0; count--) elements.push(element());
  return elements;
}
