import { type Bytes } from '../../core/index.ts';
import { ByteWriter, SECTION, sizeOfU32, VALUE_TYPE, type ModuleLayout } from '../wasm/index.ts';
import { type TypeTable } from './type-table.ts';

/** A function that the meter adds, which the host calls instead of `target`. */
export interface Door {
  readonly target: number;
  /** The body, with its size before it. */
  readonly body: Uint8Array;
}

/** Globals that the meter adds. */
export interface FuelGlobals {
  readonly fuel: number;
  /** Units of stack left. */
  readonly depth: number;
  /** Units of stack at the start. */
  readonly depthMax: number;
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
  /** What holds the new bodies of the module's own functions, and for each where in it it starts and ends, without its size. */
  readonly bodies: Uint8Array;
  readonly written: Uint32Array;
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
export function writeModule(layout: ModuleLayout, order: ModuleOrder): Bytes {
  const out = new ModuleBytes(order);
  out.around.copy(layout.bytes, 0, 8);
  const missing = [SECTION.global, SECTION.export].filter((id) =>
    layout.sections.every((section) => section.id !== id),
  );
  for (const section of layout.sections) {
    if (section.id === SECTION.custom) {
      const isStale = STALE_NAMES.some((prefix) => section.name?.startsWith(prefix));
      if (!isStale) out.around.copy(layout.bytes, section.at, section.end);
      continue;
    }
    while (missing[0] !== undefined && ORDER.indexOf(missing[0]) < ORDER.indexOf(section.id)) {
      writeSection(out, missing.shift() ?? 0, layout, order);
    }
    if (!writeSection(out, section.id, layout, order)) out.around.copy(layout.bytes, section.at, section.end);
  }
  for (const id of missing) writeSection(out, id, layout, order);
  return out.joined();
}

/** A module in the making. Its code is most of it and is put in its place only at the end, so that it is copied once. */
class ModuleBytes {
  /** All that lies around the bodies of the module's own functions. */
  readonly around = new ByteWriter(4096);
  private readonly order: ModuleOrder;
  private readonly bodiesBytes: number;
  private bodiesAt = 0;

  constructor(order: ModuleOrder) {
    this.order = order;
    const { written } = order;
    let bytes = 0;
    for (let at = 0; at < written.length; at += 2) {
      const size = (written[at + 1] ?? 0) - (written[at] ?? 0);
      bytes += sizeOfU32(size) + size;
    }
    this.bodiesBytes = bytes;
  }

  /** The code section comes here. */
  code(): void {
    const { around, order, bodiesBytes } = this;
    const count = order.written.length / 2 + order.doors.length;
    const doorBytes = order.doors.reduce((total, { body }) => total + body.length, 0);
    around.u8(SECTION.code);
    around.u32(sizeOfU32(count) + bodiesBytes + doorBytes);
    around.u32(count);
    this.bodiesAt = around.length;
    for (const { body } of order.doors) around.append(body);
  }

  joined(): Bytes {
    const { around, bodiesAt, bodiesBytes, order } = this;
    const { bodies, written } = order;
    const out = new ByteWriter(around.length + bodiesBytes);
    out.copyFrom(around, 0, bodiesAt);
    for (let at = 0; at < written.length; at += 2) {
      const start = written[at] ?? 0;
      const end = written[at + 1] ?? 0;
      out.u32(end - start);
      out.copy(bodies, start, end);
    }
    out.copyFrom(around, bodiesAt, around.length);
    return out.toBytes();
  }
}

/** Writes the section if it changes. */
function writeSection(out: ModuleBytes, id: number, layout: ModuleLayout, order: ModuleOrder): boolean {
  if (id === SECTION.code) {
    out.code();
    return true;
  }
  const write = WRITERS.get(id);
  if (write === undefined) return false;
  const content = new ByteWriter();
  write(content, layout, order);
  out.around.section(id, content);
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

function doorIndices(layout: ModuleLayout, { doors }: ModuleOrder): ReadonlyMap<number, number> {
  return new Map(doors.map(({ target }, place) => [target, layout.functionTypeIndices.length + place]));
}
