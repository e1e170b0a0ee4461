import { err, ok, type Result } from '../../core/index.ts';
import { type WasmDenial } from './denial.ts';
import {
  readModule,
  type Export,
  type GlobalType,
  type Import,
  type ModuleLayout,
  type TableType,
} from './layout/index.ts';
import { featureNames, funcTypeText, valueTypeName, type FeatureName, type Limits } from './types.ts';
import { validateModule } from './validate/index.ts';

/** What a valid module is made of, in words that people and JSON can carry. */
export interface ModuleInfo {
  readonly sizeBytes: number;
  readonly imports: readonly ExternInfo[];
  readonly exports: readonly ExternInfo[];
  readonly memories: readonly Limits[];
  readonly tables: readonly TableType[];
  readonly features: readonly FeatureName[];
  /** Index of the start function. */
  readonly start?: number;
  readonly counts: {
    readonly types: number;
    readonly functions: number;
    readonly globals: number;
    readonly elementSegments: number;
    readonly dataSegments: number;
  };
  readonly codeBytes: number;
  readonly dataBytes: number;
  readonly customSections: readonly string[];
}

export interface ExternInfo {
  /** Of an import. */
  readonly module?: string;
  readonly name: string;
  readonly kind: string;
  /** `(i32, i32) -> (i32)`, `mut i64`, `1..16 pages`. */
  readonly type: string;
}

/** Reads, validates and describes a module. */
export function inspectModule(bytes: Uint8Array): Result<ModuleInfo, WasmDenial> {
  const read = readModule(bytes);
  if (!read.ok) return read;
  const validated = validateModule(read.value);
  return validated.ok ? ok(describeModule(read.value, validated.value)) : err(validated.error);
}

/** `codeFeatures` are the bits that validation saw in the bodies. */
export function describeModule(layout: ModuleLayout, codeFeatures: number): ModuleInfo {
  const describer = new Describer(layout);
  return {
    sizeBytes: layout.bytes.length,
    imports: layout.imports.map((entry) => describer.describeImport(entry)),
    exports: layout.exports.map((entry) => describer.describeExport(entry)),
    memories: layout.memories,
    tables: layout.tables,
    features: featureNames(layout.features | codeFeatures),
    ...(layout.start === undefined ? {} : { start: layout.start }),
    counts: {
      types: layout.types.length,
      functions: layout.functionTypeIndices.length,
      globals: layout.globals.length,
      elementSegments: layout.elements.length,
      dataSegments: layout.data.length,
    },
    codeBytes: layout.codes.reduce((total, code) => total + code.bodyEnd - code.bodyStart, 0),
    dataBytes: layout.data.reduce((total, segment) => total + segment.sizeBytes, 0),
    customSections: layout.sections.flatMap(({ name }) => (name === undefined ? [] : [name])),
  };
}

/** What `entry` asks for, for people. */
export function importTypeText(layout: ModuleLayout, entry: Import): string {
  return new Describer(layout).describeImport(entry).type;
}

/** What `entry` offers, for people. */
export function exportTypeText(layout: ModuleLayout, entry: Export): string {
  return new Describer(layout).describeExport(entry).type;
}

class Describer {
  readonly #layout: ModuleLayout;
  /** Kept, because a million imports may share one type with a thousand parameters. */
  readonly #functionTexts = new Map<number, string>();

  constructor(layout: ModuleLayout) {
    this.#layout = layout;
  }

  describeImport(entry: Import): ExternInfo {
    const { module, name, kind } = entry;
    return { module, name, kind, type: this.#importType(entry) };
  }

  describeExport({ name, kind, index }: Export): ExternInfo {
    const { functionTypeIndices, tables, memories, globals } = this.#layout;
    switch (kind) {
      case 'function':
        return { name, kind, type: this.#functionText(functionTypeIndices[index] ?? -1) };
      case 'table':
        return { name, kind, type: tableText(tables[index]) };
      case 'memory':
        return { name, kind, type: limitsText(memories[index], 'pages') };
      case 'global':
        return { name, kind, type: globalText(globals[index]) };
    }
  }

  #importType(entry: Import): string {
    switch (entry.kind) {
      case 'function':
        return this.#functionText(entry.typeIndex);
      case 'table':
        return tableText(entry.table);
      case 'memory':
        return limitsText(entry.memory, 'pages');
      case 'global':
        return globalText(entry.global);
    }
  }

  #functionText(typeIndex: number): string {
    const kept = this.#functionTexts.get(typeIndex);
    if (kept !== undefined) return kept;
    const text = funcTypeText(this.#layout.types[typeIndex] ?? { params: [], results: [] });
    this.#functionTexts.set(typeIndex, text);
    return text;
  }
}

function tableText(table: TableType | undefined): string {
  return limitsText(table, valueTypeName(table?.element ?? 0));
}

function globalText(global: GlobalType | undefined): string {
  return `${global?.mutable === true ? 'mut ' : ''}${valueTypeName(global?.type ?? 0)}`;
}

function limitsText(limits: Limits | undefined, unit: string): string {
  return `${limits?.min ?? 0}..${limits?.max ?? ''} ${unit}`;
}
