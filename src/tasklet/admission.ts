import { contentHash, err, ok, TASKLET_LIMITS, type Bytes, type ContentHash, type Result } from '../core/index.ts';
import { WASM_PAGE_BYTES } from './abi.ts';
import { meterLayout, type MeteredModule, type MeterReport } from './meter/index.ts';
import { ALLOWED_IMPORTS, MEMORY_EXPORT, REQUIRED_FUNCTIONS, RESERVED_EXPORT_PREFIX, sameFuncType } from './profile.ts';
import {
  describeModule,
  exportTypeText,
  funcTypeText,
  importTypeText,
  opcodeOf,
  readModule,
  SECTION,
  shownName,
  Validator,
  type Import,
  type InstructionVisitor,
  type ModuleInfo,
  type ModuleLayout,
  type WasmDenial,
  type WasmDenialCode,
} from './wasm/index.ts';

/** Bounds of admission itself. */
export const ADMISSION_LIMITS = {
  /** Reasons listed for one module; a hostile one could have a million. */
  reasonsMax: 32,
  /** Elements that all tables together may come to hold: they cost a cell eight bytes or more each. */
  tableElementsMax: 1_000_000,
} as const;

export type AdmissionDenialCode =
  | WasmDenialCode
  | 'module_too_large'
  | 'hash_mismatch'
  | 'import_refused'
  | 'import_type_mismatch'
  | 'export_missing'
  | 'export_type_mismatch'
  | 'name_reserved'
  | 'start_refused'
  | 'memory_too_large'
  | 'table_too_large';

/** One reason why a module is not a tasklet. */
export interface AdmissionDenial {
  readonly code: AdmissionDenialCode;
  readonly message: string;
  /** The import (`module.name`), export, function or feature that is meant. */
  readonly name?: string;
  readonly section?: string;
  /** Bytes from the start of the module. */
  readonly offset?: number;
}

/** A module fit to run: its metered bytes, made here from the original ones, never taken from a peer. */
export interface AdmittedModule {
  readonly hash: ContentHash;
  readonly metered: Bytes;
  readonly memoryPagesMin: number;
  /** What the memory's maximum was clamped to. */
  readonly memoryPagesMax: number;
  readonly report: MeterReport;
}

export interface AdmitOrder {
  readonly expectedHash: ContentHash;
  readonly memoryBytesMax: number;
  /** SHA-256 of the bytes, where the caller has a faster one than ours at hand. */
  readonly actualHash?: ContentHash;
}

/** Admits `bytes` as the module named `expectedHash`, or gives every reason against it that can be told. */
export function admit(bytes: Uint8Array, order: AdmitOrder): Result<AdmittedModule, readonly AdmissionDenial[]> {
  const tooLarge = sizeDenial(bytes);
  if (tooLarge !== undefined) return err([tooLarge]);
  const hash = order.actualHash ?? contentHash(bytes);
  if (hash !== order.expectedHash) {
    // Whatever else is wrong with them, these are not the bytes that were asked for.
    return err([{ code: 'hash_mismatch', message: `the module's SHA-256 is ${hash}, not ${order.expectedHash}` }]);
  }
  const { reasons, metered, memoryPagesMin, memoryPagesMax } = examine(bytes, order.memoryBytesMax);
  if (metered === undefined) return err(reasons);
  return ok({ hash, metered: metered.bytes, memoryPagesMin, memoryPagesMax, report: metered.report });
}

/** What `grafos tasklet inspect` shows. */
export interface TaskletInspection {
  readonly hash: ContentHash;
  readonly sizeBytes: number;
  readonly admissible: boolean;
  readonly reasons: readonly AdmissionDenial[];
  /** Absent when the module cannot be read. */
  readonly module?: ModuleInfo;
  /** Of an admissible module. */
  readonly meter?: MeterReport;
}

/** Describes a module, and says whether a cell that lends `memoryBytesMax` would admit it or every reason why not. */
export function inspectTasklet(bytes: Uint8Array, order: { readonly memoryBytesMax: number }): TaskletInspection {
  const { reasons, metered, layout } = examine(bytes, order.memoryBytesMax);
  return {
    hash: contentHash(bytes),
    sizeBytes: bytes.length,
    admissible: metered !== undefined,
    reasons,
    ...(layout === undefined ? {} : { module: describeModule(layout, validateBodies(layout).features) }),
    ...(metered === undefined ? {} : { meter: metered.report }),
  };
}

