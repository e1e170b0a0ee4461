import { assert } from '../../core/index.ts';
import { ByteWriter, WASM_LIMITS, type Code, type ModuleLayout } from '../wasm/index.ts';
import { PARAMS_ADDED, type BodyOrder } from './body-order.ts';
import { BodyWriter } from './body-writer.ts';
import { CallRules } from './call-rules.ts';
import { type CallGraph } from './calls/index.ts';
import { ChargePlan, EXIT, FlowBuilder, HEAD, type CalleeFacts, type EventTape, type FlowGraph } from './flow/index.ts';
import { FuelCode, type FuelGlobals } from './fuel-code.ts';
import { type WrittenBody } from './module-writer.ts';
import { type TypeTable } from './type-table.ts';

/** Fuel that a function may spend, with all that it calls, without a check of its own. */
const UNCHECKED_MAX = 500;

/** Fuel that callers may pay ahead for one call: bounds what calls within calls add up to. */
const PREPAID_MAX = 100_000;

/** Recursive functions shorter than this are worth reading twice to find what their callers can pay ahead. */
const SMALL_BYTES = 1000;

/** Meters functions one after the other, callees before callers, because a caller pays for what its callees leave to it. */
export class FunctionMeter implements CalleeFacts {
  /** All new bodies, one after the other, in the order they were metered. */
  readonly bodies: ByteWriter;
  /** The longest run of code between two checks, in fuel. */
  uncheckedMax = 0;
  /** How many functions may call themselves, and how many their callers pay for. */
  recursiveCount = 0;
  silentCount = 0;
  private readonly layout: ModuleLayout;
  private readonly calls: CallGraph;
  private readonly prepaidBy: Float64Array;
  private readonly silent: Uint8Array;
  /** Fuel that a call may spend before it meets a check, if it meets none; 0 once it checks by itself. */
  private readonly unchecked: Float64Array;
  private readonly flow: FlowBuilder;
  private readonly plan = new ChargePlan();
  private readonly code: FuelCode;
  private readonly types: TypeTable;
  readonly rules: CallRules;

  constructor(layout: ModuleLayout, calls: CallGraph, tape: EventTape, globals: FuelGlobals, types: TypeTable) {
    this.layout = layout;
    this.calls = calls;
    this.prepaidBy = new Float64Array(calls.indirect + 1);
    this.silent = new Uint8Array(calls.indirect + 1);
    this.unchecked = new Float64Array(calls.indirect + 1);
    this.flow = new FlowBuilder(layout, tape, this);
    this.bodies = new ByteWriter(layout.bytes.length * 2);
    this.code = new FuelCode(this.bodies, globals);
    this.types = types;
    this.rules = new CallRules(layout, calls, types);
  }

  /** Whether any function counts the depth of its calls. */
  get countsDepth(): boolean {
    return this.code.countsDepth;
  }

  isSilent(callee: number): boolean {
    return this.silent[callee] === 1;
  }

  prepaid(callee: number): number {
    return this.prepaidBy[callee] ?? 0;
  }

  /** Every body, by function index less the imported ones. */
  meterAll(): readonly WrittenBody[] {
    const written: WrittenBody[] = [];
    for (const group of this.calls.groups) {
      const own = group.filter(this.isOwn);
      let known: FlowGraph | undefined;
      if (own.some((index) => this.rules.isRecursive(index))) {
        this.recursiveCount += own.length;
        if (own.every((index) => this.isThreadable(index))) for (const index of own) this.rules.thread(index);
        known = this.payAheadWithin(own);
      }
      for (const index of own) {
        written[index - this.layout.importedFunctionCount] = this.meter(index, known ?? this.flowOf(index));
      }
    }
    return written;
  }

  /**
   * Decides what callers pay ahead for the functions of a circle, before any of them is written. Answers the flow of one
   * that only calls itself, which then has to be made only once.
   */
  private payAheadWithin(circle: readonly number[]): FlowGraph | undefined {
    let graph: FlowGraph | undefined;
    const prepaid = circle.map((index) => {
      if (!this.isSmall(index)) return 0;
      graph = this.flowOf(index);
      return this.payableAhead(index, graph);
    });
    circle.forEach((index, place) => (this.prepaidBy[index] = prepaid[place] ?? 0));
    const [only] = circle;
    if (graph === undefined || only === undefined || circle.length > 1) return undefined;
    graph.raiseCalls(only, this.prepaid(only));
    return graph;
  }

  private meter(index: number, graph: FlowGraph): WrittenBody {
    const payable = this.payableAhead(index, graph);
    if (!this.rules.isRecursive(index)) this.prepaidBy[index] = payable;
    this.plan.plan(graph, this.prepaid(index), this.isSeen);
    const unchecked = this.uncheckedCost(graph);
    this.uncheckedMax = Math.max(this.uncheckedMax, unchecked);
    const checksEntry = unchecked > UNCHECKED_MAX;
    this.unchecked[index] = checksEntry ? 0 : unchecked;
    const isCalledFreely = this.calls.isNamed[index] === 1 || this.calls.returnsToHost[index] === 1;
    if (!checksEntry && !this.rules.isRecursive(index) && !isCalledFreely && this.isFree(graph)) {
      this.silent[index] = 1;
      this.silentCount++;
    }
    return this.write(index, graph, checksEntry);
  }

