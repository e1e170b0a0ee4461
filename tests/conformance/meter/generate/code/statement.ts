import { callStatement } from './calls.ts';
import { block, conditional, conditionalBranch, loop } from './control.ts';
import { address, canonical, discard, expression, expressions, someTypes } from './expression.ts';
import { EXTERNREF, FUNCREF, I32, STORES } from './operators.ts';
import { someLocal, someType, type Scope } from '../shape.ts';
import { goBack, terminator } from './terminator.ts';

const DEPTH_MAX = 7;

/** Writes code that leaves the stack as it was. */
export function statement(scope: Scope, depth: number): void {
  scope.budget--;
  const inner = depth < DEPTH_MAX && scope.budget > 0;
  if (!inner) {
    scope.out.u8(0x01);
    return;
  }
  const { hasMemory } = scope.module;
  const write = scope.random.weighted<(scope: Scope, depth: number) => void>([
    [8, setLocal],
    [3, setGlobal],
    [hasMemory ? 5 : 0, store],
    [2, drop],
    [3, (at, inside) => block(at, [], inside)],
    [4, (at, inside) => conditional(at, [], inside)],
    [scope.loopDepth < (scope.leaf ? 1 : 3) ? 4 : 0, (at, inside) => loop(at, [], inside)],
    [2, manyResults],
    [scope.leaf ? 0 : 4, callStatement],
    [3, conditionalBranch],
    [scope.loopDepth > 0 ? 2 : 0, goBack],
    [2, leaveUnderCondition],
    [hasMemory && !scope.leaf ? 2 : 0, bulkMemory],
    [scope.leaf || scope.module.tables === 'none' ? 0 : 2, tableOperation],
    [scope.random.chance(0.05) ? 3 : 0, straightCode],
  ]);
  write(scope, depth + 1);
}

function setLocal(scope: Scope, depth: number): void {
  const type = scope.random.chance(0.05)
    ? scope.random.pick([FUNCREF, EXTERNREF] as const)
    : someType(scope.random, scope.module.usesVectors);
  expression(scope, type, depth);
  scope.out.u8(0x21).u32(someLocal(scope, type));
}

/** A long stretch without any branch. */
function straightCode(scope: Scope): void {
  const local = someLocal(scope, I32);
  for (let count = scope.random.between(50, 250); count > 0; count--) {
    scope.out.u8(0x20).u32(local).u8(0x41, 3, 0x6a, 0x21).u32(local);
  }
}

function setGlobal(scope: Scope, depth: number): void {
  const { globals, stepsGlobal } = scope.module;
  const settable = globals.flatMap(({ mutable }, index) => (mutable && index !== stepsGlobal ? [index] : []));
  if (settable.length === 0) return;
  const index = scope.random.pick(settable);
  const type = globals[index]?.type ?? I32;
  expression(scope, type, depth);
  scope.out.u8(0x24).u32(index);
}

function store(scope: Scope, depth: number): void {
  const usable = STORES.filter(({ code }) => scope.module.usesVectors || code.length === 1);
  const access = scope.random.pick(usable);
  address(scope, depth);
  expressions(scope, [access.type], depth);
  canonical(scope, access.type);
  scope.out.u8(...access.code, 0).u32(scope.random.below(300));
}

function drop(scope: Scope, depth: number): void {
  expression(scope, someType(scope.random, scope.module.usesVectors), depth);
  scope.out.u8(0x1a);
}

/** A block, if or loop with several results. */
function manyResults(scope: Scope, depth: number): void {
  const results = someTypes(scope, 3);
  const canLoop = scope.loopDepth < (scope.leaf ? 1 : 2);
  scope.random.pick(canLoop ? [block, conditional, loop] : [block, conditional])(scope, results, depth);
  discard(scope, results);
}

/** `if (x) { …; br, return, br_table or a tail call }` */
function leaveUnderCondition(scope: Scope, depth: number): void {
  expression(scope, I32, depth);
  scope.out.u8(0x04, 0x40);
  scope.labels.push({ types: [] });
  if (scope.random.chance(0.3)) statement(scope, depth);
  terminator(scope, depth);
  scope.labels.pop();
  scope.out.u8(0x0b);
}

/** A length: small, or now and then in a risky module anything. */
function length(scope: Scope, bound: number): void {
  const { random, out, module } = scope;
  if (module.risky && random.chance(0.1)) out.u8(0x41).s32(random.u32() | 0);
  else if (random.chance(0.5)) out.u8(0x41).s32(random.below(bound));
  else {
    expression(scope, I32, 4);
    out
      .u8(0x41)
      .s32(bound - 1)
      .u8(0x71);
  }
}

const LENGTH_BOUND = 0x200;

function bulkMemory(scope: Scope, depth: number): void {
  const { random, out, module } = scope;
  const kind = random.below(module.dataSegments > 0 ? 4 : 2);
  if (kind === 3) {
    // Dropping the last segment makes every later memory.init of it trap: only where traps are wanted.
    if (module.risky) out.u8(0xfc, 9).u32(module.dataSegments - 1);
    return;
  }
  address(scope, depth);
  if (kind === 0) {
    expression(scope, I32, depth);
    length(scope, LENGTH_BOUND);
    out.u8(0xfc, 11, 0);
  } else if (kind === 1) {
    address(scope, depth);
    length(scope, LENGTH_BOUND);
    out.u8(0xfc, 10, 0, 0);
  } else {
    // Every segment holds 96 bytes or more.
    out.u8(0x41).s32(random.below(32));
    length(scope, 64);
    out.u8(0xfc, 8).u32(random.below(module.dataSegments)).u8(0);
  }
}

/** Tables 1 and 2 have 96 elements or more. */
function tableOperation(scope: Scope, depth: number): void {
  const { random, out, module } = scope;
  const table = random.between(1, 2);
  const type = table === 1 ? EXTERNREF : FUNCREF;
  const index = (): unknown => out.u8(0x41).s32(random.below(module.risky && random.chance(0.1) ? 1000 : 32));
  const kind = random.below(5);
  index();
  if (kind === 0) out.u8(0x25).u32(table).u8(0x21).u32(someLocal(scope, type));
  else if (kind === 1) {
    expression(scope, type, depth);
    out.u8(0x26).u32(table);
  } else if (kind === 2) {
    expression(scope, type, depth);
    length(scope, 64);
    out.u8(0xfc, 17).u32(table);
  } else if (kind === 3 || module.elementSegments === 0) {
    index();
    length(scope, 64);
    out.u8(0xfc, 14).u32(table).u32(table);
  } else {
    // Segment 1 is the passive one, of eight functions.
    out.u8(0x41).s32(random.below(4));
    length(scope, 4);
    out.u8(0xfc, 12, 1, 2);
    if (module.risky && random.chance(0.2)) out.u8(0xfc, 13, 1);
  }
}
