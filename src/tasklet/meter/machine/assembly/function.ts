// Meters one function after the other, callees before callers, because a caller pays for what its callees leave to it.
import * as graph from './flow/graph';
import * as nodes from './nodes';
import { beginFunction } from './write/fuel-code';
import { build } from './flow/builder';
import { bytes, codes, importedCount, paramCountOf, resultCountOf, typeOfFunction } from './module';
import { copy, makeRoom, out, writeU32, writeU8 } from './write/output';
import { leastCost, plan } from './flow/plan';
import { needsOf, NEEDS_COUNT, NEEDS_DEPTH, writeBody } from './write/body';
import { PARAMS_ADDED } from './write/changed';
import { at, readFrom, soundU32 } from './scan/numbers';
import { reserve } from './memory';

/** Fuel that a function may spend, with all that it calls, without a check of its own. */
const UNCHECKED_MAX: i64 = 500;
/** Fuel that callers may pay ahead for one call: bounds what calls within calls add up to. */
const PREPAID_MAX: i64 = 100_000;

const I32: u32 = 0x7f;
const I64: u32 = 0x7e;

/** By body: where the new one begins and ends. */
export let written: usize = 0;
/** The longest run of code between two checks, in fuel; and how many functions their callers pay for. */
export let uncheckedMax: f64 = 0;
export let silentCount: i32 = 0;

export function reserveWritten(bodyCount: i32): void {
  written = reserve((<usize>bodyCount) << 3);
  uncheckedMax = 0;
  silentCount = 0;
}

/** Makes the flow of a function, of which {@link payAhead} and {@link meterFunction} speak. */
export function makeFlow(index: i32): void {
  build(index - importedCount, resultCountOf(typeOfFunction(index)));
}

/** What callers can pay for the function before they call it. Nothing, where not all callers are known. */
export function payableAhead(index: i32): i32 {
  const least = leastCost();
  return nodes.is(index, nodes.IS_NAMED) || least > PREPAID_MAX ? 0 : <i32>least;
}

/** Decides what callers pay ahead for a function that may call itself, before it is written. */
export function payAhead(index: i32, units: i32): void {
  nodes.setPrepaid(index, units);
}

/** Has the function, whose flow was made before that was decided, pay ahead for its calls of itself. */
export function raiseOwnCalls(index: i32): void {
  graph.raiseCalls(index, nodes.prepaidOf(index));
}

/** Plans and writes the function. Its results, as they are written, have the block type `resultType`. */
export function meterFunction(index: i32, resultType: i32): void {
  const isRecursive = nodes.is(index, nodes.IS_RECURSIVE);
  const payable = payableAhead(index);
  if (!isRecursive) nodes.setPrepaid(index, payable);
  plan(nodes.prepaidOf(index));
  const unchecked = uncheckedCost();
  uncheckedMax = max(uncheckedMax, <f64>unchecked);
  const checksEntry = unchecked > UNCHECKED_MAX;
  nodes.setUnchecked(index, checksEntry ? 0 : unchecked);
  const isKnown = !nodes.is(index, nodes.IS_NAMED | nodes.RETURNS_TO_HOST);
  if (!checksEntry && !isRecursive && isKnown && isFree()) {
    nodes.become(index, nodes.IS_SILENT);
    silentCount++;
  }
  write(index, checksEntry, resultType);
}

/** An upper bound on the fuel that one run over the function spends without a check, loops taken once. */
function uncheckedCost(): i64 {
  let cost: i64 = 0;
  for (let at = graph.blocks; at < graph.blocksEnd; at = graph.nextBlock(at)) {
    cost += load<i64>(at, graph.COST);
    if (graph.headOf(at) == graph.HEAD_CALL) cost += nodes.uncheckedOf(load<i32>(at, graph.CALLEE));
    if (graph.exitOf(at) == graph.TAIL_CALL) cost += nodes.uncheckedOf(load<i32>(at, graph.TAIL_CALLEE));
  }
  return cost;
}

/** Whether nothing has to be done in the function because its callers pay for all of it. */
function isFree(): bool {
  if (graph.headCount > 0) return false;
  for (let at = graph.blocks; at < graph.blocksEnd; at = graph.nextBlock(at)) {
    if (load<i64>(at, graph.CHARGE) != 0) return false;
    const isTailCall = graph.exitOf(at) == graph.TAIL_CALL;
    if (isTailCall && !nodes.is(load<i32>(at, graph.TAIL_CALLEE), nodes.IS_SILENT)) return false;
  }
  for (let at = graph.edges; at < graph.edgesEnd; at = graph.nextEdge(at)) {
    if (load<i64>(at, graph.EDGE_CHARGE) != 0) return false;
  }
  return true;
}

function write(index: i32, checksEntry: bool, resultType: i32): void {
  const place = <usize>(index - importedCount);
  const record = codes + (place << 4);
  const isThreaded = nodes.is(index, nodes.IS_THREADED);
  const keepsLocal = graph.hasLoop || isThreaded;
  const needs = needsOf(index, checksEntry);
  const paramCount = paramCountOf(typeOfFunction(index));
  const localsEnd = paramCount + load<i32>(record, 12);
  const fuel = isThreaded ? paramCount : localsEnd;
  beginFunction(fuel, fuel + 1, localsEnd + PARAMS_ADDED);
  const start = out;
  const code = bytes + load<u32>(record, 4);
  declare(bytes + load<u32>(record), code, isThreaded, keepsLocal, needs);
  writeBody(index, keepsLocal, needs, checksEntry, resultType, code, bytes + load<u32>(record, 8));
  store<u32>(written + (place << 3), <u32>start);
  store<u32>(written + (place << 3), <u32>out, 4);
}

/** Declares the function's own locals, and after them those that the meter needs. */
function declare(from: usize, code: usize, isThreaded: bool, keepsLocal: bool, needs: i32): void {
  const counts = (needs & NEEDS_COUNT) != 0;
  const isLong = !isThreaded && (keepsLocal || needs != 0);
  readFrom(from, code);
  const runs = soundU32();
  makeRoom(64);
  writeU32(runs + (isLong ? 1 : 0) + (counts ? 1 : 0));
  copy(at, code);
  makeRoom(64);
  if (isLong) declareRun((needs & (NEEDS_COUNT | NEEDS_DEPTH)) != 0 ? 2 : 1, I64);
  if (counts) declareRun(1, I32);
}

function declareRun(count: u32, type: u32): void {
  writeU32(count);
  writeU8(type);
}
