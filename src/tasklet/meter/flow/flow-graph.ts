/** Why something must happen at the very start of a block, before its first instruction. */
export const HEAD = {
  none: 0,
  /** The start of a loop: the balance is checked at each turn, here or on the edges that lead back. */
  loop: 1,
  /** The block starts with a call of a function that sees or changes the fuel. */
  call: 2,
  /** The block starts with an instruction whose cost depends on the count on top of the stack. */
  sized: 3,
} as const;

/** How a block ends. */
export const EXIT = {
  /** The next block in the code follows, and nothing else leads there. */
  onward: 0,
  /** Comes to an `end`, `else` or `loop`: one edge. */
  join: 1,
  /** `br`: one edge. */
  branch: 2,
  /** `br_if`: the edge taken first, then the one to the next block. */
  branchIf: 3,
  /** Any number of edges on which nothing can be put. */
  table: 4,
  /** `if`: the edge to the first arm, then the one that passes it over. */
  if: 5,
  return: 6,
  /** A tail call: leaves the function without an edge. */
  tailCall: 7,
  /** Never ends normally. */
  trap: 8,
} as const;

/** So many edges back to a loop, or one that stands for itself or can carry nothing, make it cheaper to check at its head. */
export const HEAD_CHECKED = 3;

const FIRST_CAPACITY = 256;

/**
 * The control flow of one function: blocks in the order of the code, each with its cost, and the edges between them.
 * Columns are arrays that grow and are used again for the next function, because a module has a hundred thousand blocks.
 */
export class FlowGraph {
  blockCount = 0;
  edgeCount = 0;
  hasLoop = false;
  /** Edges that lead to the start of a loop from within. */
  readonly backEdges: number[] = [];
  /** Whether code that is never reached calls anybody. */
  hasDeadCall = false;
  /** Of a block: offset of its first byte, */
  start = new Int32Array(FIRST_CAPACITY);
  /** of the byte after the instruction that its head belongs to, */
  bodyStart = new Int32Array(FIRST_CAPACITY);
  /** and, of any but the last, of its last instruction when that is a branch, else of whatever comes after it. */
  end = new Int32Array(FIRST_CAPACITY);
  head = new Uint8Array(FIRST_CAPACITY);
  exit = new Uint8Array(FIRST_CAPACITY);
  /** Where its head is a call: the function called; -1 for an indirect call. */
  callee = new Int32Array(FIRST_CAPACITY);
  /** Where it ends by calling: the function called in its place; for an indirect call, -1 less the index of the type. */
  tailCallee = new Int32Array(FIRST_CAPACITY);
  /** Labels around it, the function's own not counted. */
  nesting = new Int32Array(FIRST_CAPACITY);
  /** The same at its end, of any but the last. */
  endNesting = new Int32Array(FIRST_CAPACITY);
  cost = new Float64Array(FIRST_CAPACITY);
  /** How often it probably runs, as {@link levelOf} tells it. */
  level = new Uint8Array(FIRST_CAPACITY);
  firstEdge = new Int32Array(FIRST_CAPACITY);
  /** The edge that passes over the `if` which ends right before it, when that has no `else`; -1 otherwise. */
  elseEdge = new Int32Array(FIRST_CAPACITY);
  /** Of a loop's first block: edges that lead back to it; {@link HEAD_CHECKED} or more when the check stands at the head. */
  turns = new Int32Array(FIRST_CAPACITY);
  /** Of an edge: its blocks, */
  from = new Int32Array(FIRST_CAPACITY);
  to = new Int32Array(FIRST_CAPACITY);
  /** whether code can be put on it, */
  isOpen = new Uint8Array(FIRST_CAPACITY);
  /** and if so, how often it is probably taken. */
  edgeLevel = new Uint8Array(FIRST_CAPACITY);

  clear(): void {
    this.blockCount = 0;
    this.edgeCount = 0;
    this.hasLoop = false;
    this.backEdges.length = 0;
    this.hasDeadCall = false;
  }

  addBlock(start: number, head: number, nesting: number, weight: number): number {
    const block = this.blockCount++;
    if (block === this.start.length) this.growBlocks();
    this.start[block] = start;
    this.bodyStart[block] = start;
    this.head[block] = head;
    this.exit[block] = EXIT.onward;
    this.nesting[block] = nesting;
    this.cost[block] = 0;
    this.level[block] = levelOf(weight);
    this.firstEdge[block] = this.edgeCount;
    this.elseEdge[block] = -1;
    return block;
  }

  /** Edges of a block are added together, when it ends. */
  addEdge(from: number, to: number, isOpen: boolean, weight: number): number {
    const edge = this.edgeCount++;
    if (edge === this.from.length) this.growEdges();
    this.from[edge] = from;
    this.to[edge] = to;
    this.isOpen[edge] = isOpen ? 1 : 0;
    this.edgeLevel[edge] = isOpen ? levelOf(weight) : 0;
    return edge;
  }

  /** Has each call of the function `callee` cost `units` more, which its caller pays right before it. */
  raiseCalls(callee: number, units: number): void {
    for (let block = 0; block < this.blockCount; block++) {
      if (this.head[block] === HEAD.call && this.callee[block] === callee) this.raise(block - 1, units);
      if (this.exit[block] === EXIT.tailCall && this.tailCallee[block] === callee) this.raise(block, units);
    }
  }

  private raise(block: number, units: number): void {
    this.cost[block] = (this.cost[block] ?? 0) + units;
  }

  private growBlocks(): void {
    const size = this.start.length * 2;
    this.start = grown(this.start, new Int32Array(size));
    this.bodyStart = grown(this.bodyStart, new Int32Array(size));
    this.end = grown(this.end, new Int32Array(size));
    this.head = grown(this.head, new Uint8Array(size));
    this.exit = grown(this.exit, new Uint8Array(size));
    this.callee = grown(this.callee, new Int32Array(size));
    this.tailCallee = grown(this.tailCallee, new Int32Array(size));
    this.nesting = grown(this.nesting, new Int32Array(size));
    this.endNesting = grown(this.endNesting, new Int32Array(size));
    this.cost = grown(this.cost, new Float64Array(size));
    this.level = grown(this.level, new Uint8Array(size));
    this.firstEdge = grown(this.firstEdge, new Int32Array(size));
    this.elseEdge = grown(this.elseEdge, new Int32Array(size));
    this.turns = grown(this.turns, new Int32Array(size));
  }

  private growEdges(): void {
    const size = this.from.length * 2;
    this.from = grown(this.from, new Int32Array(size));
    this.to = grown(this.to, new Int32Array(size));
    this.isOpen = grown(this.isOpen, new Uint8Array(size));
    this.edgeLevel = grown(this.edgeLevel, new Uint8Array(size));
  }
}

/** Levels that {@link levelOf} tells apart. */
export const LEVELS = 128;

const weightCell = new Float32Array(1);
const weightBits = new Int32Array(weightCell.buffer);

/**
 * A weight's order of magnitude in half powers of two, at most {@link LEVELS} - 1: exponent and first digit of the
 * number's binary form. A finer order would change nothing that can be measured.
 */
function levelOf(weight: number): number {
  weightCell[0] = weight;
  const level = ((weightBits[0] ?? 0) >> 22) - (127 << 1) + LEVELS / 2;
  return level < 0 ? 0 : level < LEVELS ? level : LEVELS - 1;
}

function grown<T extends { set(source: T): void }>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
