// Writes one function's code with its charges and checks. Where something is checked, the code stands in two blocks:
//
//     block $stop  block $body  …code…  end  …what is done at the end…  return  end  …what ends a run…  unreachable
//
// `$body` takes the place of the function's own label, so no branch of the code changes.
import * as code from './fuel-code';
import * as graph from '../flow/graph';
import * as nodes from '../nodes';
import { bytes } from '../module';
import { copy, makeRoom, writeSigned, writeU32, writeU8 } from './output';
import { copyChanged, instructionEnd, pass } from './changed';

const EMPTY: i64 = -64;
/** More than what is written for a block besides what is copied. */
const ROOM: usize = 1024;

/** The function that is being written, and what it depends on beyond its own code. */
let index: i32 = 0;
/** Keeps the fuel in a local from start to end; otherwise it stays in the global. */
let keepsLocal: bool = false;
/** Takes fuel and depth as two more parameters and gives the fuel back as one more result; then it keeps it local. */
let isThreaded: bool = false;
/** Units of stack that a call which counts takes. */
let frameUnits: i64 = 1;
/** Whether it stands in blocks. */
let isWrapped: bool = false;
let copied: usize = 0;
/** Charged at the end of the block before, together with what the next head does. */
let owed: i64 = 0;
/** Between the first and the last call that counts of a straight piece of code the depth is lowered once. */
let isEntered: bool = false;
let lastCounted: usize = 0;

/** Bits of what a function needs. */
export const NEEDS_CHECK: i32 = 1;
export const NEEDS_COUNT: i32 = 2;
export const NEEDS_DEPTH: i32 = 4;

/** Whether a function needs blocks around it, and which locals. */
export function needsOf(index: i32, checksEntry: bool): i32 {
  const checksEnd = nodes.is(index, nodes.RETURNS_TO_HOST);
  let needs = checksEntry || checksEnd ? NEEDS_CHECK : 0;
  if (graph.headCount == 0 && !graph.hasTailCall) return needs;
  for (let at = graph.blocks; at < graph.blocksEnd; at = graph.nextBlock(at)) {
    const head = graph.headOf(at);
    if (head == graph.HEAD_LOOP) {
      if (load<i32>(at, graph.TURNS) != 0) needs |= NEEDS_CHECK;
    } else if (head == graph.HEAD_SIZED) {
      needs |= NEEDS_CHECK | NEEDS_COUNT;
    } else if (head == graph.HEAD_CALL) {
      const callee = load<i32>(at, graph.CALLEE);
      if (nodes.countsCall(index, callee)) needs |= NEEDS_CHECK | NEEDS_DEPTH;
      if (nodes.checksCall(index, callee)) needs |= NEEDS_CHECK;
    }
    if (graph.exitOf(at) != graph.TAIL_CALL) continue;
    const last = load<i32>(at, graph.TAIL_CALLEE);
    if (nodes.checksTailCall(index, last)) needs |= NEEDS_CHECK;
    if (nodes.checksAfterTailCall(index, last) && nodes.countsCall(index, last)) needs |= NEEDS_DEPTH;
  }
  return needs;
}

export function writeBody(
  index_: i32,
  keepsLocal_: bool,
  needs: i32,
  checksEntry: bool,
  resultType: i32,
  start: usize,
  end: usize,
): void {
  index = index_;
  keepsLocal = keepsLocal_;
  isThreaded = nodes.is(index, nodes.IS_THREADED);
  frameUnits = nodes.unitsOf(index);
  isWrapped = keepsLocal || needs != 0;
  copied = start;
  owed = 0;
  isEntered = false;
  lastCounted = 0;
  if (isWrapped) {
    writeU8(code.BLOCK);
    writeSigned(EMPTY);
    writeU8(code.BLOCK);
    writeSigned(resultType);
  }
  if (keepsLocal && !isThreaded) code.loadFuel();
  if (checksEntry) check(0);
  const last = graph.blockBefore(graph.blocksEnd);
  for (let at = graph.blocks; at < last; at = graph.nextBlock(at)) writeBlock(at);
  copyTo(end);
  if (isWrapped) writeEnd();
}