interface Examination {
  readonly reasons: readonly AdmissionDenial[];
  /** Present exactly when there is no reason against the module. */
  readonly metered?: MeteredModule;
  /** Absent when the module cannot be read, and then a reason says why. */
  readonly layout?: ModuleLayout;
  readonly memoryPagesMin: number;
  readonly memoryPagesMax: number;
}

/** Holds a module against the profile, all but its hash, and meters it when nothing speaks against it. */
function examine(bytes: Uint8Array, memoryBytesMax: number): Examination {
  const pagesLent = Math.floor(Math.min(memoryBytesMax, TASKLET_LIMITS.memoryBytesMax) / WASM_PAGE_BYTES);
  const unread = { memoryPagesMin: 0, memoryPagesMax: pagesLent };
  const tooLarge = sizeDenial(bytes);
  if (tooLarge !== undefined) return { ...unread, reasons: [tooLarge] };
  const read = readModule(bytes);
  if (!read.ok) return { ...unread, reasons: [read.error] };
  const layout = read.value;
  const memory = layout.memories[0] ?? { min: 0 };
  const memoryPagesMax = Math.min(memory.max ?? pagesLent, pagesLent);
  const known = { layout, memoryPagesMin: memory.min, memoryPagesMax };
  const outside = [
    ...importDenials(layout),
    ...exportDenials(layout),
    ...memoryDenials(layout, pagesLent),
    ...tableDenials(layout),
    ...startDenials(layout),
  ];
  // The meter validates as it reads, so a sound module is walked once; another walk is for giving every reason.
  const metered = outside.length === 0 ? meterLayout(layout, { memoryPagesMax }) : undefined;
  if (metered?.ok === true) return { ...known, reasons: [], metered: metered.value };
  const inside: readonly AdmissionDenial[] = validateBodies(layout).denials;
  const reasons = metered === undefined || inside.length > 0 ? [...inside, ...outside] : [metered.error];
  return { ...known, reasons: reasons.slice(0, ADMISSION_LIMITS.reasonsMax) };
}

function sizeDenial(bytes: Uint8Array): AdmissionDenial | undefined {
  const limit = TASKLET_LIMITS.moduleBytesMax;
  if (bytes.length <= limit) return undefined;
  return { code: 'module_too_large', message: `the module has ${bytes.length} bytes; at most ${limit} are admitted` };
}

interface ValidatedBodies {
  readonly denials: readonly WasmDenial[];
  /** Bits of the features seen in them. */
  readonly features: number;
}

/** Every body that is wrong gives its first fault, so that an author sees more than one at a time. */
function validateBodies(layout: ModuleLayout, visit?: InstructionVisitor): ValidatedBodies {
  const validator = new Validator(layout);
  const denials: WasmDenial[] = [];
  for (let index = 0; index < layout.codes.length; index++) {
    const validated = validator.validateBody(index, visit);
    if (!validated.ok) denials.push(validated.error);
    if (denials.length === ADMISSION_LIMITS.reasonsMax) break;
  }
  return { denials, features: validator.features };
}

const TABLE_GROW = opcodeOf('table.grow');

function growsTables(layout: ModuleLayout): boolean {
  let isSeen = false;
  validateBodies(layout, ({ opcode }) => {
    if (opcode === TABLE_GROW) isSeen = true;
  });
  return isSeen;
}

function tableElementsBound(layout: ModuleLayout): number {
  return layout.tables.reduce((total, { max }) => total + (max ?? Infinity), 0);
}

function importDenials(layout: ModuleLayout): readonly AdmissionDenial[] {
  const denials: AdmissionDenial[] = [];
  for (const entry of layout.imports) {
    const denial = importDenial(layout, entry);
    if (denial !== undefined) denials.push(denial);
    if (denials.length === ADMISSION_LIMITS.reasonsMax) break;
  }
  return denials;
}

