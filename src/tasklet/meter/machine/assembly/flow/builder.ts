// Makes the graph of what the tape says of a body.
import * as acts from '../acts';
import * as graph from './graph';
import { act, cost, eventAt, eventEnd, nextEvent, operand, seekEvents } from '../tape';
import { bytes, codes, paramCountOf, resultCountOf } from '../module';
import { IS_SILENT, is, prepaidOf } from '../nodes';
import { reserve } from '../memory';
import { EMPTY, NESTING_MAX } from '../scan/control';
import { readFrom, soundU32 } from '../scan/numbers';

/** Loops are taken to turn this often; what a better guess would change is where charges stand, never their sums. */
const TURNS: f64 = 10;
/** No block, or no edge. */
const NOTHING: usize = 0;

/** A label that is open: what opened it, values that a branch to it carries, whether it can be reached, */
const KIND: usize = 0;
const ARITY: usize = 4;
const IS_LIVE: usize = 8;
/** whether a trap ended a block right in it, */
const HAS_TRAP: usize = 9;
/** the first block of a loop, */
const LOOP_BLOCK: usize = 12;
/** the last edge that leads to its end (each holds the one before in its `to` until the end is reached), how many, */
const PENDING: usize = 16;
const PENDING_COUNT: usize = 20;
/** the edge that passes over an `if`, open loops from the outside up to it, */
const FRAME_ELSE_EDGE: usize = 24;
const LOOP_COUNT: usize = 28;
/** the weight of those edges, and of the code before it. */
const WEIGHT: usize = 32;
const WEIGHT_BEFORE: usize = 40;
const FRAME_BYTES: usize = 48;

let frames: usize = 0;
/** Weights of the code before each open loop, from the outside. */
let loopWeights: usize = 0;
let depth: i32 = 0;
let current: usize = NOTHING;
let weight: f64 = 0;

export function reserveBuilder(): void {
  frames = reserve(<usize>(NESTING_MAX + 2) * FRAME_BYTES);
  loopWeights = reserve((<usize>(NESTING_MAX + 2)) << 3);
}

/** Makes the graph of the body `place`. Its last block is empty and stands for the function's end. */
export function build(place: i32, resultCount: i32): void {
  graph.clearGraph();
  depth = 0;
  weight = 1;
  push(acts.BLOCK, resultCount, true);
  open(load<i32>(codes + ((<usize>place) << 4), 4), graph.HEAD_NONE);
  pay(1);
  seekEvents(place);
  while (nextEvent()) {
    if (current != NOTHING) pay(cost);
    control();
  }
}

function control(): void {
  switch (act) {
    case acts.BLOCK:
      push(act, blockResults(), current != NOTHING);
      return;
    case acts.LOOP:
      return loop();
    case acts.IF:
      return openIf();
    case acts.ELSE:
      return openElse();
    case acts.END:
      return end();
  }
  if (current == NOTHING) {
    if (act == acts.CALL) graph.noteDeadCall();
    return;
  }
  if (act == acts.UNREACHABLE) return trap();
  if (act == acts.RETURN) return leave(graph.RETURN, 0);
  pay(1);
  if (act == acts.BR) leave(graph.BRANCH, depth - 1 - operand);
  else if (act == acts.BR_IF) branchIf();
  else if (act == acts.BR_TABLE) branchTable();
  else callOrSized();
}

function callOrSized(): void {
  const isDirect = act == acts.CALL || act == acts.RETURN_CALL;
  const callee = isDirect ? operand : -1;
  if (isDirect) pay(prepaidOf(callee));
  if (act == acts.RETURN_CALL || act == acts.RETURN_CALL_INDIRECT) {
    store<i32>(current, isDirect ? callee : -1 - operand, graph.TAIL_CALLEE);
    close(graph.TAIL_CALL);
    graph.noteTailCall();
    current = NOTHING;
    return;
  }
  if (isDirect && is(callee, IS_SILENT)) return;
  close(graph.ONWARD);
  graph.addEdge(current, graph.nextBlock(current), false, weight);
  const isCall = isDirect || act == acts.CALL_INDIRECT;
  open(eventAt, isCall ? graph.HEAD_CALL : graph.HEAD_SIZED);
  store<i32>(current, callee, graph.CALLEE);
  store<i32>(current, eventEnd, graph.BODY_START);
}

