import { Cursor, Instruction, readInstruction, type ModuleLayout } from '../../wasm/index.ts';
import { exchangesFunctions, functionsNamed } from './address-taken.ts';
import { findComponents } from './components.ts';
import { ACT, actOf } from '../flow/index.ts';

/** Who calls whom. Indirect calls go to a node of their own, and from there to every function that they may reach. */
export interface CallGraph {
  /** The node of indirect calls: one past the last function. */
  readonly indirect: number;
  /** By node: nodes that it calls. */
  readonly callees: readonly Int32Array[];
  /** Groups of functions that call each other in circles, callees before callers; most are of one function. */
  readonly groups: readonly (readonly number[])[];
  /** By node: its group. */
  readonly groupOf: Int32Array;
  /** By node: whether a call of it may reach the host, which sees the balance. */
  readonly isSeen: Uint8Array;
  /** By node: whether it may be called indirectly. */
  readonly isNamed: Uint8Array;
  /** Functions that only code and exports name: their exports must stay as they are, or `ref.func` loses its target. */
  readonly namedByCode: ReadonlySet<number>;
  /** Whether the host may call what can be called indirectly. */
  readonly isOpen: boolean;
}

export function readCallGraph(layout: ModuleLayout): CallGraph {
  const indirect = layout.functionTypeIndices.length;
  const isOpen = exchangesFunctions(layout);
  const isNamed = new Uint8Array(indirect + 1);
  const namedByCode = new Set<number>();
  const callees = readCallees(layout, indirect, namedByCode);
  for (const index of namedByCode) isNamed[index] = 1;
  for (const index of functionsNamed(layout)) {
    isNamed[index] = 1;
    namedByCode.delete(index);
  }
  const named: number[] = [];
  for (let node = 0; node < indirect; node++) if (isNamed[node] === 1) named.push(node);
  callees.push(Int32Array.from(named));
  const { componentOf, members } = findComponents(callees);
  const isSeen = new Uint8Array(indirect + 1);
  isSeen.fill(1, 0, layout.importedFunctionCount);
  if (isOpen) isSeen[indirect] = 1;
  for (const group of members) {
    const reachesHost = group.some(
      (node) => isSeen[node] === 1 || (callees[node] ?? []).some((callee) => isSeen[callee] === 1),
    );
    if (reachesHost) for (const node of group) isSeen[node] = 1;
  }
  return { indirect, callees, groups: members, groupOf: componentOf, isSeen, isNamed, namedByCode, isOpen };
}

/** By function: whom it calls, each once. Collects the functions that code names. */
function readCallees(layout: ModuleLayout, indirect: number, named: Set<number>): Int32Array[] {
  const none = new Int32Array(0);
  const callees: Int32Array[] = Array.from({ length: layout.importedFunctionCount }, () => none);
  const instruction = new Instruction();
  const cursor = new Cursor(layout.bytes, 0, 0);
  const calledBy = new Int32Array(indirect + 1).fill(-1);
  layout.codes.forEach((code, caller) => {
    const called: number[] = [];
    cursor.at = code.exprStart;
    cursor.end = code.bodyEnd;
    while (cursor.at < code.bodyEnd) {
      readInstruction(cursor, instruction);
      const act = actOf[instruction.slot] ?? 0;
      if (act < ACT.call || act > ACT.refFunc) continue;
      if (act === ACT.refFunc) named.add(instruction.index);
      if (act > ACT.returnCallIndirect) continue;
      const isDirect = act === ACT.call || act === ACT.returnCall;
      const callee = isDirect ? instruction.index : indirect;
      if (calledBy[callee] === caller) continue;
      calledBy[callee] = caller;
      called.push(callee);
    }
    callees.push(called.length === 0 ? none : Int32Array.from(called));
  });
  return callees;
}
