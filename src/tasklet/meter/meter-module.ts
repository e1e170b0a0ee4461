import { assert, err, ok, type Bytes, type Result } from '../../core/index.ts';
import {
  featureNames,
  readModule,
  validateModule,
  WASM_LIMITS,
  type ModuleLayout,
  type WasmDenial,
} from '../wasm/index.ts';
import { callGraphOf, type CallGraph } from './calls/index.ts';
import { doorsOf, type DoorOrder } from './doors.ts';
import { FunctionMeter } from './function-meter.ts';
import { freshMachine, loadCalls, loadModule, readFacts, type Machine } from './machine/index.ts';
import { writeModule, type FuelGlobals } from './module-writer.ts';
import { ThreadTypes } from './thread-types.ts';
import { TypeTable } from './type-table.ts';

/** Raised whenever a metered module comes out differently: caches of metered modules are keyed by it. */
export const METER_VERSION = 4;

/** The exported global that holds the fuel left. Reserved: modules may not export it themselves. */
export const FUEL_GLOBAL = '__grafos_fuel';

/** The largest balance that cannot be mistaken for the mark of an exhausted stack. */
const FUEL_DEFAULT = 2n ** 62n - 1n;

/** Units of 128 bytes: 384 KiB, of the 500 KB of stack that Chromium gives a worker. */
const DEPTH_DEFAULT = 3_072;

export interface MeterOptions {
  /** What the module starts with; from 0 to 2^62 − 1. */
  readonly fuel?: bigint;
  /** Bound on the module's own memory. */
  readonly memoryPagesMax?: number;
  /** Bound on nested calls of ordinary functions; one with many locals or operands counts as several. */
  readonly callDepthMax?: number;
}

export interface MeterReport {
  readonly originalBytes: number;
  readonly meteredBytes: number;
  readonly functions: number;
  /** Functions that their callers pay for: they carry no code of the meter. */
  readonly silentFunctions: number;
  /** Functions that may call themselves, directly or not. */
  readonly recursiveFunctions: number;
  /** No more fuel than this is spent between two checks, dynamic costs of single instructions apart. */
  readonly uncheckedFuelMax: number;
}

export interface MeteredModule {
  readonly bytes: Bytes;
  readonly report: MeterReport;
}

/** Validates a module and rewrites it so that it counts its fuel exactly (ABI.md §6). */
export function meterModule(bytes: Uint8Array, options: MeterOptions = {}): Result<MeteredModule, WasmDenial> {
  const read = readModule(bytes);
  return read.ok ? meterLayout(read.value, options) : read;
}

/** The same of a module whose layout has been read, and whose bodies have not been validated. */
export function meterLayout(layout: ModuleLayout, options: MeterOptions): Result<MeteredModule, WasmDenial> {
  const size = layout.bytes.length;
  if (size > WASM_LIMITS.meteredBytesMax)
    return err(tooLarge('bytes of the module', size, WASM_LIMITS.meteredBytesMax));
  const machine = freshMachine();
  try {
    return meterWith(machine, layout, options);
  } catch (error) {
    if (machine.isOutOfMemory.value === 0) throw error;
    return err({ code: 'limit_exceeded', message: 'there is too little memory here to meter the module', offset: 0 });
  }
}

function meterWith(machine: Machine, layout: ModuleLayout, options: MeterOptions): Result<MeteredModule, WasmDenial> {
  const scanned = scanCode(machine, layout);
  if (!scanned.ok) return scanned;
  const refusal = refusalOf(layout, options) ?? controlRefusal(machine);
  if (refusal !== undefined) return err(refusal);
  const metered = transform(layout, machine, scanned.value, options);
  const excess = metered.bodyBytesMax > WASM_LIMITS.bodyBytesMax;
  if (excess) return err(tooLarge('bytes of a metered function', metered.bodyBytesMax, WASM_LIMITS.bodyBytesMax));
  return ok(metered.module);
}

/** Has the machine validate the bodies and see who calls whom. */
function scanCode(machine: Machine, layout: ModuleLayout): Result<CallGraph, WasmDenial> {
  loadModule(machine, layout);
  const codeBytes = layout.codes.reduce((total, { bodyStart, bodyEnd }) => total + bodyEnd - bodyStart, 0);
  if (machine.scan(codeBytes) === 0) return err(denialOfBodies(layout));
  const usesVectors = machine.hasVectors.value === 1 || featureNames(layout.features).includes('simd');
  return ok(callGraphOf(layout, readFacts(machine, layout), usesVectors ? 2 : 1));
}