function writeEnd(): void {
  makeRoom(ROOM);
  if (isThreaded) code.passFuel(true);
  else if (keepsLocal) code.spillFuel();
  if (nodes.is(index, nodes.RETURNS_TO_HOST)) {
    if (!keepsLocal) code.loadFuel();
    code.test(false);
    code.branchIf(0);
  }
  writeU8(code.RETURN);
  writeU8(code.END);
  code.stop(keepsLocal, isThreaded);
  writeU8(code.END);
}

function copyTo(end: usize): void {
  if (end == copied) return;
  if (isThreaded || graph.hasDeadCall) copyChanged(copied, end, index, keepsLocal);
  else copy(copied, end);
  makeRoom(ROOM);
  copied = end;
}

function startOf(at: usize): usize {
  return bytes + load<u32>(at, graph.START);
}

function writeBlock(at: usize): void {
  makeRoom(ROOM);
  const passes = load<usize>(at, graph.ELSE_EDGE);
  if (passes != 0) passOver(passes, startOf(at));
  const head = graph.headOf(at);
  if (head != graph.HEAD_NONE && (head != graph.HEAD_LOOP || checksHead(at))) {
    copyTo(startOf(at));
    if (head == graph.HEAD_LOOP) check(load<i32>(at, graph.NESTING));
    else if (head == graph.HEAD_CALL) call(at);
    else sized(at);
  }
  const charge = load<i64>(at, graph.CHARGE);
  if (isFollowedByHead(at) || graph.exitOf(at) == graph.TAIL_CALL) {
    owed = charge;
  } else if (charge != 0) {
    copyTo(bytes + load<u32>(at, graph.BODY_START));
    pay(charge);
  }
  leave(at);
}

/** The arm of an `if` without `else` that does nothing but pay. */
function passOver(edge: usize, start: usize): void {
  const charge = load<i64>(edge, graph.EDGE_CHARGE);
  if (charge == 0) return;
  copyTo(start - 1);
  writeU8(code.ELSE);
  pay(charge);
}

function isFollowedByHead(at: usize): bool {
  if (graph.exitOf(at) != graph.ONWARD) return false;
  const head = graph.headOf(graph.nextBlock(at));
  return head == graph.HEAD_CALL || head == graph.HEAD_SIZED;
}

function leave(at: usize): void {
  const exit = graph.exitOf(at);
  if (exit == graph.TAIL_CALL) return tailCall(at);
  if (exit != graph.JOIN && exit != graph.BRANCH && exit != graph.RETURN && exit != graph.BRANCH_IF) return;
  const edge = load<usize>(at, graph.FIRST_EDGE);
  const charge = load<i64>(edge, graph.EDGE_CHARGE);
  const target = load<usize>(edge, graph.TO);
  const turns = exit != graph.JOIN && target <= at && !checksHead(target);
  const isRewritten = exit == graph.RETURN && isWrapped;
  if (charge == 0 && !isRewritten && !turns) return;
  copyTo(bytes + load<u32>(at, graph.BLOCK_END));
  if (exit == graph.BRANCH_IF) return branchIf(at, charge, turns);
  pay(charge);
  const nesting = load<i32>(at, graph.END_NESTING);
  if (turns) check(nesting);
  if (!isRewritten) return;
  writeU8(code.BR);
  writeU32(nesting);
  copied++;
}