function pay(units: i64): void {
  graph.pay(current, units);
}

function frame(level: i32): usize {
  return frames + <usize>level * FRAME_BYTES;
}

function push(kind: i32, arity: i32, isLive: bool): usize {
  let loops = depth == 0 ? 0 : load<i32>(frame(depth - 1), LOOP_COUNT);
  const at = frame(depth++);
  if (kind == acts.LOOP) {
    store<f64>(loopWeights + ((<usize>loops) << 3), weight);
    loops++;
  }
  store<i32>(at, kind, KIND);
  store<i32>(at, arity, ARITY);
  store<u32>(at, isLive ? 1 : 0, IS_LIVE);
  store<usize>(at, NOTHING, LOOP_BLOCK);
  store<usize>(at, NOTHING, PENDING);
  store<i32>(at, 0, PENDING_COUNT);
  store<usize>(at, NOTHING, FRAME_ELSE_EDGE);
  store<i32>(at, loops, LOOP_COUNT);
  store<f64>(at, 0, WEIGHT);
  store<f64>(at, weight, WEIGHT_BEFORE);
  return at;
}

function open(start: i32, head: i32): void {
  current = graph.addBlock(start, head, depth - 1, weight);
}

function close(exit: i32): void {
  store<i32>(current, eventAt, graph.BLOCK_END);
  store<u8>(current, exit, graph.EXIT);
  store<i32>(current, depth - 1, graph.END_NESTING);
}

function loop(): void {
  const isLive = current != NOTHING;
  const before = current;
  if (isLive) close(graph.JOIN);
  const at = push(acts.LOOP, operand < 0 ? 0 : paramCountOf(operand), isLive);
  if (!isLive) return;
  graph.addEdge(before, graph.nextBlock(before), true, weight);
  weight *= TURNS;
  open(eventEnd, graph.HEAD_LOOP);
  graph.noteLoop();
  store<usize>(at, current, LOOP_BLOCK);
}

function openIf(): void {
  const isLive = current != NOTHING;
  if (isLive) close(graph.IF);
  const at = push(acts.IF, blockResults(), isLive);
  if (!isLive) return;
  pay(1);
  weight /= 2;
  graph.addEdge(current, graph.nextBlock(current), false, weight);
  store<usize>(at, graph.addEdge(current, NOTHING, true, weight), FRAME_ELSE_EDGE);
  open(eventEnd, graph.HEAD_NONE);
}

function openElse(): void {
  const at = frame(depth - 1);
  if (load<u8>(at, IS_LIVE) == 0) return;
  if (current != NOTHING) join(at);
  weight = load<f64>(at, WEIGHT_BEFORE) / 2;
  open(eventEnd, graph.HEAD_NONE);
  const passes = load<usize>(at, FRAME_ELSE_EDGE);
  store<usize>(passes, current, graph.TO);
  store<u8>(passes, 0, graph.IS_OPEN);
  store<i32>(at, acts.ELSE, KIND);
}

function end(): void {
  const at = frame(depth - 1);
  const kind = load<i32>(at, KIND);
  const passes = kind == acts.IF && load<u8>(at, IS_LIVE) != 0;
  if (kind == acts.LOOP) return endLoop(at);
  if (load<i32>(at, PENDING_COUNT) == 0 && !passes && depth > 1) {
    // Nothing branches here: what comes after belongs to the same block.
    if (current != NOTHING && load<u8>(at, HAS_TRAP) != 0) weight = load<f64>(at, WEIGHT_BEFORE);
    depth--;
    return;
  }
  if (current != NOTHING) join(at);
  const before = load<f64>(at, WEIGHT_BEFORE);
  if (passes) wait(at, load<usize>(at, FRAME_ELSE_EDGE), before / 2);
  depth--;
  const waiting = load<f64>(at, WEIGHT);
  weight = load<u8>(at, HAS_TRAP) != 0 ? max(waiting, before) : waiting;
  open(eventEnd, graph.HEAD_NONE);
  settle(at, passes);
}

