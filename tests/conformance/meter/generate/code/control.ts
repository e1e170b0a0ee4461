import { discard, expression, expressions, someTypes } from './expression.ts';
import { I32, type ValueType } from './operators.ts';
import { addLocal, typeIndexOf, type Label, type Scope } from '../shape.ts';
import { statement } from './statement.ts';
import { deadCode, terminator } from './terminator.ts';

const BLOCK = 0x02;
const LOOP = 0x03;
const IF = 0x04;
const ELSE = 0x05;
const END = 0x0b;

interface Signature {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** A block that gives `results`, with parameters now and then. */
export function block(scope: Scope, results: readonly ValueType[], depth: number): void {
  const signature = { params: someTypes(scope, 2), results };
  expressions(scope, signature.params, depth);
  open(scope, BLOCK, signature);
  body(scope, signature, { types: results }, depth);
  scope.out.u8(END);
}

export function blockExpression(scope: Scope, type: ValueType, depth: number): void {
  block(scope, [type], depth);
}

/** An if with an else; without one when it gives what it takes. */
export function conditional(scope: Scope, results: readonly ValueType[], depth: number): void {
  const params = results.length === 0 || scope.random.chance(0.3) ? results : someTypes(scope, 2);
  const signature = { params, results };
  expressions(scope, [...params, I32], depth);
  open(scope, IF, signature);
  body(scope, signature, { types: results }, depth);
  if (params !== results || scope.random.chance(0.5)) {
    scope.out.u8(ELSE);
    body(scope, signature, { types: results }, depth);
  }
  scope.out.u8(END);
}

export function ifExpression(scope: Scope, type: ValueType, depth: number): void {
  conditional(scope, [type], depth);
}

/** A loop that goes round a few times by a counter of its own. */
export function loop(scope: Scope, results: readonly ValueType[], depth: number): void {
  const signature = { params: someTypes(scope, 2), results };
  const counter = addLocal(scope, I32, true);
  const label: Label = { types: signature.params, counter };
  scope.out
    .u8(0x41)
    .s32(scope.random.between(1, scope.leaf ? 3 : 4))
    .u8(0x21)
    .u32(counter);
  expressions(scope, signature.params, depth);
  open(scope, LOOP, signature);
  scope.loopDepth++;
  body(scope, signature, label, depth, true);
  scope.loopDepth--;
  scope.out.u8(END);
}

export function loopExpression(scope: Scope, type: ValueType, depth: number): void {
  loop(scope, [type], depth);
}

/** br_if to any label, leaving the stack as it was. */
export function conditionalBranch(scope: Scope, depth: number): void {
  const target = scope.random.below(scope.labels.length);
  const label = labelAt(scope, target);
  expressions(scope, label.types, depth);
  if (label.counter !== undefined) goesRoundAgain(scope, label.counter);
  else if (scope.random.chance(0.2)) scope.out.u8(0x41, scope.random.below(2));
  else expression(scope, I32, depth);
  scope.out.u8(0x0d).u32(target);
  discard(scope, label.types);
}

/** The label that a branch to `target` means: 0 is the innermost. */
export function labelAt(scope: Scope, target: number): Label {
  const label = scope.labels[scope.labels.length - 1 - target];
  if (label === undefined) throw new Error(`no label ${target}`);
  return label;
}

/** Takes one from the counter and says whether a trip is left. */
export function goesRoundAgain(scope: Scope, counter: number): void {
  scope.out.u8(0x20).u32(counter).u8(0x41).s32(-1).u8(0x6a, 0x22).u32(counter).u8(0x41, 0, 0x4a);
}

export function open(scope: Scope, opcode: number, { params, results }: Signature): void {
  scope.out.u8(opcode);
  const [only] = results;
  if (params.length === 0 && results.length === 0 && scope.random.chance(0.9)) scope.out.u8(0x40);
  else if (params.length === 0 && results.length === 1 && only !== undefined) scope.out.u8(only);
  else scope.out.s32(typeIndexOf(scope.module, { params, results }));
}

/** What stands between the opening and `end` or `else`. Takes the parameters from the stack, leaves the results. */
export function body(scope: Scope, signature: Signature, label: Label, depth: number, goesRound = false): void {
  const { params, results } = signature;
  scope.labels.push(label);
  const kept = params.every((type, index) => type === results[index]) && scope.random.chance(0.5) ? params.length : 0;
  if (kept === 0) discard(scope, params);
  for (let count = scope.random.below(4); count > 0 && scope.budget > 0; count--) statement(scope, depth + 1);
  if (goesRound && label.counter !== undefined && scope.random.chance(0.9)) {
    expressions(scope, params, depth + 1);
    goesRoundAgain(scope, label.counter);
    scope.out.u8(0x0d, 0);
    discard(scope, params);
  }
  const rest = results.slice(kept);
  if (scope.budget > 0 && scope.random.chance(0.2) && terminator(scope, depth + 1)) {
    if (scope.random.chance(0.6)) deadCode(scope, 3);
    // After a terminator the stack gives whatever is asked for; now and then ask for it aloud.
    if (scope.random.chance(0.3)) expressions(scope, rest, depth + 1);
  } else {
    expressions(scope, rest, depth + 1);
  }
  scope.labels.pop();
}
