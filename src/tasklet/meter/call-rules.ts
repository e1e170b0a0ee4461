import { VALUE_TYPE, type ModuleLayout } from '../wasm/index.ts';
import { type CallGraph } from './calls/index.ts';
import { type TypeTable } from './type-table.ts';

/** What must be done at calls, as far as it is the same wherever in a function they stand. A negative callee is indirect. */
export class CallRules {
  private readonly layout: ModuleLayout;
  private readonly calls: CallGraph;
  private readonly types: TypeTable;
  /** Functions that take and give the fuel as values instead of leaving it in the global. */
  private readonly threaded: Uint8Array;
  /** By type of the module: the type of those that do. */
  private readonly threadedTypes = new Map<number, number>();
  /** Whether an indirect call may reach the host. */
  private readonly callsHost: boolean;
  /** Types, as {@link TypeTable.canonical} names them, of imports that can be called indirectly. */
  private readonly hostTypes = new Set<string>();

  constructor(layout: ModuleLayout, calls: CallGraph, types: TypeTable) {
    this.layout = layout;
    this.calls = calls;
    this.types = types;
    this.threaded = new Uint8Array(calls.indirect + 1);
    this.callsHost = calls.isOpen || calls.isNamed.subarray(0, layout.importedFunctionCount).includes(1);
    for (let index = 0; index < layout.importedFunctionCount; index++) {
      if (calls.isNamed[index] === 1) this.hostTypes.add(types.canonical(layout.functionTypeIndices[index] ?? -1));
    }
  }

  nodeOf(callee: number): number {
    return callee < 0 ? this.calls.indirect : callee;
  }

  thread(index: number): void {
    this.threaded[index] = 1;
  }

  /** Whether a function takes and gives the fuel. */
  isThreaded(index: number): boolean {
    return this.threaded[index] === 1;
  }

  /** The type that a function of the module has when it is metered. */
  typeIndexOf(index: number): number {
    const own = this.layout.functionTypeIndices[index] ?? 0;
    if (!this.isThreaded(index)) return own;
    const known = this.threadedTypes.get(own);
    if (known !== undefined) return known;
    const { params, results } = this.types.ofFunction(index);
    const { i64 } = VALUE_TYPE;
    const added = this.types.indexOf({ params: [...params, i64, i64], results: [...results, i64] });
    this.threadedTypes.set(own, added);
    return added;
  }

  isRecursive(index: number): boolean {
    return this.calls.isRecursive[index] === 1;
  }

  isSameGroup(index: number, callee: number): boolean {
    const { groupOf } = this.calls;
    return (groupOf[index] ?? 0) === (groupOf[this.nodeOf(callee)] ?? 0) && this.isRecursive(index);
  }

  /** Whether a call counts towards the depth. */
  countsCall(index: number, callee: number): boolean {
    return this.isSameGroup(index, callee) || this.calls.stack.isCounted[this.nodeOf(callee)] === 1;
  }

  /** Whether the balance is checked before a call. */
  checksCall(index: number, callee: number): boolean {
    return this.isImported(callee) || (callee < 0 && this.callsHost) || this.countsCall(index, callee);
  }

  /** Whether the balance is checked when the function ends. */
  checksEnd(index: number): boolean {
    return this.calls.returnsToHost[index] === 1;
  }

  /** The same before a call that ends the function. */
  checksTailCall(index: number, callee: number): boolean {
    return this.checksEnd(index) || this.checksCall(index, callee);
  }

  /**
   * Whether the balance must be checked after a call that ends the function, so that it must come back to it: what the
   * host charges must be seen by someone before its own caller, the host, goes on. An indirect callee is -1 less its type.
   */
  checksAfterTailCall(index: number, callee: number): boolean {
    if (!this.checksEnd(index)) return false;
    return callee < 0 ? this.hostTypes.has(this.types.canonical(-1 - callee)) : this.isImported(callee);
  }

  private isImported(callee: number): boolean {
    return callee >= 0 && callee < this.layout.importedFunctionCount;
  }
}