function importDenial(layout: ModuleLayout, entry: Import): AdmissionDenial | undefined {
  const place = { name: shownName(`${entry.module}.${entry.name}`), section: 'import', offset: entry.at };
  if (entry.kind !== 'function') {
    const message = `imports the ${entry.kind} ${place.name}; a tasklet imports functions only`;
    return { code: 'import_refused', message, ...place };
  }
  const expected = ALLOWED_IMPORTS.get(entry.module)?.get(entry.name);
  if (expected === undefined) {
    return { code: 'import_refused', message: `imports ${place.name}, which the profile does not offer`, ...place };
  }
  const found = layout.types[entry.typeIndex];
  if (found !== undefined && sameFuncType(found, expected)) return undefined;
  const message = `imports ${place.name} as ${importTypeText(layout, entry)}; it is ${funcTypeText(expected)}`;
  return { code: 'import_type_mismatch', message, ...place };
}

function exportDenials(layout: ModuleLayout): readonly AdmissionDenial[] {
  const denials: AdmissionDenial[] = [];
  for (const entry of layout.exports) {
    if (denials.length === ADMISSION_LIMITS.reasonsMax) break;
    if (!entry.name.startsWith(RESERVED_EXPORT_PREFIX)) continue;
    const name = shownName(entry.name);
    const message = `exports ${name}; names that begin with ${RESERVED_EXPORT_PREFIX} are reserved`;
    denials.push({ code: 'name_reserved', message, name, section: 'export', offset: entry.at });
  }
  const required = [MEMORY_EXPORT, ...REQUIRED_FUNCTIONS.keys()];
  return [...required.flatMap((name) => requiredExportDenial(layout, name)), ...denials];
}

function requiredExportDenial(layout: ModuleLayout, name: string): readonly AdmissionDenial[] {
  const expected = REQUIRED_FUNCTIONS.get(name);
  const what = expected === undefined ? 'a memory' : `a function ${funcTypeText(expected)}`;
  const entry = layout.exports.find((candidate) => candidate.name === name);
  if (entry === undefined) {
    return [{ code: 'export_missing', message: `does not export ${name}, ${what}`, name, section: 'export' }];
  }
  if (entry.kind === (expected === undefined ? 'memory' : 'function')) {
    if (expected === undefined) return [];
    const type = layout.types[layout.functionTypeIndices[entry.index] ?? -1];
    if (type !== undefined && sameFuncType(type, expected)) return [];
  }
  const message = `exports ${name} as ${entry.kind} ${exportTypeText(layout, entry)}; it is ${what}`;
  return [{ code: 'export_type_mismatch', message, name, section: 'export', offset: entry.at }];
}

function memoryDenials(layout: ModuleLayout, pagesMax: number): readonly AdmissionDenial[] {
  const min = layout.memories[0]?.min ?? 0;
  if (min <= pagesMax) return [];
  const message = `its memory starts with ${min} pages of 64 KiB; at most ${pagesMax} are lent to it`;
  return [{ code: 'memory_too_large', message, ...placeOf(layout, SECTION.memory, 'memory') }];
}

function tableDenials(layout: ModuleLayout): readonly AdmissionDenial[] {
  const limit = ADMISSION_LIMITS.tableElementsMax;
  const bound = tableElementsBound(layout);
  if (bound <= limit) return [];
  const start = layout.tables.reduce((total, { min }) => total + min, 0);
  const elements = growsTables(layout) ? bound : start;
  if (elements <= limit) return [];
  const found = elements === Infinity ? 'grow without a maximum' : `hold ${elements} elements`;
  const message = `its tables may ${found}; at most ${limit} elements are allowed`;
  return [{ code: 'table_too_large', message, ...placeOf(layout, SECTION.table, 'table') }];
}

function startDenials(layout: ModuleLayout): readonly AdmissionDenial[] {
  if (layout.start === undefined) return [];
  const message =
    'it has a start function, which would run before the host has set its fuel; in AssemblyScript use --exportStart';
  return [{ code: 'start_refused', message, ...placeOf(layout, SECTION.start, 'start') }];
}

function placeOf(layout: ModuleLayout, id: number, section: string): { section: string; offset?: number } {
  const found = layout.sections.find((candidate) => candidate.id === id);
  return found === undefined ? { section } : { section, offset: found.start };
}
