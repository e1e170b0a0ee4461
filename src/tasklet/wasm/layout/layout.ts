import { type FuncType, type Limits, type ValueType } from '../types.ts';

/** Section ids (§5.5.2). */
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

const SECTION_NAMES = new Map<number, string>(Object.entries(SECTION).map(([name, id]) => [id, name]));

export function sectionName(id: number): string {
  return SECTION_NAMES.get(id) ?? `section ${id}`;
}

export interface Section {
  readonly id: number;
  /** Offset of the section's id byte. */
  readonly at: number;
  /** Its content; of a custom section, without the name. */
  readonly start: number;
  readonly end: number;
  /** Of a custom section. */
  readonly name?: string;
}

export type ExternKind = 'function' | 'table' | 'memory' | 'global';

export interface TableType extends Limits {
  readonly element: ValueType;
}

export interface GlobalType {
  readonly type: ValueType;
  readonly mutable: boolean;
}

export type Import = { readonly module: string; readonly name: string; readonly at: number } & (
  | { readonly kind: 'function'; readonly typeIndex: number }
  | { readonly kind: 'table'; readonly table: TableType }
  | { readonly kind: 'memory'; readonly memory: Limits }
  | { readonly kind: 'global'; readonly global: GlobalType }
);

export interface Export {
  readonly name: string;
  readonly kind: ExternKind;
  readonly index: number;
  readonly at: number;
}

export interface ElementSegment {
  readonly mode: 'active' | 'passive' | 'declarative';
  /** Of an active segment. */
  readonly table: number;
  readonly type: ValueType;
  readonly count: number;
}

export interface DataSegment {
  readonly mode: 'active' | 'passive';
  readonly sizeBytes: number;
}

export interface LocalRun {
  readonly count: number;
  readonly type: ValueType;
}

/** One function's body: its size field lies before `bodyStart`, its local declarations and then its code after. */
export interface Code {
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly localsStart: number;
  /** First instruction; the last is the `end` before `bodyEnd`. */
  readonly exprStart: number;
  readonly locals: readonly LocalRun[];
  /** Without the parameters. */
  readonly localCount: number;
}

/** Where everything in a module lies. In the index spaces what is imported comes first. */
export interface ModuleLayout {
  readonly bytes: Uint8Array;
  /** In the order they stand in, custom sections among them. */
  readonly sections: readonly Section[];
  readonly types: readonly FuncType[];
  readonly imports: readonly Import[];
  /** Type index of every function. */
  readonly functionTypeIndices: readonly number[];
  readonly importedFunctionCount: number;
  readonly tables: readonly TableType[];
  readonly memories: readonly Limits[];
  readonly globals: readonly GlobalType[];
  readonly importedGlobalCount: number;
  readonly exports: readonly Export[];
  readonly start?: number;
  readonly elements: readonly ElementSegment[];
  readonly dataCount?: number;
  readonly data: readonly DataSegment[];
  /** Bodies of the functions that are not imported. */
  readonly codes: readonly Code[];
  /** Functions that `ref.func` may name in code: those named outside of it. */
  readonly declaredFunctions: ReadonlySet<number>;
  /** Bits of FEATURE_BIT seen outside of code. */
  readonly features: number;
}
