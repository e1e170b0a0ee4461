import { ByteWriter, SECTION, sizeOfU32, VALUE_TYPE, type ModuleLayout } from '../wasm/index.ts';
import { type FuelGlobals } from './fuel-code.ts';
import { type TypeTable } from './type-table.ts';

/** A function that the meter adds, which the host calls instead of `target`. */
export interface Door {
  readonly target: number;
  /** The body, with its size before it. */
  readonly body: Uint8Array;
}

/** Everything that changes in a module. */
export interface ModuleOrder {
  readonly fuelName: string;
  readonly fuel: bigint;
  readonly globals: FuelGlobals;
  readonly countsDepth: boolean;
  readonly memoryPagesMax: number;
  readonly types: TypeTable;
  /** Types of the module's own functions as they are now. */
  readonly functionTypes: readonly number[];
  readonly doors: readonly Door[];
  /** What holds the bodies of the module's own functions, and where each lies in it. */
  readonly bodies: ByteWriter;
  readonly written: readonly WrittenBody[];
}

/** Where one function's new body lies in the writer of bodies, without its size. */
export interface WrittenBody {
  readonly start: number;
  readonly end: number;
}

/** Sections in the order in which they must stand; custom ones may stand anywhere. */
const ORDER: readonly number[] = [
  SECTION.type,
  SECTION.import,
  SECTION.function,
  SECTION.table,
  SECTION.memory,
  SECTION.global,
  SECTION.export,
  SECTION.start,
  SECTION.element,
  SECTION.dataCount,
  SECTION.code,
  SECTION.data,
];

/** Custom sections that point into code by offset: wrong once the code has moved. */
const STALE_NAMES = ['metadata.code.', '.debug_', 'sourceMappingURL', 'reloc.'];

/** Writes the module anew: what is not named in `order` byte by byte as it was. */
export function writeModule(layout: ModuleLayout, order: ModuleOrder): ByteWriter {
  const out = new ByteWriter(layout.bytes.length * 2);
  out.copy(layout.bytes, 0, 8);
  const missing = [SECTION.global, SECTION.export].filter((id) =>
    layout.sections.every((section) => section.id !== id),
  );
  for (const section of layout.sections) {
    if (section.id === SECTION.custom) {
      const isStale = STALE_NAMES.some((prefix) => section.name?.startsWith(prefix));
      if (!isStale) out.copy(layout.bytes, section.at, section.end);
      continue;
    }
    while (missing[0] !== undefined && ORDER.indexOf(missing[0]) < ORDER.indexOf(section.id)) {
      writeSection(out, missing.shift() ?? 0, layout, order);
    }
    if (!writeSection(out, section.id, layout, order)) out.copy(layout.bytes, section.at, section.end);
  }
  for (const id of missing) writeSection(out, id, layout, order);
  return out;
}

/** Writes the section if it changes. */
function writeSection(out: ByteWriter, id: number, layout: ModuleLayout, order: ModuleOrder): boolean {
  if (id === SECTION.code) {
    writeCode(out, order);
    return true;
  }
  const write = WRITERS.get(id);
  if (write === undefined) return false;
  const content = new ByteWriter();
  write(content, layout, order);
  out.section(id, content);
  return true;
}

const WRITERS = new Map<number, (content: ByteWriter, layout: ModuleLayout, order: ModuleOrder) => void>([
  [SECTION.type, writeTypes],
  [SECTION.function, writeFunctions],
  [SECTION.memory, writeMemory],
  [SECTION.global, writeGlobals],
  [SECTION.export, writeExports],
  [SECTION.start, writeStart],
]);

/** The old content of a vector's section, after its count. */
function oldItems(layout: ModuleLayout, id: number): Uint8Array {
  const section = layout.sections.find((entry) => entry.id === id);
  if (section === undefined) return new Uint8Array(0);
  const content = layout.bytes.subarray(section.start, section.end);
  return content.subarray(content.findIndex((byte) => byte < 0x80) + 1);
}

function writeTypes(content: ByteWriter, layout: ModuleLayout, { types }: ModuleOrder): void {
  content.u32(layout.types.length + types.added.length);
  content.append(oldItems(layout, SECTION.type));
  for (const { params, results } of types.added) {
    content.u8(0x60);
    for (const list of [params, results]) {
      content.u32(list.length);
      content.append(Uint8Array.from(list));
    }
  }
}

function writeFunctions(content: ByteWriter, layout: ModuleLayout, { doors, functionTypes }: ModuleOrder): void {
  content.u32(layout.codes.length + doors.length);
  for (const type of functionTypes) content.u32(type);
  for (const { target } of doors) content.u32(layout.functionTypeIndices[target] ?? 0);
}

/** The profile has one memory at most, and this section is copied where it is imported. */
function writeMemory(content: ByteWriter, layout: ModuleLayout, { memoryPagesMax }: ModuleOrder): void {
  const isImported = layout.imports.some(({ kind }) => kind === 'memory');
  const own = isImported ? [] : layout.memories;
  content.u32(own.length);
  for (const { min, max } of own) {
    const clamped = Math.min(max ?? Infinity, memoryPagesMax);
    content.u8(clamped === Infinity ? 0 : 1);
    content.u32(min);
    if (clamped !== Infinity) content.u32(clamped);
  }
}

function writeGlobals(content: ByteWriter, layout: ModuleLayout, order: ModuleOrder): void {
  const added = order.countsDepth ? [order.fuel, BigInt(order.globals.depthMax)] : [order.fuel];
  content.u32(layout.globals.length - layout.importedGlobalCount + added.length);
  content.append(oldItems(layout, SECTION.global));
  for (const value of added) {
    content.u8(VALUE_TYPE.i64);
    content.u8(1);
    content.u8(0x42);
    content.s64(value);
    content.u8(0x0b);
  }
}

const KIND_BYTE = { function: 0, table: 1, memory: 2, global: 3 } as const;

function writeExports(content: ByteWriter, layout: ModuleLayout, order: ModuleOrder): void {
  const doors = doorIndices(layout, order);
  content.u32(layout.exports.length + 1);
  for (const { name, kind, index } of layout.exports) {
    content.text(name);
    content.u8(KIND_BYTE[kind]);
    content.u32(kind === 'function' ? (doors.get(index) ?? index) : index);
  }
  content.text(order.fuelName);
  content.u8(KIND_BYTE.global);
  content.u32(order.globals.fuel);
}

function writeStart(content: ByteWriter, layout: ModuleLayout, order: ModuleOrder): void {
  const start = layout.start ?? 0;
  content.u32(doorIndices(layout, order).get(start) ?? start);
}

/** The section is most of the module, so it is written in its place at once. */
function writeCode(out: ByteWriter, { bodies, written, doors }: ModuleOrder): void {
  const count = written.length + doors.length;
  let size = sizeOfU32(count);
  for (const { start, end } of written) size += sizeOfU32(end - start) + end - start;
  for (const { body } of doors) size += body.length;
  out.u8(SECTION.code);
  out.u32(size);
  out.u32(count);
  for (const { start, end } of written) {
    out.u32(end - start);
    out.copyFrom(bodies, start, end);
  }
  for (const { body } of doors) out.append(body);
}

function doorIndices(layout: ModuleLayout, { doors }: ModuleOrder): ReadonlyMap<number, number> {
  return new Map(doors.map(({ target }, place) => [target, layout.functionTypeIndices.length + place]));
}
