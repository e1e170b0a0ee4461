import { err, ok, type Bytes, type Result } from '../../core/index.ts';
import {
  ByteWriter,
  featureNames,
  readModule,
  Validator,
  WASM_LIMITS,
  type ModuleLayout,
  type WasmDenial,
} from '../wasm/index.ts';
import { callGraphOf, CodeScan, type CallGraph } from './calls/index.ts';
import { type EventTape } from './flow/index.ts';
import { FuelCode, OP, type FuelGlobals } from './fuel-code.ts';
import { FunctionMeter } from './function-meter.ts';
import { writeModule, type Door } from './module-writer.ts';
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
  const scanned = scanCode(layout);
  if (!scanned.ok) return scanned;
  const refusal = refusalOf(layout, options);
  if (refusal !== undefined) return err(refusal);
  const metered = transform(layout, scanned.value, options);
  const excess = metered.bodyBytesMax > WASM_LIMITS.bodyBytesMax;
  if (excess) return err(tooLarge('bytes of a metered function', metered.bodyBytesMax, WASM_LIMITS.bodyBytesMax));
  return ok(metered.module);
}

interface ScannedCode {
  readonly calls: CallGraph;
  readonly tape: EventTape;
}

/** Validates the bodies and sees who calls whom and which way the code goes, in one pass. */
function scanCode(layout: ModuleLayout): Result<ScannedCode, WasmDenial> {
  const validator = new Validator(layout);
  const scan = new CodeScan(layout);
  for (let place = 0; place < layout.codes.length; place++) {
    scan.begin(place);
    const validated = validator.validateBody(place, scan);
    if (!validated.ok) return validated;
    scan.finish(validator.operandsMax);
  }
  scan.tape.finish();
  const usesVectors = featureNames(layout.features | validator.features).includes('simd');
  return ok({ calls: callGraphOf(layout, scan, usesVectors ? 2 : 1), tape: scan.tape });
}

function transform(
  layout: ModuleLayout,
  { calls, tape }: ScannedCode,
  options: MeterOptions,
): { readonly module: MeteredModule; readonly bodyBytesMax: number } {
  const globals: FuelGlobals = {
    fuel: layout.globals.length,
    depth: layout.globals.length + 1,
    depthMax: options.callDepthMax ?? DEPTH_DEFAULT,
  };
  const types = new TypeTable(layout);
  const meter = new FunctionMeter(layout, calls, tape, globals, types);
  const written = meter.meterAll();
  const doors = doorTargets(layout, calls).map((target) => doorTo(target, layout, globals, calls, meter));
  const { countsDepth } = meter;
  const out = writeModule(layout, {
    fuelName: FUEL_GLOBAL,
    fuel: options.fuel ?? FUEL_DEFAULT,
    globals,
    countsDepth,
    memoryPagesMax: options.memoryPagesMax ?? Infinity,
    types,
    functionTypes: layout.codes.map((_, place) => meter.rules.typeIndexOf(layout.importedFunctionCount + place)),
    doors,
    bodies: meter.bodies,
    written,
  }).toBytes();
  return {
    module: {
      bytes: out,
      report: {
        originalBytes: layout.bytes.length,
        meteredBytes: out.length,
        functions: layout.codes.length,
        silentFunctions: meter.silentCount,
        recursiveFunctions: meter.recursiveCount,
        uncheckedFuelMax: meter.uncheckedMax,
      },
    },
    bodyBytesMax: written.reduce((most, { start, end }) => Math.max(most, end - start), 0),
  };
}

/** Functions that the host calls: those exported and the start function, unless imported. */
function doorTargets(layout: ModuleLayout, calls: CallGraph): readonly number[] {
  const targets = new Set<number>();
  for (const { kind, index } of layout.exports) if (kind === 'function') targets.add(index);
  if (layout.start !== undefined) targets.add(layout.start);
  return [...targets].filter((index) => index >= layout.importedFunctionCount && !calls.namedByCode.has(index));
}

/**
 * What the host calls in place of a function: it pays what callers pay ahead, and checks the balance at the end, so that
 * neither costs anything where the module calls itself. It also takes back the depth that an earlier trap left.
 */
function doorTo(
  target: number,
  layout: ModuleLayout,
  globals: FuelGlobals,
  calls: CallGraph,
  meter: FunctionMeter,
): Door {
  const out = new ByteWriter(64);
  const code = new FuelCode(out, globals);
  const params = layout.types[layout.functionTypeIndices[target] ?? -1]?.params.length ?? 0;
  out.u8(0);
  const depthMax = globals.depthMax - (calls.stack.largeFrame[target] ?? 0);
  if (meter.countsDepth) {
    code.constant(depthMax);
    out.u8(OP.globalSet);
    out.u32(globals.depth);
  }
  const prepaid = meter.prepaid(target);
  if (prepaid !== 0) code.charge(prepaid, false);
  for (let param = 0; param < params; param++) {
    out.u8(OP.localGet);
    out.u32(param);
  }
  if (meter.rules.isThreaded(target)) {
    code.pass(false);
    code.constant(depthMax - 1);
  }
  out.u8(OP.call);
  out.u32(target);
  if (meter.rules.isThreaded(target)) code.take(false);
  out.u8(OP.globalGet);
  out.u32(globals.fuel);
  code.constant(0);
  for (const byte of [OP.i64LtS, OP.if, 0x40, OP.unreachable, OP.end, OP.end]) out.u8(byte);
  const body = new ByteWriter(64);
  body.sized(out);
  return { target, body: body.toBytes() };
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

/** Locals that the meter adds to a function at most. */
const LOCALS_ADDED_MAX = 3;

function tooLarge(what: string, found: number, limit: number, offset = 0): WasmDenial {
  return { code: 'limit_exceeded', message: `${what}: ${found}, at most ${limit} allowed`, offset };
}
