import { type FuncType, type Limits } from '../types.ts';
import {
  type Code,
  type DataSegment,
  type ElementSegment,
  type Export,
  type GlobalType,
  type Import,
  type ModuleLayout,
  type Section,
  type TableType,
} from './layout.ts';

/** A layout while it is being read. */
export class ModuleDraft implements ModuleLayout {
  readonly bytes: Uint8Array;
  readonly sections: Section[] = [];
  readonly types: FuncType[] = [];
  readonly imports: Import[] = [];
  readonly functionTypeIndices: number[] = [];
  importedFunctionCount = 0;
  readonly tables: TableType[] = [];
  readonly memories: Limits[] = [];
  readonly globals: GlobalType[] = [];
  importedGlobalCount = 0;
  readonly exports: Export[] = [];
  start?: number;
  readonly elements: ElementSegment[] = [];
  dataCount?: number;
  readonly data: DataSegment[] = [];
  readonly codes: Code[] = [];
  readonly declaredFunctions = new Set<number>();
  features = 0;
  /** Counted for their bounds. */
  customSections = 0;
  localRuns = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}
