import { callExpression } from './calls.ts';
import { blockExpression, conditionalBranch, ifExpression, loopExpression } from './control.ts';
import { LOADS, OPERATORS, EXTERNREF, F32, F64, FUNCREF, I32, I64, V128, type ValueType } from './operators.ts';
import { someLocal, someType, zero, type Scope } from '../shape.ts';
import { statement } from './statement.ts';

const DEPTH_MAX = 6;

/** Masks an address to the first 16 KiB, which every memory has. */
const ADDRESS_MASK = 0x3fff;

/** Writes code that leaves exactly one value of `type` and otherwise keeps the stack. */
export function expression(scope: Scope, type: ValueType, depth = 0): void {
  scope.budget--;
  if (type === FUNCREF || type === EXTERNREF) {
    reference(scope, type);
    return;
  }
  const inner = depth < DEPTH_MAX && scope.budget > 0;
  const write = scope.random.weighted<Writer>([
    [3, constant],
    [5, localGet],
    [scope.module.globals.some((global) => global.type === type) ? 2 : 0, globalGet],
    [inner ? 12 : 0, operator],
    [inner ? 2 : 0, localTee],
    [inner ? 2 : 0, select],
    [inner && scope.module.hasMemory ? 3 : 0, load],
    [inner ? 2 : 0, blockExpression],
    [inner ? 2 : 0, ifExpression],
    [inner && scope.loopDepth < 2 && !scope.leaf ? 1 : 0, loopExpression],
    [inner && !scope.leaf ? 2 : 0, callExpression],
    [inner && type === I32 ? 2 : 0, sizeOrGrow],
    [inner && scope.labels.length > 1 ? 1 : 0, branchOverValue],
  ]);
  write(scope, type, depth + 1);
}

type Writer = (scope: Scope, type: ValueType, depth: number) => void;

export function expressions(scope: Scope, types: readonly ValueType[], depth: number): void {
  for (const type of types) {
    expression(scope, type, depth);
    // Control flow with values waiting underneath.
    if (scope.budget > 0 && scope.random.chance(0.06)) statement(scope, depth);
  }
}

/** A place for the top of the stack to go. */
export function discard(scope: Scope, types: readonly ValueType[]): void {
  for (const type of [...types].reverse()) {
    if (scope.random.chance(0.5)) scope.out.u8(0x1a);
    else scope.out.u8(0x21).u32(someLocal(scope, type));
  }
}

function constant(scope: Scope, type: ValueType): void {
  const { out, random } = scope;
  if (type === I32) out.u8(0x41).s32(random.chance(0.7) ? random.between(-9, 99) : random.u32() | 0);
  else if (type === I64) {
    const wide = BigInt.asIntN(64, (BigInt(random.u32()) << 32n) | BigInt(random.u32()));
    out.u8(0x42).s64(random.chance(0.7) ? BigInt(random.between(-9, 99)) : wide);
  } else if (type === F32) out.u8(0x43).bytes(new Uint8Array(new Float32Array([someFloat(scope)]).buffer));
  else if (type === F64) out.u8(0x44).bytes(new Uint8Array(new Float64Array([someFloat(scope)]).buffer));
  else if (random.chance(0.5)) zero(out, type);
  else out.u8(0xfd, 12, ...Array.from({ length: 16 }, () => random.below(256)));
}

function someFloat({ random }: Scope): number {
  return random.weighted([
    [4, random.between(-9, 9)],
    [2, random.u32() / 1e5],
    [1, Infinity],
    [1, -0],
    [1, 1e30],
  ]);
}

function localGet(scope: Scope, type: ValueType): void {
  scope.out.u8(0x20).u32(someLocal(scope, type));
}

function localTee(scope: Scope, type: ValueType, depth: number): void {
  expression(scope, type, depth);
  scope.out.u8(0x22).u32(someLocal(scope, type));
}

function globalGet(scope: Scope, type: ValueType): void {
  const fitting = scope.module.globals.flatMap((global, index) => (global.type === type ? [index] : []));
  scope.out.u8(0x23).u32(scope.random.pick(fitting));
}

function operator(scope: Scope, type: ValueType, depth: number): void {
  const chosen = scope.random.pick(OPERATORS.get(type) ?? []);
  const tooRisky = chosen.care === 'truncates' && !scope.module.risky;
  if (tooRisky || (!scope.module.usesVectors && chosen.params.includes(V128))) {
    constant(scope, type);
    return;
  }
  chosen.params.forEach((param, index) => {
    expressions(scope, [param], depth);
    if (chosen.care === 'shows-nan') canonical(scope, param);
    if (chosen.care === 'divides' && index === 1) harmlessDivisor(scope, param);
  });
  scope.out.u8(...chosen.code);
  if (chosen.care === 'vector-float') withoutNanLanes(scope);
}

