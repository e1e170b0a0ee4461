import { EXIT, HEAD, LEVELS, type FlowGraph } from './flow-graph.ts';
import { Potentials } from './potentials.ts';

/** Rounds of finding charges before the plan gives up what it cannot get at once. */
const ROUNDS_MAX = 4;
/** Sweeps over nested loops before the least costs are given up. */
const SWEEPS_MAX = 7;
const NO_PLACE = -1;

/**
 * Decides where a function pays for what it runs.
 *
 * Every point of the function has a potential: the fuel that has been paid there for code that still lies ahead (or,
 * negative, that is still owed for code behind). Moving over a block costs the block's cost plus the rise of the
 * potential, so a charge can be avoided wherever the potential may fall by the cost. Which potentials give the fewest
 * and least frequent charges is the classical problem of placing counters: a spanning tree of the heaviest places needs no
 * charge, the others get what the tree leaves over (D. E. Knuth and F. R. Stevenson, BIT 13, 1973; T. Ball and
 * J. R. Larus, TOPLAS 16, 1994).
 *
 * Where the balance is seen by others the potential is 0. Where it is checked, it is at most the least that the function
 * must still spend: what was paid ahead is then certain to be spent, and a check never ends a run that could have
 * ended well.
 */
export class ChargePlan {
  /** By block: charged once while it runs. Negative: given back. */
  blockCharge = new Float64Array(256);
  /** By edge: charged when it is taken. */
  edgeCharge = new Float64Array(256);
  /** By block: the least that must still be spent from its start, up to where others see the balance. */
  private least = new Float64Array(256);
  private readonly potentials = new Potentials();
  /** Potentials at the start of blocks that are not free to be chosen. */
  private readonly fixed = new Map<number, number>();
  /** Places that can be charged, listed by level: first of each level, and the one after each. Blocks, then edges. */
  private readonly firstPlace = new Int32Array(LEVELS);
  private nextPlace = new Int32Array(256);
  private levelMax = 0;

  /** The least that a call of the function spends; Infinity when it never returns. */
  leastCost(graph: FlowGraph, isSeen: (callee: number) => boolean): number {
    if (this.least.length < graph.blockCount) this.least = new Float64Array(graph.start.length);
    const { least } = this;
    least.fill(Infinity, 0, graph.blockCount);
    least[graph.blockCount - 1] = 0;
    for (let sweep = 0; sweep < SWEEPS_MAX; sweep++) {
      if (this.sweep(graph, isSeen)) return least[0] ?? 0;
    }
    least.fill(0, 0, graph.blockCount);
    return 0;
  }

  /** Plans a function whose callers have paid `prepaid` ahead. Call {@link leastCost} first. */
  plan(graph: FlowGraph, prepaid: number, isSeen: (callee: number) => boolean): void {
    this.sortPlaces(graph);
    const { fixed } = this;
    if (fixed.size > 0) fixed.clear();
    for (let block = 0; block < graph.blockCount; block++) {
      if ((graph.head[block] ?? 0) === HEAD.call && isSeen(graph.callee[block] ?? 0)) fixed.set(block, 0);
    }
    for (let round = 0; ; round++) {
      this.grow(graph, prepaid);
      const before = fixed.size;
      const isConsistent = this.fixOverpaid(graph);
      if (isConsistent && fixed.size === before) break;
      if (isConsistent && round < ROUNDS_MAX) continue;
      // Rare: a br_table ties loops together that cannot agree. Nothing is paid ahead at any of them.
      for (let block = 0; block < graph.blockCount; block++) {
        if ((graph.head[block] ?? 0) !== HEAD.none) fixed.set(block, 0);
      }
      this.grow(graph, prepaid);
      break;
    }
    this.readCharges(graph);
  }

  /** Goes backwards over the code once. True when nothing can change any more. */
  private sweep(graph: FlowGraph, isSeen: (callee: number) => boolean): boolean {
    const { least } = this;
    const { exit, firstEdge, from, to, head, callee, cost } = graph;
    let edgesEnd = graph.edgeCount;
    for (let block = graph.blockCount - 2; block >= 0; block--) {
      const edgesStart = firstEdge[block] ?? 0;
      let after = exit[block] === EXIT.tailCall ? 0 : Infinity;
      for (let edge = edgesStart; edge < edgesEnd; edge++) {
        const next = least[to[edge] ?? 0] ?? 0;
        if (next < after) after = next;
      }
      edgesEnd = edgesStart;
      const isSeenHere = head[block] === HEAD.call && isSeen(callee[block] ?? 0);
      least[block] = isSeenHere ? 0 : (cost[block] ?? 0) + after;
    }
    // Only an edge that leads back could not yet be told what the block it leads to needs.
    return graph.backEdges.every((edge) => {
      const block = from[edge] ?? 0;
      return (least[block] ?? 0) <= (cost[block] ?? 0) + (least[to[edge] ?? 0] ?? 0);
    });
  }

