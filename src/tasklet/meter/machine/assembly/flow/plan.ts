// Decides where a function pays for what it runs.
//
// Every point of the function has a potential: the fuel that has been paid there for code that still lies ahead (or, negative,
// that is still owed for code behind). Moving over a block costs the block's cost plus the rise of the potential, so a charge
// can be avoided wherever the potential may fall by the cost. Which potentials give the fewest and least frequent charges is
// the classical problem of placing counters: a spanning tree of the heaviest places needs no charge, the others get what the
// tree leaves over (D. E. Knuth and F. R. Stevenson, BIT 13, 1973; T. Ball and J. R. Larus, TOPLAS 16, 1994).
//
// Where the balance is seen by others the potential is 0. Where it is checked, it is at most the least that the function must
// still spend: what was paid ahead is then certain to be spent, and a check never ends a run that could have ended well.
import * as graph from './graph';
import { clearPotentials, findTotals, join, over, point, total } from './potentials';
import { IS_SEEN, is } from '../nodes';
import { reserve } from '../memory';

/** What is never spent, because the code never returns. */
export const NEVER: i64 = 1 << 60;
/** Rounds of finding charges before the plan gives up what it cannot get at once. */
const ROUNDS_MAX: i32 = 4;
/** Sweeps over nested loops before the least costs are given up. */
const SWEEPS_MAX: i32 = 7;
const NO_PLACE: usize = 0;

/** Places that can be charged, listed by level: the first of each. Blocks, then edges. */
let firstPlaces: usize = 0;
let levelMax: i32 = 0;
/** Blocks at whose start the potential is not free to be chosen, in the order in which that was found. */
let fixed: usize = 0;
let fixedEnd: usize = 0;
/** Points of the function; 0 stands for every place where nothing is paid ahead. */
let pointCount: i32 = 0;

export function reservePlan(blocksMax: i32): void {
  firstPlaces = reserve((<usize>graph.LEVELS) << 2);
  fixed = reserve((<usize>blocksMax) << 2);
}

/** The least that a call of the function spends; {@link NEVER} or more when it never returns. */
export function leastCost(): i64 {
  const last = graph.blockBefore(graph.blocksEnd);
  store<i64>(last, 0, graph.LEAST);
  for (let place = graph.backEdges; place < graph.backEdgesEnd; place += 4) {
    store<i64>(load<usize>(load<usize>(place), graph.TO), NEVER, graph.LEAST);
  }
  for (let sweeps = 0; sweeps < SWEEPS_MAX; sweeps++) {
    if (sweep(last)) return load<i64>(graph.blocks, graph.LEAST);
  }
  for (let at = graph.blocks; at < last; at = graph.nextBlock(at)) store<i64>(at, 0, graph.LEAST);
  return 0;
}

/** Goes backwards over the code once, from before the last block. True when nothing can change any more. */
function sweep(last: usize): bool {
  let edge = graph.edgeBefore(graph.edgesEnd);
  for (let at = graph.blockBefore(last); at >= graph.blocks; at = graph.blockBefore(at)) {
    const first = load<usize>(at, graph.FIRST_EDGE);
    let after: i64 = graph.exitOf(at) == graph.TAIL_CALL ? 0 : NEVER;
    for (; edge >= first; edge = graph.edgeBefore(edge)) {
      const next = load<i64>(load<usize>(edge, graph.TO), graph.LEAST);
      if (next < after) after = next;
    }
    const least = isSeenAt(at) ? 0 : after == NEVER ? NEVER : load<i64>(at, graph.COST) + after;
    store<i64>(at, least, graph.LEAST);
  }
  // Only an edge that leads back could not yet be told what the block it leads to needs.
  for (let place = graph.backEdges; place < graph.backEdgesEnd; place += 4) {
    const back = load<usize>(place);
    const at = load<usize>(back, graph.FROM);
    const target = load<i64>(load<usize>(back, graph.TO), graph.LEAST);
    const through = target == NEVER ? NEVER : load<i64>(at, graph.COST) + target;
    if (load<i64>(at, graph.LEAST) > through) return false;
  }
  return true;
}

function isSeenAt(at: usize): bool {
  return graph.headOf(at) == graph.HEAD_CALL && is(load<i32>(at, graph.CALLEE), IS_SEEN);
}

/** Plans a function whose callers have paid `prepaid` ahead. Call {@link leastCost} first. */
export function plan(prepaid: i64): void {
  fixedEnd = fixed;
  sortPlaces();
  for (let round = 0; round <= ROUNDS_MAX; round++) {
    grow(prepaid);
    const before = fixedEnd;
    const isConsistent = fixOverpaid();
    if (isConsistent && fixedEnd == before) return readCharges();
    if (!isConsistent) break;
  }
  // Rare: a br_table ties loops together that cannot agree. Nothing is paid ahead at any of them.
  for (let at = graph.blocks; at < graph.blocksEnd; at = graph.nextBlock(at)) {
    if (graph.headOf(at) != graph.HEAD_NONE) fix(at, 0);
  }
  grow(prepaid);
  readCharges();
}

function fix(at: usize, potential: i64): void {
  if (load<u8>(at, graph.IS_FIXED) == 0) {
    store<u8>(at, 1, graph.IS_FIXED);
    store<usize>(fixedEnd, at);
    fixedEnd += 4;
  }
  store<i64>(at, potential, graph.FIXED);
}

