import { EXIT, HEAD, type FlowGraph } from './flow/index.ts';

/** Parameters of a threaded function beyond its own: fuel, depth. */
export const PARAMS_ADDED = 2;

/** What the writing of one function depends on beyond its own code. */
export interface BodyOrder {
  readonly exprStart: number;
  readonly bodyEnd: number;
  /** Keeps the fuel in a local from start to end; otherwise it stays in the global. */
  readonly keepsLocal: boolean;
  /** Takes fuel and depth as two more parameters and gives the fuel back as one more result; then it keeps it local. */
  readonly isThreaded: boolean;
  readonly paramCount: number;
  readonly checksEntry: boolean;
  readonly checksEnd: boolean;
  /** Block type of the function's results, as it is written. */
  readonly resultType: number;
  /** Units of stack that a call which counts takes. */
  readonly frameUnits: number;
  /** Whether the balance is checked before a call of this callee (negative: indirect). */
  checksCall(callee: number): boolean;
  /** The same for a call that ends the function. */
  checksTailCall(callee: number): boolean;
  /** Whether the balance must be checked after a call that ends the function, so that it must come back to it. */
  checksAfterTailCall(callee: number): boolean;
  /** Whether this callee takes and gives the fuel. */
  passesFuel(callee: number): boolean;
  /** Whether a call of this callee counts towards the depth. */
  countsCall(callee: number): boolean;
}

/** Bits of what a function needs. */
export const NEEDS = { check: 1, count: 2, depth: 4 } as const;

/** Whether a function needs blocks around it, and which locals. */
export function needsOf(graph: FlowGraph, order: BodyOrder): number {
  let needs = order.checksEntry || order.checksEnd ? NEEDS.check : 0;
  for (let block = 0; block < graph.blockCount; block++) {
    const head = graph.head[block] ?? 0;
    const callee = graph.callee[block] ?? 0;
    if (head === HEAD.loop && graph.turns[block] !== 0) needs |= NEEDS.check;
    else if (head === HEAD.sized) needs |= NEEDS.check | NEEDS.count;
    else if (head === HEAD.call && order.countsCall(callee)) needs |= NEEDS.check | NEEDS.depth;
    if (head === HEAD.call && order.checksCall(callee)) needs |= NEEDS.check;
    if (graph.exit[block] !== EXIT.tailCall) continue;
    const last = graph.tailCallee[block] ?? 0;
    if (order.checksTailCall(last)) needs |= NEEDS.check;
    if (order.checksAfterTailCall(last) && order.countsCall(last)) needs |= NEEDS.depth;
  }
  return needs;
}
