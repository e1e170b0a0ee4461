import { type ModuleLayout } from '../../wasm/index.ts';
import { exchangesFunctions, functionsNamed } from './address-taken.ts';
import { type CodeFacts } from './code-facts.ts';
import { findComponents } from './components.ts';
import { stackNeeds, type StackNeeds } from './stack-needs.ts';

/** Who calls whom. Indirect calls go to a node of their own, and from there to every function that they may reach. */
export interface CallGraph {
  /** The node of indirect calls: one past the last function. */
  readonly indirect: number;
  /** By node: nodes that it calls. */
  readonly callees: readonly (readonly number[])[];
  /** By node: whether it ends by calling, or is so called. */
  readonly takesPartInTailCalls: Uint8Array;
  /** Groups of functions that call each other in circles, callees before callers; most are of one function. */
  readonly groups: readonly (readonly number[])[];
  /** By node: its group. */
  readonly groupOf: Int32Array;
  /** By node: whether it may be called again before it returns. */
  readonly isRecursive: Uint8Array;
  /** By node: whether a call of it may reach the host, which sees the balance. */
  readonly isSeen: Uint8Array;
  /** By node: whether it may be called indirectly. */
  readonly isNamed: Uint8Array;
  /** Functions that only code and exports name: their exports must stay as they are, or `ref.func` loses its target. */
  readonly namedByCode: ReadonlySet<number>;
  /** Whether the host may call what can be called indirectly. */
  readonly isOpen: boolean;
  /** By node: whether it may return straight to the host, other than through a door of the meter's. */
  readonly returnsToHost: Uint8Array;
  readonly stack: StackNeeds;
}

/** The graph of a valid module that `facts` speaks of. `slotsPerValue` is 2 where values may be vectors, else 1. */
export function callGraphOf(layout: ModuleLayout, facts: CodeFacts, slotsPerValue: number): CallGraph {
  const indirect = layout.functionTypeIndices.length;
  const isOpen = exchangesFunctions(layout);
  const isNamed = new Uint8Array(indirect + 1);
  const namedByCode = new Set(facts.named);
  for (const index of namedByCode) isNamed[index] = 1;
  for (const index of functionsNamed(layout)) {
    isNamed[index] = 1;
    namedByCode.delete(index);
  }
  const named: number[] = [];
  for (let node = 0; node < indirect; node++) if (isNamed[node] === 1) named.push(node);
  const callees = [...facts.callees, named];
  const { componentOf: groupOf, members: groups } = findComponents(callees);
  const isRecursive = new Uint8Array(indirect + 1);
  const isSeen = new Uint8Array(indirect + 1);
  isSeen.fill(1, 0, layout.importedFunctionCount);
  if (isOpen) isSeen[indirect] = 1;
  for (const group of groups) {
    const isCircle = group.length > 1 || group.some((node) => callees[node]?.includes(node));
    const reachesHost = group.some((node) => isSeen[node] === 1 || callees[node]?.some((next) => isSeen[next] === 1));
    for (const node of group) {
      if (isCircle) isRecursive[node] = 1;
      if (reachesHost) isSeen[node] = 1;
    }
  }
  const returnsToHost = new Uint8Array(indirect + 1);
  const tailCalleesOf = (node: number): Iterable<number> =>
    node === indirect ? named : (facts.tailCallees.get(node) ?? []);
  const reached = isOpen ? [...named] : named.filter((node) => namedByCode.has(node));
  for (let node = reached.pop(); node !== undefined; node = reached.pop()) {
    if (returnsToHost[node] === 1) continue;
    returnsToHost[node] = 1;
    for (const callee of tailCalleesOf(node)) reached.push(callee);
  }
  const takesPartInTailCalls = new Uint8Array(indirect + 1);
  for (const [caller, tailCallees] of facts.tailCallees) {
    takesPartInTailCalls[caller] = 1;
    for (const callee of tailCallees) takesPartInTailCalls[callee] = 1;
  }
  const stack = stackNeeds(layout, facts, slotsPerValue, callees, groups, groupOf);
  return {
    indirect,
    callees,
    takesPartInTailCalls,
    groups,
    groupOf,
    isRecursive,
    isSeen,
    isNamed,
    namedByCode,
    isOpen,
    returnsToHost,
    stack,
  };
}