/** Numbers the points, lists the places of each level in the order in which they are to go without a charge, fixes what is seen. */
function sortPlaces(): void {
  memory.fill(firstPlaces, 0, (<usize>graph.LEVELS) << 2);
  levelMax = 0;
  // Of places that run equally often the earliest is charged, and a block rather than an edge: both make small code.
  pointCount = 1;
  let runsOn = false;
  for (let at = graph.blocks; at < graph.blocksEnd; at = graph.nextBlock(at)) {
    // The end of a block and the start of the next are one point where nothing can be put between them.
    store<usize>(at, point(runsOn ? pointCount - 1 : pointCount++), graph.ENTRY);
    store<usize>(at, point(pointCount++), graph.LEAVING);
    const exit = graph.exitOf(at);
    runsOn = exit == graph.ONWARD || exit == graph.BRANCH_IF || exit == graph.IF;
    store<usize>(at, putFirst(load<u8>(at, graph.LEVEL), at), graph.NEXT_PLACE);
    if (isSeenAt(at)) fix(at, 0);
  }
  for (let at = graph.edges; at < graph.edgesEnd; at = graph.nextEdge(at)) {
    if (load<u8>(at, graph.IS_OPEN) == 0) continue;
    store<usize>(at, putFirst(load<u8>(at, graph.EDGE_LEVEL), at), graph.NEXT_EDGE_PLACE);
  }
}

/** Answers the place that was first before. */
function putFirst(level: i32, place: usize): usize {
  if (level > levelMax) levelMax = level;
  const first = firstPlaces + ((<usize>level) << 2);
  const before = load<usize>(first);
  store<usize>(first, place);
  return before;
}

/** Finds potentials under which the heaviest places need no charge. */
function grow(prepaid: i64): void {
  clearPotentials(pointCount);
  const nowhere = point(0);
  join(load<usize>(graph.blockBefore(graph.blocksEnd), graph.ENTRY), nowhere, 0);
  join(load<usize>(graph.blocks, graph.ENTRY), nowhere, prepaid);
  for (let at = graph.edges; at < graph.edgesEnd; at = graph.nextEdge(at)) {
    if (load<u8>(at, graph.IS_OPEN) == 0) joinEdge(at);
  }
  if (graph.hasTailCall) joinTailCalls(nowhere);
  for (let place = fixed; place < fixedEnd; place += 4) {
    const at = load<usize>(place);
    join(load<usize>(at, graph.ENTRY), nowhere, load<i64>(at, graph.FIXED));
  }
  const edges = graph.edges;
  for (let level = levelMax; level >= 0; level--) {
    let place = load<usize>(firstPlaces + ((<usize>level) << 2));
    while (place != NO_PLACE) {
      // Edges lie after the blocks.
      if (place < edges) {
        join(load<usize>(place, graph.ENTRY), load<usize>(place, graph.LEAVING), load<i64>(place, graph.COST));
        place = load<usize>(place, graph.NEXT_PLACE);
      } else {
        joinEdge(place);
        place = load<usize>(place, graph.NEXT_EDGE_PLACE);
      }
    }
  }
}

function joinTailCalls(nowhere: usize): void {
  for (let at = graph.blocks; at < graph.blocksEnd; at = graph.nextBlock(at)) {
    if (graph.exitOf(at) == graph.TAIL_CALL) join(load<usize>(at, graph.LEAVING), nowhere, 0);
  }
}

function joinEdge(at: usize): void {
  join(load<usize>(load<usize>(at, graph.FROM), graph.LEAVING), load<usize>(load<usize>(at, graph.TO), graph.ENTRY), 0);
}

/** Fixes the potential of every head where more was paid than is certain. False when what is fixed does not hold. */
function fixOverpaid(): bool {
  if (graph.headCount == 0) return true;
  const nowhere = point(0);
  let isConsistent = true;
  for (let at = graph.blocks; at < graph.blocksEnd; at = graph.nextBlock(at)) {
    if (graph.headOf(at) == graph.HEAD_NONE) continue;
    const potential = over(load<usize>(at, graph.ENTRY), nowhere);
    if (load<u8>(at, graph.IS_FIXED) != 0 && load<i64>(at, graph.FIXED) != potential) isConsistent = false;
    if (potential > load<i64>(at, graph.LEAST)) fix(at, load<i64>(at, graph.LEAST));
  }
  return isConsistent;
}

function readCharges(): void {
  findTotals(pointCount);
  for (let at = graph.blocks; at < graph.blocksEnd; at = graph.nextBlock(at)) {
    const rise = total(load<usize>(at, graph.LEAVING)) - total(load<usize>(at, graph.ENTRY));
    store<i64>(at, load<i64>(at, graph.COST) + rise, graph.CHARGE);
  }
  for (let at = graph.edges; at < graph.edgesEnd; at = graph.nextEdge(at)) {
    store<i64>(at, load<u8>(at, graph.IS_OPEN) == 0 ? 0 : riseOver(at), graph.EDGE_CHARGE);
  }
}

/** How far the potential rises over an edge. */
function riseOver(at: usize): i64 {
  const to = load<usize>(load<usize>(at, graph.TO), graph.ENTRY);
  return total(to) - total(load<usize>(load<usize>(at, graph.FROM), graph.LEAVING));
}
