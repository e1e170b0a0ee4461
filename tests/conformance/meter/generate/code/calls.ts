import { discard, expression, expressions } from './expression.ts';
import { I32, type ValueType } from './operators.ts';
import { typeIndexOf, typeOf, zero, type FunctionType, type Scope } from '../shape.ts';
import { takeStep } from './terminator.ts';

/** Functions that may be called from here, some only under a guard. */
function callable(scope: Scope, holds: (type: FunctionType) => boolean): readonly number[] {
  return scope.module.functions.flatMap(({ kind }, index) => {
    const isBelow = kind === 'layered' && scope.kind === 'layered' && index <= scope.index;
    return !isBelow && holds(typeOf(scope.module, index)) ? [index] : [];
  });
}

/** Calls something that gives a value of `type`, or makes the value in a plainer way when nothing does. */
export function callExpression(scope: Scope, type: ValueType, depth: number): void {
  const fitting = callable(scope, ({ results }) => results.includes(type));
  if (fitting.length === 0) {
    expression(scope, type, depth + 3);
    return;
  }
  const callee = scope.random.pick(fitting);
  if (scope.module.functions[callee]?.kind !== 'site') {
    callForValue(scope, callee, type, depth);
    return;
  }
  whileStepsAreLeft(scope, [type], () => {
    callForValue(scope, callee, type, depth);
    scope.out.u8(0x05);
    zero(scope.out, type);
  });
}

function callForValue(scope: Scope, callee: number, type: ValueType, depth: number): void {
  const { results } = typeOf(scope.module, callee);
  call(scope, callee, depth);
  const wanted = results.indexOf(type);
  discard(scope, results.slice(wanted + 1));
  if (wanted === 0) return;
  // The values under the wanted one stay for a local to take: park it, clear them, fetch it again.
  const local = scope.locals.push(type) - 1;
  scope.out.u8(0x21).u32(local);
  discard(scope, results.slice(0, wanted));
  scope.out.u8(0x20).u32(local);
}

/** A call whose results are thrown away. */
export function callStatement(scope: Scope, depth: number): void {
  const fitting = callable(scope, () => true);
  if (fitting.length === 0) return;
  const callee = scope.random.pick(fitting);
  const write = (): void => {
    call(scope, callee, depth);
    discard(scope, typeOf(scope.module, callee).results);
  };
  if (scope.module.functions[callee]?.kind === 'site') whileStepsAreLeft(scope, [], write);
  else write();
}

/** `if (--steps > 0) { … }` giving `results`. */
function whileStepsAreLeft(scope: Scope, results: readonly [ValueType] | readonly [], write: () => void): void {
  takeStep(scope);
  scope.out.u8(0x41, 0, 0x4a, 0x04, results[0] ?? 0x40);
  scope.labels.push({ types: results });
  write();
  scope.labels.pop();
  scope.out.u8(0x0b);
}

function call(scope: Scope, callee: number, depth: number): void {
  const type = typeOf(scope.module, callee);
  expressions(scope, type.params, depth);
  if (scope.random.chance(0.3) && slotIndex(scope, type)) {
    scope.out.u8(0x11).u32(typeIndexOf(scope.module, type)).u32(0);
  } else {
    scope.out.u8(0x10).u32(callee);
  }
}

/**
 * Writes the index of a slot of table 0 that holds a function of `type`; in a risky module now and then of one that may
 * not. False, with nothing written, when there is none.
 */
function slotIndex(scope: Scope, type: FunctionType): boolean {
  const { random, module, out } = scope;
  if (module.tables === 'none') return false;
  if (module.risky && random.chance(0.15)) {
    expression(scope, I32, 4);
    out.u8(0x41, 7, 0x71);
    return true;
  }
  const wanted = typeIndexOf(module, type);
  const fitting = module.slots.flatMap((held, index) =>
    held !== undefined && module.functions[held]?.typeIndex === wanted ? [index] : [],
  );
  if (fitting.length === 0) return false;
  out.u8(0x41).s32(random.pick(fitting));
  if (random.chance(0.5)) return true;
  out.u8(0x41).s32(random.pick(fitting));
  expression(scope, I32, 4);
  out.u8(0x1b);
  return true;
}

/** A tail call, direct or indirect, to something with this function's results. False when code may go on after it. */
export function tailCall(scope: Scope, depth: number): boolean {
  const fitting = callable(scope, ({ results }) => results.join() === scope.results.join());
  if (fitting.length === 0) return false;
  const callee = scope.random.pick(fitting);
  if (scope.module.functions[callee]?.kind !== 'site') {
    callLast(scope, callee, depth);
    return true;
  }
  whileStepsAreLeft(scope, [], () => callLast(scope, callee, depth));
  return false;
}

function callLast(scope: Scope, callee: number, depth: number): void {
  const { random, module, out } = scope;
  const type = typeOf(module, callee);
  expressions(scope, type.params, depth);
  if (random.chance(0.4) && slotIndex(scope, type)) out.u8(0x13).u32(typeIndexOf(module, type)).u32(0);
  else out.u8(0x12).u32(callee);
}