function tailCall(at: usize): void {
  const callee = load<i32>(at, graph.TAIL_CALLEE);
  const nesting = load<i32>(at, graph.END_NESTING);
  copyTo(bytes + load<u32>(at, graph.BLOCK_END));
  const comesBack = nodes.checksAfterTailCall(index, callee);
  const enters = comesBack && nodes.countsCall(index, callee);
  prepareCall(nodes.checksTailCall(index, callee), enters, true, nesting);
  if (!comesBack) return;
  const end = instructionEnd(copied);
  writeU8(callee < 0 ? code.CALL_INDIRECT : code.CALL);
  copy(copied + 1, end);
  makeRoom(ROOM);
  if (keepsLocal) code.loadFuel();
  if (enters) code.leave(frameUnits);
  writeU8(code.BR);
  writeU32(nesting);
  copied = end;
}

/**
 * Whether the turns of a loop are checked where it starts. Engines unroll a short loop only when the first thing it
 * decides is whether to go on, so the check stands on the way back if it can.
 */
function checksHead(loop: usize): bool {
  return load<i32>(loop, graph.TURNS) >= graph.HEAD_CHECKED;
}

/** A `br_if` that pays, and with `turns` checks, only when it is taken. */
function branchIf(at: usize, charge: i64, turns: bool): void {
  const end = startOf(graph.nextBlock(at));
  let label: u32 = 0;
  let shift: u32 = 0;
  for (let next = copied + 1; next < end; next++, shift += 7) label |= ((<u32>load<u8>(next)) & 0x7f) << shift;
  writeU8(code.IF);
  writeSigned(EMPTY);
  pay(charge);
  if (turns) check(load<i32>(at, graph.END_NESTING) + 1);
  writeU8(code.BR);
  writeU32(label + 1);
  writeU8(code.END);
  copied = end;
}

function pay(units: i64): void {
  if (units != 0) code.charge(units, keepsLocal, false);
}

function check(nesting: i32): void {
  if (!keepsLocal) code.loadFuel();
  code.test(false);
  code.branchIf(nesting + 1);
}

/** Pays what is owed, and checks what has to be checked before a call that is next. */
function prepareCall(checks: bool, enters: bool, spills: bool, nesting: i32): void {
  if (owed != 0) code.charge(owed, keepsLocal, checks);
  else if (checks && !keepsLocal) code.loadFuel();
  owed = 0;
  if (keepsLocal && spills) code.spillFuel();
  if (enters && !isThreaded) code.enter(frameUnits);
  if (!checks) return;
  code.test(enters);
  code.branchIf(nesting + 1);
}

function call(at: usize): void {
  const callee = load<i32>(at, graph.CALLEE);
  const passes = callee >= 0 && nodes.is(callee, nodes.IS_THREADED);
  const counts = nodes.countsCall(index, callee);
  const enters = counts && !isEntered;
  const isChecked = counts && isEntered && owed == 0;
  prepareCall(nodes.checksCall(index, callee) && !isChecked, enters, !passes, load<i32>(at, graph.NESTING));
  if (enters) {
    isEntered = true;
    lastCounted = lastCountedFrom(at);
  }
  if (passes) pass(index, keepsLocal);
  const bodyStart = bytes + load<u32>(at, graph.BODY_START);
  copy(copied, bodyStart);
  makeRoom(ROOM);
  copied = bodyStart;
  if (passes) code.takeFuel(keepsLocal);
  else if (keepsLocal) code.loadFuel();
  if (!isEntered || at != lastCounted) return;
  if (!isThreaded) code.leave(frameUnits);
  isEntered = false;
}

/** The last call that counts in the straight piece of code which a block is in. */
function lastCountedFrom(block: usize): usize {
  let last = block;
  for (let at = block; isFollowedByHead(at);) {
    at = graph.nextBlock(at);
    if (graph.headOf(at) == graph.HEAD_CALL && nodes.countsCall(index, load<i32>(at, graph.CALLEE))) last = at;
  }
  return last;
}

function sized(at: usize): void {
  code.chargeSized(owed, load<u8>(startOf(at)) == code.MEMORY_GROW, keepsLocal);
  owed = 0;
  code.test(false);
  code.branchIf(load<i32>(at, graph.NESTING) + 1);
  copyTo(bytes + load<u32>(at, graph.BODY_START));
}
