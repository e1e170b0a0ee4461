/**
 * Valid modules of every allowed feature from a seed: nested control with several values, branches to all depths, direct,
 * indirect and tail calls, early returns, traps, memory and table operations, vectors, dead code. Every function of
 * every module ends: loops count down, and guarded entries and branches take steps from a fixed number.
 */
import { ByteWriter } from '../oracle/bytes.ts';
import { expressions } from './expression.ts';
import { EXTERNREF, F32, F64, FUNCREF, I32, I64, type ValueType } from './operators.ts';
import { Random } from './random.ts';
import { statement } from './statement.ts';
import { takeStep } from './terminator.ts';
import { someType, typeIndexOf, typeOf, zero, type FunctionShape, type ModuleShape, type Scope } from './shape.ts';

export { Random } from './random.ts';

export interface GeneratedModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Exported functions `f0`, `f1` … with the parameters that each takes. */
  readonly exports: readonly { readonly name: string; readonly params: readonly ValueType[] }[];
}

export interface GeneratorOptions {
  /** Instructions, about, in one function. */
  readonly size: number;
  readonly tailCalls: boolean;
}

const STEPS = 60;
const TABLE_MINIMUM = 96;
const SLOTS = 8;

/** What the host gives when a module imports it; see `host.ts`. */
const IMPORTS = {
  note: { params: [I32], results: [] },
  pair: { params: [I64, F64], results: [I32, I64] },
  charge: { params: [I32], results: [I32] },
} as const;

export function generateModule(seed: number, options: GeneratorOptions): GeneratedModule {
  const random = new Random(seed);
  const module = planModule(random, options.tailCalls);
  const own = module.functions.slice(module.importedFunctions);
  const bodies = own.map((shape) => writeBody(random, module, shape, options.size));
  return { bytes: writeModule(random, module, bodies), exports: exportsOf(module) };
}

function planModule(random: Random, tailCalls: boolean): ModuleShape {
  const usesVectors = random.chance(0.3);
  const types: { params: readonly ValueType[]; results: readonly ValueType[] }[] = [];
  const imported = random.chance(0.5) ? Object.values(IMPORTS) : [];
  const functions: FunctionShape[] = imported.map((type) => ({ typeIndex: typeIndexOf({ types }, type), leaf: false }));
  for (let count = random.between(1, 5); count > 0; count--) {
    const many = (most: number): ValueType[] =>
      Array.from({ length: random.between(0, most) }, () => someType(random, usesVectors && random.chance(0.3)));
    const type = functions.length > imported.length && random.chance(0.4) ? random.pick(types) : undefined;
    const typeIndex = typeIndexOf({ types }, type ?? { params: many(3), results: many(2) });
    functions.push({ typeIndex, leaf: random.chance(0.25) });
  }
  const globals = Array.from({ length: random.between(0, 4) }, () => ({
    type: someType(random, usesVectors),
    mutable: random.chance(0.7),
  }));
  // An imported global moves the index of every other, and that of the one which the meter adds.
  const importedGlobals = imported.length > 0 && random.chance(0.5) ? [{ type: I32, mutable: false } as const] : [];
  return {
    types,
    functions,
    importedFunctions: imported.length,
    globals: [...importedGlobals, ...globals, { type: I32, mutable: true }],
    importedGlobals: importedGlobals.length,
    stepsGlobal: importedGlobals.length + globals.length,
    hasMemory: random.chance(0.85),
    slots: Array.from({ length: SLOTS }, () => (random.chance(0.85) ? random.below(functions.length) : undefined)),
    dataSegments: random.below(3),
    elementSegments: random.below(2),
    risky: random.chance(0.3),
    usesVectors,
    usesTailCalls: tailCalls && random.chance(0.4),
  };
}

function writeBody(random: Random, module: ModuleShape, shape: FunctionShape, size: number): Uint8Array {
  const type = module.types[shape.typeIndex];
  if (type === undefined) throw new Error('a function without a type');
  const out = new ByteWriter();
  const scope: Scope = {
    random,
    module,
    out,
    results: type.results,
    leaf: shape.leaf,
    locals: [...type.params],
    reserved: new Set(),
    labels: [{ types: type.results }],
    budget: random.between(1, shape.leaf ? Math.ceil(size / 4) : size),
    loopDepth: 0,
  };
  if (!shape.leaf) guardEntry(scope);
  for (let count = random.between(0, 9); count > 0 && scope.budget > 0; count--) statement(scope, 0);
  expressions(scope, type.results, 0);
  const declared = scope.locals.slice(type.params.length);
  const locals = new ByteWriter().u32(declared.length);
  for (const local of declared) locals.u8(1, local);
  return locals.bytes(out.u8(0x0b).done()).done();
}

/** Returns zeros at once when no steps are left, so that recursion ends. */
function guardEntry(scope: Scope): void {
  takeStep(scope);
  scope.out.u8(0x41, 0, 0x4c, 0x04, 0x40);
  for (const result of scope.results) zero(scope.out, result);
  scope.out.u8(0x0f, 0x0b);
}

/** JavaScript can neither give nor take vectors. */
function isCallable(module: ModuleShape, index: number): boolean {
  const { params, results } = typeOf(module, index);
  const plain: readonly ValueType[] = [I32, I64, F32, F64];
  return [...params, ...results].every((type) => plain.includes(type));
}