  private readonly isOwn = (node: number): boolean =>
    node >= this.layout.importedFunctionCount && node < this.calls.indirect;

  private readonly isSeen = (callee: number): boolean => this.calls.isSeen[this.rules.nodeOf(callee)] === 1;

  private flowOf(index: number): FlowGraph {
    return this.flow.build(index - this.layout.importedFunctionCount, this.types.ofFunction(index).results.length);
  }

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
    return (
      this.isSmall(index) &&
      params.length + PARAMS_ADDED <= WASM_LIMITS.parametersMax &&
      results.length < WASM_LIMITS.resultsMax &&
      this.calls.isNamed[index] === 0 &&
      this.calls.takesPartInTailCalls[index] === 0 &&
      (this.calls.callees[index] ?? []).every(
        (callee) => this.rules.isSameGroup(index, callee) || this.isSilent(callee),
      )
    );
  }

  /** Whether a call is so short that paying ahead for it can be felt. */
  private isSmall(index: number): boolean {
    const { exprStart, bodyEnd } = this.codeOf(index);
    return bodyEnd - exprStart < SMALL_BYTES;
  }

  /** What callers can pay for a function before they call it. Nothing, where not all callers are known. */
  private payableAhead(index: number, graph: FlowGraph): number {
    const least = this.plan.leastCost(graph, this.isSeen);
    return this.calls.isNamed[index] === 1 || least > PREPAID_MAX ? 0 : least;
  }

  /** Whether nothing has to be done in the function because its callers pay for all of it. */
  private isFree(graph: FlowGraph): boolean {
    const { plan } = this;
    for (let block = 0; block < graph.blockCount; block++) {
      if ((graph.head[block] ?? 0) !== HEAD.none || (plan.blockCharge[block] ?? 0) !== 0) return false;
      const isTailCall = (graph.exit[block] ?? 0) === EXIT.tailCall;
      if (isTailCall && this.silent[this.rules.nodeOf(graph.tailCallee[block] ?? 0)] !== 1) return false;
    }
    for (let edge = 0; edge < graph.edgeCount; edge++) if ((plan.edgeCharge[edge] ?? 0) !== 0) return false;
    return true;
  }

  /** An upper bound on the fuel that one run over the function spends without a check, loops taken once. */
  private uncheckedCost(graph: FlowGraph): number {
    let cost = 0;
    for (let block = 0; block < graph.blockCount; block++) {
      cost += graph.cost[block] ?? 0;
      if (graph.head[block] === HEAD.call) cost += this.unchecked[this.rules.nodeOf(graph.callee[block] ?? 0)] ?? 0;
      if (graph.exit[block] !== EXIT.tailCall) continue;
      cost += this.unchecked[this.rules.nodeOf(graph.tailCallee[block] ?? 0)] ?? 0;
    }
    return cost;
  }

  private write(index: number, graph: FlowGraph, checksEntry: boolean): WrittenBody {
    const { bodyStart, exprStart, localCount, locals } = this.codeOf(index);
    const { bodies, code } = this;
    const paramCount = this.types.ofFunction(index).params.length;
    const localsEnd = paramCount + localCount;
    const body = new BodyWriter(code, this.layout.bytes, graph, this.plan, this.orderOf(index, graph, checksEntry));
    const start = bodies.length;
    const isThreaded = this.rules.isThreaded(index);
    const fuel = isThreaded ? paramCount : localsEnd;
    code.begin({ fuel, depth: fuel + 1, count: localsEnd + PARAMS_ADDED });
    const { bytes } = this.layout;
    let declared = bodyStart;
    while ((bytes[declared] ?? 0) >= 0x80) declared++;
    bodies.u32(locals.length + body.addedLocals.length);
    bodies.copy(bytes, declared + 1, exprStart);
    for (const { count, type } of body.addedLocals) {
      bodies.u32(count);
      bodies.u8(type);
    }
    body.write();
    return { start, end: bodies.length };
  }

  private orderOf(index: number, graph: FlowGraph, checksEntry: boolean): BodyOrder {
    const { exprStart, bodyEnd } = this.codeOf(index);
    const { params, results } = this.types.ofFunction(index);
    const isThreaded = this.rules.isThreaded(index);
    return {
      index,
      calls: this.rules,
      exprStart,
      bodyEnd,
      keepsLocal: graph.hasLoop || isThreaded,
      isThreaded,
      paramCount: params.length,
      checksEntry,
      checksEnd: this.rules.checksEnd(index),
      resultType: this.types.blockOf(results),
      frameUnits: this.calls.stack.unitsOf[index] ?? 1,
    };
  }
}
