// The control flow of one function: blocks in the order of the code, each with its cost, and the edges between them.
import { reserve } from '../memory';

/** Of a block: offset of its first byte, */
export const START: usize = 0;
/** of the byte after the instruction that its head belongs to, */
export const BODY_START: usize = 4;
/** and, of any but the last, of its last instruction when that is a branch, else of whatever comes after it. */
export const BLOCK_END: usize = 8;
/** Where its head is a call: the function called; -1 for an indirect call. */
export const CALLEE: usize = 12;
/** Where it ends by calling: the function called in its place; for an indirect call, -1 less the index of the type. */
export const TAIL_CALLEE: usize = 16;
/** Labels around it, the function's own not counted; and the same at its end, of any but the last. */
export const NESTING: usize = 20;
export const END_NESTING: usize = 24;
export const FIRST_EDGE: usize = 28;
/** The edge that passes over the `if` which ends right before it, when that has no `else`; 0 otherwise. */
export const ELSE_EDGE: usize = 32;
/** Of a loop's first block: edges that lead back to it; HEAD_CHECKED or more when the check stands at the head. */
export const TURNS: usize = 36;
export const HEAD: usize = 40;
export const EXIT: usize = 41;
/** How often it probably runs, as {@link levelOf} tells it. */
export const LEVEL: usize = 42;
/** Whether the plan may not choose the potential at its start, and what that then is. */
export const IS_FIXED: usize = 43;
export const FIXED: usize = 48;
/** The next place of its level that can be charged. */
export const NEXT_PLACE: usize = 44;
export const COST: usize = 56;
/** The least that must still be spent from its start, up to where others see the balance. */
export const LEAST: usize = 64;
/** Charged once while it runs. Negative: given back. */
export const CHARGE: usize = 72;
/** The points at its start and its end, as the plan numbers them. */
export const ENTRY: usize = 80;
export const LEAVING: usize = 84;
const BLOCK_BYTES: usize = 88;

/** Of an edge: its blocks, */
export const FROM: usize = 0;
export const TO: usize = 4;
/** whether code can be put on it, and if so, how often it is probably taken, */
export const IS_OPEN: usize = 8;
export const EDGE_LEVEL: usize = 9;
/** the next place of its level, and what is charged when it is taken. */
export const NEXT_EDGE_PLACE: usize = 12;
export const EDGE_CHARGE: usize = 16;
const EDGE_BYTES: usize = 24;

/** Why something must happen at the very start of a block, before its first instruction. */
export const HEAD_NONE: i32 = 0;
/** The start of a loop: the balance is checked at each turn, here or on the edges that lead back. */
export const HEAD_LOOP: i32 = 1;
/** The block starts with a call of a function that sees or changes the fuel. */
export const HEAD_CALL: i32 = 2;
/** The block starts with an instruction whose cost depends on the count on top of the stack. */
export const HEAD_SIZED: i32 = 3;

/** The next block in the code follows, and nothing else leads there. */
export const ONWARD: i32 = 0;
/** Comes to an `end`, `else` or `loop`: one edge. */
export const JOIN: i32 = 1;
/** `br`: one edge. */
export const BRANCH: i32 = 2;
/** `br_if`: the edge taken first, then the one to the next block. */
export const BRANCH_IF: i32 = 3;
/** Any number of edges on which nothing can be put. */
export const TABLE: i32 = 4;
/** `if`: the edge to the first arm, then the one that passes it over. */
export const IF: i32 = 5;
export const RETURN: i32 = 6;
/** A tail call: leaves the function without an edge. */
export const TAIL_CALL: i32 = 7;
/** Never ends normally. */
export const TRAP: i32 = 8;

/** So many edges back to a loop, or one that stands for itself or can carry nothing, make it cheaper to check at its head. */
export const HEAD_CHECKED: i32 = 3;
/** Levels that {@link levelOf} tells apart. */
export const LEVELS: i32 = 128;

