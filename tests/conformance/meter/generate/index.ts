/**
 * Valid modules of every allowed feature from a seed: nested control with several values, branches to all depths, direct,
 * indirect and tail calls, early returns, traps, memory and table operations, vectors, dead code. Every function of
 * every module ends: loops count down, and guarded entries and branches take steps from a fixed number.
 */
import { ByteWriter } from '../oracle/bytes.ts';
import { expressions } from './code/expression.ts';
import { EXTERNREF, FUNCREF, I32, type ValueType } from './code/operators.ts';
import { statement } from './code/statement.ts';
import { takeStep } from './code/terminator.ts';
import { IMPORTS, isCallable, planModule, SLOTS } from './plan.ts';
import { Random } from './random.ts';
import { typeOf, zero, type ModuleShape, type Scope } from './shape.ts';

export { Random } from './random.ts';

export interface GeneratedModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What the host may call: exports `f0`, `f1` …, and what it finds in an exported table, `t0[0]` … */
  readonly exports: readonly { readonly name: string; readonly params: readonly ValueType[] }[];
}

export interface GeneratorOptions {
  /** Instructions, about, in one function. */
  readonly size: number;
  readonly tailCalls: boolean;
}

const STEPS = 60;
const TABLE_MINIMUM = 96;

export function generateModule(seed: number, options: GeneratorOptions): GeneratedModule {
  const random = new Random(seed);
  const module = planModule(random, options.tailCalls);
  const own = module.functions.slice(module.importedFunctions);
  const bodies = own.map((_, index) => writeBody(random, module, module.importedFunctions + index, options.size));
  return {
    bytes: writeModule(random, module, bodies),
    exports: [...exportsOf(module), ...inTableOf(module).slice(0, 2)],
  };
}

function writeBody(random: Random, module: ModuleShape, index: number, size: number): Uint8Array {
  const type = typeOf(module, index);
  const kind = module.functions[index]?.kind ?? 'leaf';
  const budgetMax = kind === 'leaf' || kind === 'layered' ? Math.ceil(size / 4) : size;
  const out = new ByteWriter();
  const scope: Scope = {
    random,
    module,
    out,
    index,
    kind,
    results: type.results,
    leaf: kind === 'leaf',
    locals: [...type.params],
    reserved: new Set(),
    labels: [{ types: type.results }],
    budget: random.between(1, budgetMax),
    // A layered function is called often: it loops little.
    loopDepth: kind === 'layered' ? 2 : 0,
  };
  if (kind === 'entry') guardEntry(scope);
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

function exportsOf(module: ModuleShape): GeneratedModule['exports'] {
  return module.exported.map((index) => ({ name: `f${index}`, params: typeOf(module, index).params }));
}

function inTableOf(module: ModuleShape): GeneratedModule['exports'] {
  if (module.tables !== 'open') return [];
  return module.slots.flatMap((held, slot) => {
    if (held === undefined || held < module.importedFunctions || !isCallable(typeOf(module, held))) return [];
    return [{ name: `t0[${slot}]`, params: typeOf(module, held).params }];
  });
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
  if (module.tables !== 'none') out.section(4, tables());
  if (module.hasMemory) out.section(5, new ByteWriter().u8(1, 1, 1, 16).done());
  out.section(
    6,
    vector(module.globals.slice(module.importedGlobals), (entry, global, index) =>
      globalEntry(entry, module, global, index),
    ),
  );
  out.section(7, exportSection(module));
  if (hasStart) out.section(8, new ByteWriter().u32(start).done());
  if (module.tables !== 'none') out.section(9, elements(module));
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
    ...(module.tables === 'open' ? [0, 1, 2] : []).map((index) => [`t${index}`, 1, index] as const),
    ...(module.hasMemory ? [['memory', 2, 0] as const] : []),
    ...module.globals.map((_, index) => [`g${index}`, 3, index] as const),
  ];
  return vector(entries, (out, [name, kind, index]) => out.name(name).u8(kind).u32(index));
}

function elements(module: ModuleShape): Uint8Array {
  const out = new ByteWriter().u32(module.tables === 'open' ? 3 : 2);
  const held = module.slots.filter((slot) => slot !== undefined);
  if (held.length === module.slots.length) {
    // Active and passive, as plain indices.
    out.u8(0, 0x41, 0, 0x0b);
    slotIndices(out, held);
    out.u8(1, 0);
    slotIndices(out, held);
  } else {
    // The same as expressions, because a slot is null.
    out.u8(4, 0x41, 0, 0x0b);
    slotExpressions(out, module);
    out.u8(5, FUNCREF);
    slotExpressions(out, module);
  }
  if (module.tables !== 'open') return out.done();
  // Declarative, for every ref.func.
  out.u8(3, 0);
  slotIndices(
    out,
    module.functions.map((_, index) => index),
  );
  return out.done();
}

function slotIndices(out: ByteWriter, indices: readonly number[]): void {
  out.u32(indices.length);
  for (const index of indices) out.u32(index);
}

function slotExpressions(out: ByteWriter, { slots }: ModuleShape): void {
  out.u32(slots.length);
  for (const slot of slots) {
    if (slot === undefined) out.u8(0xd0, FUNCREF, 0x0b);
    else out.u8(0xd2).u32(slot).u8(0x0b);
  }
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
