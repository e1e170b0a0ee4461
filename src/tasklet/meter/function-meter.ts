import { assert } from '../../core/index.ts';
import { WASM_LIMITS, type Code, type ModuleLayout } from '../wasm/index.ts';
import { type CallGraph } from './calls/index.ts';
import { THREADED_BIT, type Machine } from './machine/index.ts';
import { type ThreadTypes } from './thread-types.ts';
import { type TypeTable } from './type-table.ts';

/** Recursive functions shorter than this are worth reading twice to find what their callers can pay ahead. */
const SMALL_BYTES = 1000;

/** Parameters of a threaded function beyond its own: fuel, depth. */
const PARAMS_ADDED = 2;

/** Has the machine meter functions one after the other, callees before callers, because a caller pays for what its callees leave to it. */
export class FunctionMeter {
  /** How many functions may call themselves. */
  recursiveCount = 0;
  private readonly layout: ModuleLayout;
  private readonly calls: CallGraph;
  private readonly machine: Machine;
  private readonly types: TypeTable;
  private readonly threads: ThreadTypes;

  constructor(layout: ModuleLayout, calls: CallGraph, machine: Machine, types: TypeTable, threads: ThreadTypes) {
    this.layout = layout;
    this.calls = calls;
    this.machine = machine;
    this.types = types;
    this.threads = threads;
  }

  meterAll(): void {
    for (const group of this.calls.groups) {
      const own = group.filter(this.isOwn);
      let isFlowMade = false;
      if (own.some((index) => this.calls.isRecursive[index] === 1)) {
        this.recursiveCount += own.length;
        if (own.every((index) => this.isThreadable(index))) for (const index of own) this.thread(index);
        isFlowMade = this.payAheadWithin(own);
      }
      for (const index of own) {
        if (!isFlowMade) this.machine.makeFlow(index);
        this.machine.meterFunction(index, this.types.blockOf(this.types.ofFunction(index).results));
      }
    }
  }

  /**
   * Decides what callers pay ahead for the functions of a circle, before any of them is written. Whether the machine now
   * has the flow of a function that only calls itself, which then has to be made only once.
   */
  private payAheadWithin(circle: readonly number[]): boolean {
    const { machine } = this;
    const prepaid = circle.map((index) => {
      if (!this.isSmall(index)) return 0;
      machine.makeFlow(index);
      return machine.payableAhead(index);
    });
    circle.forEach((index, place) => machine.payAhead(index, prepaid[place] ?? 0));
    const [only] = circle;
    if (only === undefined || circle.length > 1 || !this.isSmall(only)) return false;
    machine.raiseOwnCalls(only);
    return true;
  }

  private thread(index: number): void {
    this.threads.thread(index);
    this.machine.become(index, THREADED_BIT);
  }

  private readonly isOwn = (node: number): boolean =>
    node >= this.layout.importedFunctionCount && node < this.calls.indirect;

  private codeOf(index: number): Code {
    const code = this.layout.codes[index - this.layout.importedFunctionCount];
    assert(code !== undefined, 'a function has no body');
    return code;
  }

  /**
   * Whether a recursive function can keep the fuel in registers all through: it is short, everybody who calls it is known,
   * and it calls nobody who needs the global.
   */
  private isThreadable(index: number): boolean {
    const { params, results } = this.types.ofFunction(index);
    const { isNamed, takesPartInTailCalls, callees, groupOf } = this.calls;
    return (
      this.isSmall(index) &&
      params.length + PARAMS_ADDED <= WASM_LIMITS.parametersMax &&
      results.length < WASM_LIMITS.resultsMax &&
      isNamed[index] === 0 &&
      takesPartInTailCalls[index] === 0 &&
      (callees[index] ?? []).every(
        (callee) => groupOf[callee] === groupOf[index] || this.machine.isSilent(callee) === 1,
      )
    );
  }

  /** Whether a call is so short that paying ahead for it can be felt. */
  private isSmall(index: number): boolean {
    const { exprStart, bodyEnd } = this.codeOf(index);
    return bodyEnd - exprStart < SMALL_BYTES;
  }
}