/** All blocks and all edges: where the first lies, and where one more would. */
export let blocks: usize = 0;
export let blocksEnd: usize = 0;
export let edges: usize = 0;
export let edgesEnd: usize = 0;
/** Edges that lead to the start of a loop from within. */
export let backEdges: usize = 0;
export let backEdgesEnd: usize = 0;
export let hasLoop: bool = false;
/** Blocks that something must happen at the start of, and whether any ends by calling. */
export let headCount: i32 = 0;
export let hasTailCall: bool = false;
/** Whether code that is never reached calls anybody. */
export let hasDeadCall: bool = false;

/** Room for the largest function. */
export function reserveGraph(blocksMax: i32, edgesMax: i32): void {
  blocks = reserve(<usize>blocksMax * BLOCK_BYTES);
  edges = reserve(<usize>edgesMax * EDGE_BYTES);
  backEdges = reserve((<usize>edgesMax) << 2);
}

export function clearGraph(): void {
  blocksEnd = blocks;
  edgesEnd = edges;
  backEdgesEnd = backEdges;
  headCount = 0;
  hasLoop = hasDeadCall = hasTailCall = false;
}

export function nextBlock(at: usize): usize {
  return at + BLOCK_BYTES;
}

export function blockBefore(at: usize): usize {
  return at - BLOCK_BYTES;
}

export function nextEdge(at: usize): usize {
  return at + EDGE_BYTES;
}

export function edgeBefore(at: usize): usize {
  return at - EDGE_BYTES;
}

export function addBackEdge(at: usize): void {
  store<usize>(backEdgesEnd, at);
  backEdgesEnd += 4;
}

export function noteLoop(): void {
  hasLoop = true;
}

export function noteTailCall(): void {
  hasTailCall = true;
}

export function noteDeadCall(): void {
  hasDeadCall = true;
}

export function addBlock(start: i32, head: i32, nesting: i32, weight: f64): usize {
  const at = blocksEnd;
  blocksEnd += BLOCK_BYTES;
  store<i32>(at, start, START);
  store<i32>(at, start, BODY_START);
  store<i32>(at, nesting, NESTING);
  store<usize>(at, edgesEnd, FIRST_EDGE);
  store<usize>(at, 0, ELSE_EDGE);
  store<i32>(at, 0, TURNS);
  store<u32>(at, head | (ONWARD << 8) | (levelOf(weight) << 16), HEAD);
  store<i64>(at, 0, COST);
  if (head != HEAD_NONE) headCount++;
  return at;
}

/** Edges of a block are added together, when it ends. */
export function addEdge(from: usize, to: usize, isOpen: bool, weight: f64): usize {
  const at = edgesEnd;
  edgesEnd += EDGE_BYTES;
  store<usize>(at, from, FROM);
  store<usize>(at, to, TO);
  store<u16>(at, isOpen ? 1 | (levelOf(weight) << 8) : 0, IS_OPEN);
  return at;
}

/** Has each call of the function `callee` cost `units` more, which its caller pays right before it. */
export function raiseCalls(callee: i32, units: i64): void {
  for (let at = blocks; at < blocksEnd; at = nextBlock(at)) {
    if (headOf(at) == HEAD_CALL && load<i32>(at, CALLEE) == callee) pay(blockBefore(at), units);
    if (exitOf(at) == TAIL_CALL && load<i32>(at, TAIL_CALLEE) == callee) pay(at, units);
  }
}

export function pay(at: usize, units: i64): void {
  store<i64>(at, load<i64>(at, COST) + units, COST);
}

export function headOf(at: usize): i32 {
  return load<u8>(at, HEAD);
}

export function exitOf(at: usize): i32 {
  return load<u8>(at, EXIT);
}

/**
 * A weight's order of magnitude in half powers of two: exponent and first digit of the number's binary form. A finer order
 * would change nothing that can be measured.
 */
function levelOf(weight: f64): i32 {
  const level = (reinterpret<i32>(<f32>weight) >> 22) - (127 << 1) + LEVELS / 2;
  return level < 0 ? 0 : level < LEVELS ? level : LEVELS - 1;
}
