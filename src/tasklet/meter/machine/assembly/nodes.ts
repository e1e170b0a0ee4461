// What the meter knows of each function, and of the node of indirect calls, which stands for all that those may reach.
import { functionCount, importedCount, typeCount } from './module';
import { reserve, reserveCleared } from './memory';

/** Bits of what a node is. */
export const IS_RECURSIVE: u32 = 1;
/** A call of it may reach the host, which sees the balance. */
export const IS_SEEN: u32 = 2;
/** It may be called indirectly. */
export const IS_NAMED: u32 = 4;
/** Calls of it count towards the depth from wherever they come. */
export const IS_COUNTED: u32 = 8;
/** It may return straight to the host, other than through a door of the meter's. */
export const RETURNS_TO_HOST: u32 = 16;
/** It takes and gives the fuel as values instead of leaving it in the global. */
export const IS_THREADED: u32 = 32;
/** It neither sees nor changes the fuel: its caller pays for all of it. */
export const IS_SILENT: u32 = 64;

/** Of a node: its bits, its group, the units of stack that a counted call from it takes, */
const BITS: usize = 0;
const GROUP: usize = 4;
const UNITS: usize = 8;
/** what callers pay for it before they call it, and what it may spend before it meets a check. */
const PREPAID: usize = 16;
const UNCHECKED: usize = 24;
const NODE_BYTES: usize = 32;

let nodes: usize = 0;
/** By type: whether an import of that type can be called indirectly. */
let hostTypes: usize = 0;
/** Whether an indirect call may reach the host. */
let callsHost: bool = false;

/** Room for the nodes, for the host to fill in the first three of their numbers. */
export function reserveNodes(): usize {
  nodes = reserveCleared((<usize>functionCount + 1) * NODE_BYTES);
  return nodes;
}

/** Room for a byte a type. */
export function reserveHostTypes(callsHost_: bool): usize {
  callsHost = callsHost_;
  hostTypes = reserve(typeCount);
  return hostTypes;
}

function node(callee: i32): usize {
  return nodes + <usize>(callee < 0 ? functionCount : callee) * NODE_BYTES;
}

/** A negative callee is indirect. */
export function is(callee: i32, bit: u32): bool {
  return (load<u32>(node(callee)) & bit) != 0;
}

export function isSilent(index: i32): bool {
  return is(index, IS_SILENT);
}

export function become(index: i32, bit: u32): void {
  store<u32>(node(index), load<u32>(node(index)) | bit);
}

export function unitsOf(index: i32): i32 {
  return load<i32>(node(index), UNITS);
}

export function prepaidOf(callee: i32): i64 {
  return load<i64>(node(callee), PREPAID);
}

export function setPrepaid(index: i32, units: i64): void {
  store<i64>(node(index), units, PREPAID);
}

export function uncheckedOf(callee: i32): i64 {
  return load<i64>(node(callee), UNCHECKED);
}

export function setUnchecked(index: i32, units: i64): void {
  store<i64>(node(index), units, UNCHECKED);
}

/** Whether a call counts towards the depth. */
export function countsCall(index: i32, callee: i32): bool {
  if (is(callee, IS_COUNTED)) return true;
  return is(index, IS_RECURSIVE) && load<i32>(node(index), GROUP) == load<i32>(node(callee), GROUP);
}

/** Whether the balance is checked before a call. */
export function checksCall(index: i32, callee: i32): bool {
  return isImported(callee) || (callee < 0 && callsHost) || countsCall(index, callee);
}

/** The same before a call that ends the function. */
export function checksTailCall(index: i32, callee: i32): bool {
  return is(index, RETURNS_TO_HOST) || checksCall(index, callee);
}

/**
 * Whether the balance must be checked after a call that ends the function, so that it must come back to it: what the
 * host charges must be seen by someone before its own caller, the host, goes on. An indirect callee is -1 less its type.
 */
export function checksAfterTailCall(index: i32, callee: i32): bool {
  if (!is(index, RETURNS_TO_HOST)) return false;
  return callee < 0 ? load<u8>(hostTypes + (-1 - callee)) != 0 : isImported(callee);
}

function isImported(callee: i32): bool {
  return callee >= 0 && callee < importedCount;
}
