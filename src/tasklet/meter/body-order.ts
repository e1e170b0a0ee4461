import { type CallRules } from './call-rules.ts';
import { EXIT, HEAD, type FlowGraph } from './flow/index.ts';

/** Parameters of a threaded function beyond its own: fuel, depth. */
export const PARAMS_ADDED = 2;

/** What the writing of one function depends on beyond its own code. */
export interface BodyOrder {
  /** The function's index. */
  readonly index: number;
  readonly calls: CallRules;
  readonly exprStart: number;
  readonly bodyEnd: number;
  /** Keeps the fuel in a local from start to end; otherwise it stays in the global. */
  readonly keepsLocal: boolean;
  /** Takes fuel and depth as two more parameters and gives the fuel back as one more result; then it keeps it local. */
  readonly isThreaded: boolean;
  readonly paramCount: number;
  readonly checksEntry: boolean;
  /** Whether the balance is checked when it ends. */
  readonly checksEnd: boolean;
  /** Block type of the function's results, as it is written. */
  readonly resultType: number;
  /** Units of stack that a call which counts takes. */
  readonly frameUnits: number;
}

/** Bits of what a function needs. */
export const NEEDS = { check: 1, count: 2, depth: 4 } as const;

/** Whether a function needs blocks around it, and which locals. */
export function needsOf(graph: FlowGraph, order: BodyOrder): number {
  const { calls, index } = order;
  let needs = order.checksEntry || order.checksEnd ? NEEDS.check : 0;
  for (let block = 0; block < graph.blockCount; block++) {
    const head = graph.head[block] ?? 0;
    const callee = graph.callee[block] ?? 0;
    if (head === HEAD.loop && graph.turns[block] !== 0) needs |= NEEDS.check;
    else if (head === HEAD.sized) needs |= NEEDS.check | NEEDS.count;
    else if (head === HEAD.call && calls.countsCall(index, callee)) needs |= NEEDS.check | NEEDS.depth;
    if (head === HEAD.call && calls.checksCall(index, callee)) needs |= NEEDS.check;
    if (graph.exit[block] !== EXIT.tailCall) continue;
    const last = graph.tailCallee[block] ?? 0;
    if (calls.checksTailCall(index, last)) needs |= NEEDS.check;
    if (calls.checksAfterTailCall(index, last) && calls.countsCall(index, last)) needs |= NEEDS.depth;
  }
  return needs;
}