  /** Lists the places of each level in the order in which they are to go without a charge. */
  private sortPlaces(graph: FlowGraph): void {
    const { firstPlace } = this;
    const { blockCount, edgeCount, level, edgeLevel, isOpen } = graph;
    if (this.nextPlace.length < blockCount + edgeCount) this.nextPlace = new Int32Array((blockCount + edgeCount) * 2);
    const { nextPlace } = this;
    firstPlace.fill(NO_PLACE);
    this.levelMax = 0;
    // Of places that run equally often the earliest is charged, and a block rather than an edge: both make small code.
    for (let block = 0; block < blockCount; block++) {
      const place = level[block] ?? 0;
      if (place > this.levelMax) this.levelMax = place;
      nextPlace[block] = firstPlace[place] ?? NO_PLACE;
      firstPlace[place] = block;
    }
    for (let edge = 0; edge < edgeCount; edge++) {
      if (isOpen[edge] === 0) continue;
      const place = edgeLevel[edge] ?? 0;
      if (place > this.levelMax) this.levelMax = place;
      nextPlace[blockCount + edge] = firstPlace[place] ?? NO_PLACE;
      firstPlace[place] = blockCount + edge;
    }
  }

  /** Finds potentials under which the heaviest places need no charge. */
  private grow(graph: FlowGraph, prepaid: number): void {
    const { potentials, fixed } = this;
    potentials.clear(graph.blockCount * 2 + 1);
    potentials.join(entryOf(graph.blockCount - 1), 0, 0);
    potentials.join(entryOf(0), 0, prepaid);
    const { blockCount, edgeCount, isOpen, from, to, exit, cost } = graph;
    for (let edge = 0; edge < edgeCount; edge++) {
      if (isOpen[edge] === 0) potentials.join(exitOf(from[edge] ?? 0), entryOf(to[edge] ?? 0), 0);
    }
    for (let block = 0; block < blockCount; block++) {
      if (exit[block] === EXIT.tailCall) potentials.join(exitOf(block), 0, 0);
    }
    for (const [block, potential] of fixed) potentials.join(entryOf(block), 0, potential);
    const { firstPlace, nextPlace } = this;
    for (let level = this.levelMax; level >= 0; level--) {
      let place = firstPlace[level] ?? NO_PLACE;
      for (; place !== NO_PLACE; place = nextPlace[place] ?? NO_PLACE) {
        const edge = place - blockCount;
        if (edge < 0) potentials.join(entryOf(place), exitOf(place), cost[place] ?? 0);
        else potentials.join(exitOf(from[edge] ?? 0), entryOf(to[edge] ?? 0), 0);
      }
    }
  }

  /** Fixes the potential of every head where more was paid than is certain. False when what is fixed does not hold. */
  private fixOverpaid(graph: FlowGraph): boolean {
    const { potentials, least, fixed } = this;
    let isConsistent = true;
    for (let block = 0; block < graph.blockCount; block++) {
      if (graph.head[block] === HEAD.none) continue;
      const potential = potentials.over(entryOf(block), 0);
      const wanted = fixed.get(block);
      if (wanted !== undefined && wanted !== potential) isConsistent = false;
      if (potential > (least[block] ?? 0)) fixed.set(block, least[block] ?? 0);
    }
    return isConsistent;
  }

  private readCharges(graph: FlowGraph): void {
    const { blockCount, edgeCount, cost, isOpen, from, to } = graph;
    if (this.blockCharge.length < blockCount) this.blockCharge = new Float64Array(graph.start.length);
    if (this.edgeCharge.length < edgeCount) this.edgeCharge = new Float64Array(graph.from.length);
    const { blockCharge, edgeCharge } = this;
    const above = this.potentials.overRoots(blockCount * 2 + 1);
    for (let block = 0; block < blockCount; block++) {
      blockCharge[block] = (cost[block] ?? 0) + (above[exitOf(block)] ?? 0) - (above[entryOf(block)] ?? 0);
    }
    for (let edge = 0; edge < edgeCount; edge++) {
      edgeCharge[edge] =
        isOpen[edge] === 0 ? 0 : (above[entryOf(to[edge] ?? 0)] ?? 0) - (above[exitOf(from[edge] ?? 0)] ?? 0);
    }
  }
}

/** Node 0 stands for every place where nothing is paid ahead. */
function entryOf(block: number): number {
  return block * 2 + 1;
}

function exitOf(block: number): number {
  return block * 2 + 2;
}
