import { tailCall } from './calls.ts';
import { body, goesRoundAgain, labelAt, open } from './control.ts';
import { expression, expressions } from './expression.ts';
import { I32, OPERATORS, V128, type ValueType } from './operators.ts';
import { someLocal, someType, typeOf, type Scope } from '../shape.ts';

/** Ends the straight code here: br, br_table, return, a tail call or unreachable. False when it could not. */
export function terminator(scope: Scope, depth: number): boolean {
  const write = scope.random.weighted([
    [4, branch],
    [4, branchTable],
    [3, returnHere],
    [scope.module.usesTailCalls && !scope.leaf ? 4 : 0, tailCall],
    [scope.module.risky ? 1 : 0, trapHere],
  ]);
  return write(scope, depth);
}

function branch(scope: Scope, depth: number): boolean {
  const forward = scope.labels.flatMap(({ counter }, index) =>
    counter === undefined ? [scope.labels.length - 1 - index] : [],
  );
  const target = scope.random.pick(forward);
  expressions(scope, labelAt(scope, target).types, depth);
  scope.out.u8(0x0c).u32(target);
  return true;
}

function returnHere(scope: Scope, depth: number): boolean {
  expressions(scope, scope.results, depth);
  scope.out.u8(0x0f);
  return true;
}

function trapHere(scope: Scope): boolean {
  scope.out.u8(0x00);
  return true;
}

/** A br_table over labels that take the same types; when loops are among them, only while steps are left. */
function branchTable(scope: Scope, depth: number): boolean {
  const chosen = labelAt(scope, scope.random.below(scope.labels.length));
  const fitting = scope.labels.flatMap((label, index) =>
    label.types.join() === chosen.types.join() ? [{ label, target: scope.labels.length - 1 - index }] : [],
  );
  const targets = Array.from({ length: scope.random.between(1, 6) }, () => scope.random.pick(fitting));
  const goesBack = targets.some(({ label }) => label.counter !== undefined);
  if (goesBack && scope.leaf) return false;
  if (goesBack) {
    takeStep(scope);
    scope.out.u8(0x41, 0, 0x4a, 0x04, 0x40);
    scope.labels.push({ types: [] });
  }
  expressions(scope, [...chosen.types, I32], depth);
  scope.out.u8(0x0e).u32(targets.length - 1);
  for (const { target } of targets) scope.out.u32(target + (goesBack ? 1 : 0));
  if (goesBack) {
    scope.labels.pop();
    scope.out.u8(0x0b);
    return false;
  }
  return true;
}

/** Takes one from the module's steps and leaves what is left on the stack. */
export function takeStep({ out, module }: Scope): void {
  out.u8(0x23).u32(module.stepsGlobal).u8(0x41).s32(-1).u8(0x6a, 0x24).u32(module.stepsGlobal);
  out.u8(0x23).u32(module.stepsGlobal);
}

/** br to a loop's start, guarded, as a statement of its own. */
export function goBack(scope: Scope, depth: number): void {
  const loops = scope.labels.flatMap(({ counter }, index) =>
    counter === undefined ? [] : [{ counter, target: scope.labels.length - 1 - index }],
  );
  if (loops.length === 0) return;
  const { counter, target } = scope.random.pick(loops);
  const types = labelAt(scope, target).types;
  goesRoundAgain(scope, counter);
  scope.out.u8(0x04, 0x40);
  scope.labels.push({ types: [] });
  expressions(scope, types, depth);
  scope.out.u8(0x0c).u32(target + 1);
  if (scope.random.chance(0.3)) deadCode(scope, 2);
  scope.labels.pop();
  scope.out.u8(0x0b);
}

/** Code that never runs, where the stack is polymorphic. */
export function deadCode(scope: Scope, countMax: number): void {
  for (let count = scope.random.between(1, countMax); count > 0; count--) scope.random.pick(DEAD)(scope);
}

const DEAD: readonly ((scope: Scope) => void)[] = [
  ({ out }) => out.u8(0x01),
  ({ out }) => out.u8(0x1a),
  ({ out }) => out.u8(0x00),
  ({ out }) => out.u8(0x1b, 0x1a),
  ({ out, labels, random }) => out.u8(0x0c).u32(random.below(labels.length)),
  ({ out }) => out.u8(0x0f),
  deadOperator,
  deadCall,
  deadBlock,
  deadLocals,
  (scope) => {
    expression(scope, I32, 5);
    scope.out.u8(0x1a);
  },
  deadBulk,
];

function deadOperator(scope: Scope): void {
  const type: ValueType = someType(scope.random, scope.module.usesVectors);
  const operator = scope.random.pick(OPERATORS.get(type) ?? []);
  if (!scope.module.usesVectors && operator.params.includes(V128)) return;
  scope.out.u8(...operator.code, 0x1a);
}

function deadCall(scope: Scope): void {
  const index = scope.random.below(scope.module.functions.length);
  scope.out.u8(0x10).u32(index);
  typeOf(scope.module, index).results.forEach(() => scope.out.u8(0x1a));
}

function deadBlock(scope: Scope): void {
  const opcode = scope.random.pick([0x02, 0x03, 0x04]);
  const signature = { params: [], results: [] };
  open(scope, opcode, signature);
  // A loop that never runs needs no counter, but a branch to it must not be written as one that leaves.
  const counter = opcode === 0x03 ? someLocal(scope, I32) : undefined;
  body(scope, signature, { types: [], ...(counter !== undefined && { counter }) }, 5);
  scope.out.u8(0x0b);
}

function deadLocals(scope: Scope): void {
  const type = someType(scope.random, scope.module.usesVectors);
  scope.out.u8(0x22).u32(someLocal(scope, type)).u8(0x21).u32(someLocal(scope, type));
}

function deadBulk({ out, module }: Scope): void {
  if (module.hasMemory) out.u8(0xfc, 11, 0, 0x40, 0, 0x1a);
  if (module.tables !== 'none') out.u8(0xfc, 14, 1, 1);
}