/** What is wrong with the bodies: the machine only says that something is. */
function denialOfBodies(layout: ModuleLayout): WasmDenial {
  const validated = validateModule(layout);
  assert(!validated.ok, 'the machine refuses a module that the validator accepts');
  return validated.error;
}

function transform(
  layout: ModuleLayout,
  machine: Machine,
  calls: CallGraph,
  options: MeterOptions,
): { readonly module: MeteredModule; readonly bodyBytesMax: number } {
  const globals: FuelGlobals = {
    fuel: layout.globals.length,
    depth: layout.globals.length + 1,
    depthMax: options.callDepthMax ?? DEPTH_DEFAULT,
  };
  const types = new TypeTable(layout);
  const threads = new ThreadTypes(layout, types);
  loadCalls(machine, calls, ...hostCalls(layout, calls, types));
  machine.prepare(globals.fuel, globals.depth, globals.depthMax);
  const meter = new FunctionMeter(layout, calls, machine, types, threads);
  meter.meterAll();
  const countsDepth = machine.countsDepth.value === 1;
  const order: DoorOrder = { layout, globals, countsDepth, calls, machine, threads };
  const written = new Uint32Array(machine.memory.buffer, machine.written.value, layout.codes.length * 2);
  const out = writeModule(layout, {
    fuelName: FUEL_GLOBAL,
    fuel: options.fuel ?? FUEL_DEFAULT,
    globals,
    countsDepth,
    memoryPagesMax: options.memoryPagesMax ?? Infinity,
    types,
    functionTypes: layout.codes.map((_, place) => threads.typeIndexOf(layout.importedFunctionCount + place)),
    doors: doorsOf(order),
    bodies: new Uint8Array(machine.memory.buffer),
    written,
  });
  return {
    module: {
      bytes: out,
      report: {
        originalBytes: layout.bytes.length,
        meteredBytes: out.length,
        functions: layout.codes.length,
        silentFunctions: machine.silentCount.value,
        recursiveFunctions: meter.recursiveCount,
        uncheckedFuelMax: machine.uncheckedMax.value,
      },
    },
    bodyBytesMax: bodyBytesMax(written),
  };
}

function bodyBytesMax(written: Uint32Array): number {
  let most = 0;
  for (let at = 0; at < written.length; at += 2) most = Math.max(most, (written[at + 1] ?? 0) - (written[at] ?? 0));
  return most;
}

/** By type, whether an import of it can be called indirectly, and whether any indirect call may reach the host. */
function hostCalls(
  layout: ModuleLayout,
  calls: CallGraph,
  types: TypeTable,
): [hostTypes: Uint8Array, callsHost: boolean] {
  const offered = new Set<string>();
  for (let index = 0; index < layout.importedFunctionCount; index++) {
    if (calls.isNamed[index] === 1) offered.add(types.canonical(layout.functionTypeIndices[index] ?? -1));
  }
  const hostTypes = new Uint8Array(layout.types.length);
  if (offered.size > 0)
    layout.types.forEach((_, index) => (hostTypes[index] = offered.has(types.canonical(index)) ? 1 : 0));
  return [hostTypes, calls.isOpen || offered.size > 0];
}

function refusalOf(layout: ModuleLayout, { memoryPagesMax = Infinity }: MeterOptions): WasmDenial | undefined {
  const taken = layout.exports.find(({ name }) => name === FUEL_GLOBAL);
  if (taken !== undefined) {
    const message = `the export name ${FUEL_GLOBAL} is reserved`;
    return { code: 'invalid', message, offset: taken.at, section: 'export', name: FUEL_GLOBAL };
  }
  const isImported = layout.imports.some(({ kind }) => kind === 'memory');
  const min = layout.memories[0]?.min ?? 0;
  if (!isImported && min > memoryPagesMax) return tooLarge('pages of memory at the start', min, memoryPagesMax);
  for (const { localCount, bodyStart } of layout.codes) {
    const limit = WASM_LIMITS.localsMax - LOCALS_ADDED_MAX;
    if (localCount > limit) return tooLarge('locals of a function', localCount, limit, bodyStart);
  }
  return undefined;
}

function controlRefusal(machine: Machine): WasmDenial | undefined {
  const found = machine.controlMax();
  const limit = WASM_LIMITS.controlMax;
  return found <= limit ? undefined : tooLarge('control instructions of a function', found, limit);
}

/** Locals that the meter adds to a function at most. */
const LOCALS_ADDED_MAX = 3;

function tooLarge(what: string, found: number, limit: number, offset = 0): WasmDenial {
  return { code: 'limit_exceeded', message: `${what}: ${found}, at most ${limit} allowed`, offset };
}
