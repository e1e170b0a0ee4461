import { discard, expression, expressions } from './expression.ts';
import { I32, type ValueType } from './operators.ts';
import { typeIndexOf, typeOf, type FunctionType, type Scope } from './shape.ts';

/** Calls something that gives a value of `type`, or makes the value in a plainer way when nothing does. */
export function callExpression(scope: Scope, type: ValueType, depth: number): void {
  const fitting = scope.module.functions.flatMap((_, index) =>
    typeOf(scope.module, index).results.includes(type) ? [index] : [],
  );
  if (fitting.length === 0) {
    expression(scope, type, depth + 3);
    return;
  }
  const callee = scope.random.pick(fitting);
  const { results } = typeOf(scope.module, callee);
  call(scope, callee, depth);
  const wanted = results.indexOf(type);
  discard(scope, results.slice(wanted + 1));
  // The values under the wanted one stay for a local to take: park it, clear them, fetch it again.
  if (wanted > 0) {
    const local = scope.locals.push(type) - 1;
    scope.out.u8(0x21).u32(local);
    discard(scope, results.slice(0, wanted));
    scope.out.u8(0x20).u32(local);
  }
}

/** A call whose results are thrown away. */
export function callStatement(scope: Scope, depth: number): void {
  const callee = scope.random.below(scope.module.functions.length);
  call(scope, callee, depth);
  discard(scope, typeOf(scope.module, callee).results);
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

/** A tail call, direct or indirect, to something with this function's results. */
export function tailCall(scope: Scope, depth: number): boolean {
  const { random, module, out } = scope;
  const fitting = module.functions.flatMap((_, index) =>
    typeOf(module, index).results.join() === scope.results.join() ? [index] : [],
  );
  const callee = random.pick(fitting);
  const type = typeOf(module, callee);
  expressions(scope, type.params, depth);
  if (random.chance(0.4) && slotIndex(scope, type)) out.u8(0x13).u32(typeIndexOf(module, type)).u32(0);
  else out.u8(0x12).u32(callee);
  return true;
}
