import type { ByteWriter } from '../oracle/bytes.ts';
import type { Random } from './random.ts';
import { F32, F64, I32, I64, V128, type ValueType } from './code/operators.ts';

export interface FunctionType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/**
 * Why a call of the function ends. `leaf`: it calls nothing; `layered`: it calls only what stands after it, or what ends
 * for a reason of its own; `entry`: it takes a step before all else and gives up when none is left; `site`: whoever calls
 * it takes the step.
 */
export type FunctionKind = 'import' | 'leaf' | 'layered' | 'entry' | 'site';

export interface FunctionShape {
  readonly typeIndex: number;
  readonly kind: FunctionKind;
}

/** `closed`: tables that the host cannot reach; `open`: tables that are exported. */
export type TableExposure = 'none' | 'closed' | 'open';

export interface GlobalShape {
  readonly type: ValueType;
  readonly mutable: boolean;
}

/** Everything the bodies of one module may refer to, decided before the first body is written. */
export interface ModuleShape {
  readonly types: FunctionType[];
  /** Imported functions first. */
  readonly functions: readonly FunctionShape[];
  readonly importedFunctions: number;
  /** Imported globals first. */
  readonly globals: readonly GlobalShape[];
  readonly importedGlobals: number;
  /** Global that counts down at guarded entries and branches, so that every module ends. */
  readonly stepsGlobal: number;
  readonly hasMemory: boolean;
  /** Table 0 is for calls: what each slot holds. Table 1, of externref, and table 2, of funcref, are for table operations. */
  readonly slots: readonly (number | undefined)[];
  readonly tables: TableExposure;
  /** Functions that `ref.func` may name. */
  readonly referable: readonly number[];
  readonly exported: readonly number[];
  readonly dataSegments: number;
  readonly elementSegments: number;
  /** Whether a body may trap. */
  readonly risky: boolean;
  readonly usesVectors: boolean;
  readonly usesTailCalls: boolean;
}

export interface Label {
  /** What a branch to it takes. */
  readonly types: readonly ValueType[];
  /** For a loop: the local that counts its trips down. */
  readonly counter?: number;
}

/** The function being written. */
export interface Scope {
  readonly random: Random;
  readonly module: ModuleShape;
  readonly out: ByteWriter;
  readonly index: number;
  readonly kind: FunctionKind;
  readonly results: readonly ValueType[];
  readonly leaf: boolean;
  /** Types of the locals, parameters first; those in `reserved` count loops and are left alone otherwise. */
  readonly locals: ValueType[];
  readonly reserved: Set<number>;
  /** Innermost last; the function's own label first. */
  readonly labels: Label[];
  /** Instructions, about, that may still be written. */
  budget: number;
  loopDepth: number;
}

/** The index of a type, added when it is new. */
export function typeIndexOf(module: Pick<ModuleShape, 'types'>, wanted: FunctionType): number {
  const same = (left: readonly number[], right: readonly number[]): boolean => left.join() === right.join();
  const found = module.types.findIndex(
    ({ params, results }) => same(params, wanted.params) && same(results, wanted.results),
  );
  if (found >= 0) return found;
  module.types.push(wanted);
  return module.types.length - 1;
}

export function typeOf(module: ModuleShape, functionIndex: number): FunctionType {
  const type = module.types[module.functions[functionIndex]?.typeIndex ?? -1];
  if (type === undefined) throw new Error(`no function ${functionIndex}`);
  return type;
}

/** A type that a value may have in this module; references are rare. */
export function someType(random: Random, usesVectors: boolean): ValueType {
  return random.weighted([
    [8, I32],
    [4, I64],
    [2, F32],
    [3, F64],
    [usesVectors ? 2 : 0, V128],
  ]);
}

/** Zero of a type, as a constant expression without its `end`. */
export function zero(out: ByteWriter, type: ValueType): void {
  if (type === I32) out.u8(0x41, 0);
  else if (type === I64) out.u8(0x42, 0);
  else if (type === F32) out.u8(0x43, 0, 0, 0, 0);
  else if (type === F64) out.u8(0x44, 0, 0, 0, 0, 0, 0, 0, 0);
  else if (type === V128) out.u8(0xfd, 12, ...new Array<number>(16).fill(0));
  else out.u8(0xd0, type);
}

/** A new local of `type`. */
export function addLocal(scope: Scope, type: ValueType, reserved = false): number {
  scope.locals.push(type);
  if (reserved) scope.reserved.add(scope.locals.length - 1);
  return scope.locals.length - 1;
}

/** A local of `type` that may be read, or one to write; now and then a new one. */
export function someLocal(scope: Scope, type: ValueType): number {
  const fitting = scope.locals.flatMap((local, index) => (local === type && !scope.reserved.has(index) ? [index] : []));
  if (fitting.length === 0 || (fitting.length < 6 && scope.random.chance(0.1))) return addLocal(scope, type);
  return scope.random.pick(fitting);
}