/** A divisor that is odd and not negative divides everything; a risky module may keep what it has. */
function harmlessDivisor(scope: Scope, type: ValueType): void {
  if (scope.module.risky && scope.random.chance(0.5)) return;
  if (type === I32) scope.out.u8(0x41).s32(0x7fff_ffff).u8(0x71, 0x41, 1, 0x72);
  else scope.out.u8(0x42).s64(0x7fff_ffff_ffff_ffffn).u8(0x83, 0x42, 1, 0x84);
}

/** Turns any NaN into 0: engines and their tiers may make NaNs with different bits. */
export function canonical(scope: Scope, type: ValueType): void {
  if (type !== F32 && type !== F64) return;
  const local = someLocal(scope, type);
  scope.out.u8(0x22).u32(local);
  zero(scope.out, type);
  scope.out.u8(0x20).u32(local).u8(0x20).u32(local);
  scope.out.u8(type === F32 ? 0x5b : 0x61, 0x1b);
}

/** The same for the lanes of a vector, taken as both f32 and f64: a lane that is not equal to itself becomes 0. */
function withoutNanLanes(scope: Scope): void {
  const local = someLocal(scope, V128);
  for (const equal of [65, 71]) {
    scope.out.u8(0x22).u32(local).u8(0x20).u32(local).u8(0x20).u32(local).u8(0xfd, equal, 0xfd, 78);
  }
}

function select(scope: Scope, type: ValueType, depth: number): void {
  expressions(scope, [type, type, I32], depth);
  if (scope.random.chance(0.3)) scope.out.u8(0x1c, 1, type);
  else scope.out.u8(0x1b);
}

function load(scope: Scope, type: ValueType, depth: number): void {
  const access = scope.random.pick(LOADS.filter((one) => one.type === type));
  address(scope, depth);
  scope.out.u8(...access.code, 0).u32(scope.random.below(300));
}

/** An address that is surely in memory, or now and then in a risky module one that may not be. */
export function address(scope: Scope, depth: number): void {
  expression(scope, I32, depth);
  if (scope.module.risky && scope.random.chance(0.1)) return;
  scope.out.u8(0x41).s32(ADDRESS_MASK).u8(0x71);
}

function sizeOrGrow(scope: Scope, _type: ValueType, depth: number): void {
  const { random, out, module } = scope;
  const hasTables = module.tables !== 'none';
  const kind = random.below(5);
  if (kind === 0 && module.hasMemory) out.u8(0x3f, 0);
  else if (kind === 1 && module.hasMemory && !scope.leaf) {
    out
      .u8(0x41)
      .s32(random.chance(0.9) ? random.below(2) : random.u32() | 0)
      .u8(0x40, 0);
  } else if (kind === 2 && hasTables) out.u8(0xfc, 16).u32(random.below(3));
  else if (kind === 3 && hasTables) {
    const isFunction = random.chance(0.5);
    expression(scope, isFunction ? FUNCREF : EXTERNREF, depth);
    out.u8(0x41).s32(random.chance(0.9) ? random.below(130) : random.u32() | 0);
    out.u8(0xfc, 15).u32(isFunction ? 2 : 1);
  } else {
    expression(scope, random.chance(0.5) ? FUNCREF : EXTERNREF, depth);
    out.u8(0xd1);
  }
}

function reference(scope: Scope, type: typeof FUNCREF | typeof EXTERNREF): void {
  const { random, out, module } = scope;
  const kind = random.below(3);
  if (kind === 0) out.u8(0x20).u32(someLocal(scope, type));
  else if (kind === 1 && type === FUNCREF && module.referable.length > 0) {
    out.u8(0xd2).u32(random.pick(module.referable));
  } else out.u8(0xd0, type);
}

/** The value, with a branch taken or not while it waits on the stack. */
function branchOverValue(scope: Scope, type: ValueType, depth: number): void {
  expression(scope, type, depth);
  conditionalBranch(scope, depth);
}

/** A type that a block may give or take. */
export function someTypes(scope: Scope, countMax: number): readonly ValueType[] {
  const count = scope.random.weighted([
    [6, 0],
    [6, 1],
    [2, 2],
    [1, 3],
  ]);
  return Array.from({ length: Math.min(count, countMax) }, () => someType(scope.random, scope.module.usesVectors));
}