function exportsOf(module: ModuleShape): GeneratedModule['exports'] {
  return module.functions.flatMap((_, index) =>
    index >= module.importedFunctions && isCallable(module, index)
      ? [{ name: `f${index}`, params: typeOf(module, index).params }]
      : [],
  );
}

function writeModule(random: Random, module: ModuleShape, bodies: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter().u8(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  const start = module.functions.findIndex(
    (_, index) => index >= module.importedFunctions && typeOf(module, index).params.length === 0,
  );
  const hasStart = start >= 0 && typeOf(module, start).results.length === 0 && random.chance(0.3);
  out.section(1, vector(module.types, typeEntry));
  if (module.importedFunctions > 0) out.section(2, imports(module));
  const own = module.functions.slice(module.importedFunctions);
  out.section(
    3,
    vector(own, (entry, { typeIndex }) => entry.u32(typeIndex)),
  );
  out.section(4, tables());
  if (module.hasMemory) out.section(5, new ByteWriter().u8(1, 1, 1, 16).done());
  out.section(
    6,
    vector(module.globals.slice(module.importedGlobals), (entry, global, index) =>
      globalEntry(entry, module, global, index),
    ),
  );
  out.section(7, exportSection(module));
  if (hasStart) out.section(8, new ByteWriter().u32(start).done());
  out.section(9, elements(module));
  if (module.hasMemory) out.section(12, new ByteWriter().u32(module.dataSegments + 1).done());
  out.section(
    10,
    vector(bodies, (entry, body) => entry.sized(body)),
  );
  if (module.hasMemory) out.section(11, data(random, module));
  return out.done();
}

function vector<T>(
  items: readonly T[],
  write: (out: ByteWriter, item: T, index: number) => unknown,
): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter().u32(items.length);
  items.forEach((item, index) => write(out, item, index));
  return out.done();
}

function typeEntry(out: ByteWriter, { params, results }: ModuleShape['types'][number]): void {
  out
    .u8(0x60)
    .u32(params.length)
    .u8(...params)
    .u32(results.length)
    .u8(...results);
}

function imports(module: ModuleShape): Uint8Array {
  const names = Object.keys(IMPORTS);
  const out = new ByteWriter().u32(names.length + module.importedGlobals);
  if (module.importedGlobals > 0) out.name('host').name('seven').u8(3, I32, 0);
  names.forEach((name, index) => {
    const typeIndex = module.functions[index]?.typeIndex ?? 0;
    out.name('host').name(name).u8(0).u32(typeIndex);
  });
  return out.done();
}

function tables(): Uint8Array {
  const out = new ByteWriter().u8(3);
  out.u8(FUNCREF, 1).u32(SLOTS).u32(SLOTS);
  for (const type of [EXTERNREF, FUNCREF]) out.u8(type, 1).u32(TABLE_MINIMUM).u32(2000);
  return out.done();
}

function globalEntry(
  out: ByteWriter,
  module: ModuleShape,
  { type, mutable }: ModuleShape['globals'][number],
  index: number,
): void {
  out.u8(type, mutable ? 1 : 0);
  if (index + module.importedGlobals === module.stepsGlobal) out.u8(0x41).s32(STEPS);
  else zero(out, type);
  out.u8(0x0b);
}

function exportSection(module: ModuleShape): Uint8Array {
  const entries: (readonly [name: string, kind: number, index: number])[] = [
    ...exportsOf(module).map(({ name }) => [name, 0, Number(name.slice(1))] as const),
    ...[0, 1, 2].map((index) => [`t${index}`, 1, index] as const),
    ...(module.hasMemory ? [['memory', 2, 0] as const] : []),
    ...module.globals.map((_, index) => [`g${index}`, 3, index] as const),
  ];
  return vector(entries, (out, [name, kind, index]) => out.name(name).u8(kind).u32(index));
}

function elements(module: ModuleShape): Uint8Array {
  const all = module.functions.map((_, index) => index);
  const out = new ByteWriter().u32(3);
  // Active, as expressions because a slot may be null; passive; declarative for every ref.func.
  out.u8(4, 0x41, 0, 0x0b).u32(SLOTS);
  for (const slot of module.slots) {
    if (slot === undefined) out.u8(0xd0, FUNCREF, 0x0b);
    else out.u8(0xd2).u32(slot).u8(0x0b);
  }
  out.u8(1, 0).u32(SLOTS);
  for (let index = 0; index < SLOTS; index++) out.u32(index % module.functions.length);
  out.u8(3, 0).u32(all.length);
  for (const index of all) out.u32(index);
  return out.done();
}

/** The passive segments first, then an active one. */
function data(random: Random, module: ModuleShape): Uint8Array {
  const out = new ByteWriter().u32(module.dataSegments + 1);
  const text = (sizeBytes: number): Uint8Array => Uint8Array.from({ length: sizeBytes }, () => random.below(256));
  for (let index = 0; index < module.dataSegments; index++) out.u8(1).sized(text(96));
  return out
    .u8(0, 0x41)
    .s32(random.below(1000))
    .u8(0x0b)
    .sized(text(random.below(200)))
    .done();
}