/** Leads the edges that waited for the end of a label to the block that has just been opened there. */
function settle(at: usize, passes: bool): void {
  const isOnly = load<i32>(at, PENDING_COUNT) == 1;
  if (passes && !isOnly) store<usize>(current, load<usize>(at, FRAME_ELSE_EDGE), graph.ELSE_EDGE);
  let edge = load<usize>(at, PENDING);
  while (edge != NOTHING) {
    const before = load<usize>(edge, graph.TO);
    store<usize>(edge, current, graph.TO);
    if (isOnly) store<u8>(edge, 0, graph.IS_OPEN);
    edge = before;
  }
}

function endLoop(at: usize): void {
  if (current != NOTHING) close(graph.ONWARD);
  depth--;
  if (current == NOTHING) return;
  weight = min(weight, load<f64>(at, WEIGHT_BEFORE));
  graph.addEdge(current, graph.nextBlock(current), false, weight);
  open(eventEnd, graph.HEAD_NONE);
}

/** The current block ends by running on to the end of the label. */
function join(at: usize): void {
  close(graph.JOIN);
  wait(at, graph.addEdge(current, NOTHING, true, weight), weight);
  current = NOTHING;
}

function wait(at: usize, edge: usize, weight_: f64): void {
  store<usize>(edge, load<usize>(at, PENDING), graph.TO);
  store<usize>(at, edge, PENDING);
  store<i32>(at, load<i32>(at, PENDING_COUNT) + 1, PENDING_COUNT);
  store<f64>(at, load<f64>(at, WEIGHT) + weight_, WEIGHT);
}

function leave(exit: i32, level: i32): void {
  close(exit);
  edgeTo(level, true, weight);
  current = NOTHING;
}

/** An edge to the label at `level`, counted from the outside. */
function edgeTo(level: i32, isOpen: bool, weight_: f64): void {
  const target = frame(level);
  const loops = <usize>load<i32>(target, LOOP_COUNT);
  // A loop is left once for each time that it is entered, however often it turns.
  const leaving = leavesLoop(target) ? min(weight_, load<f64>(loopWeights + (loops << 3))) : weight_;
  const loopBlock = load<usize>(target, LOOP_BLOCK);
  const edge = graph.addEdge(current, loopBlock, isOpen, leaving);
  if (loopBlock == NOTHING) return wait(target, edge, leaving);
  graph.addBackEdge(edge);
  // Where nothing but the jump back stands, ways meet that engines lead straight to the loop's start, unless a check keeps
  // them apart from it.
  const isBare = load<i32>(current, graph.START) == eventAt;
  const turns = load<i32>(loopBlock, graph.TURNS) + (isOpen && !isBare ? 1 : graph.HEAD_CHECKED);
  store<i32>(loopBlock, turns, graph.TURNS);
}

function branchIf(): void {
  const level = depth - 1 - operand;
  const target = frame(level);
  const goesBack = load<usize>(target, LOOP_BLOCK) != NOTHING;
  const taken: f64 = goesBack ? 0.9 : leavesLoop(target) ? 0.1 : 0.5;
  close(graph.BRANCH_IF);
  edgeTo(level, load<i32>(target, ARITY) == 0, weight * taken);
  weight *= 1 - taken;
  graph.addEdge(current, graph.nextBlock(current), false, weight);
  open(eventEnd, graph.HEAD_NONE);
}

/** The table is read again: tables are rare. */
function branchTable(): void {
  close(graph.TABLE);
  readFrom(bytes + eventAt + 1, bytes + eventEnd);
  const count = soundU32();
  const each = weight / <f64>(count + 1);
  for (let index: u32 = 0; index <= count; index++) edgeTo(depth - 1 - soundU32(), false, each);
  current = NOTHING;
}

function trap(): void {
  close(graph.TRAP);
  current = NOTHING;
  store<u8>(frame(depth - 1), 1, HAS_TRAP);
}

function leavesLoop(target: usize): bool {
  return load<i32>(frame(depth - 1), LOOP_COUNT) > load<i32>(target, LOOP_COUNT);
}

function blockResults(): i32 {
  if (operand < 0) return operand == EMPTY ? 0 : 1;
  return resultCountOf(operand);
}
