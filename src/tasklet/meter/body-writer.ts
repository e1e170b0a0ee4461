import { Cursor, Instruction, readInstruction, VALUE_TYPE, type ByteWriter, type LocalRun } from '../wasm/index.ts';
import { NEEDS, needsOf, PARAMS_ADDED, type BodyOrder } from './body-order.ts';
import { EXIT, HEAD, HEAD_CHECKED, type ChargePlan, type FlowGraph } from './flow/index.ts';
import { OP, type FuelCode } from './fuel-code.ts';

const ONE_LONG: LocalRun = { count: 1, type: VALUE_TYPE.i64 };
const TWO_LONGS: LocalRun = { count: 2, type: VALUE_TYPE.i64 };
const ONE_INT: LocalRun = { count: 1, type: VALUE_TYPE.i32 };

/**
 * Writes one function's code with its charges and checks. Where something is checked, the code stands in two blocks:
 *
 *     block $stop  block $body  …code…  end  …what is done at the end…  return  end  …what ends a run…  unreachable
 *
 * `$body` takes the place of the function's own label, so no branch of the code changes.
 */
export class BodyWriter {
  /** Declarations to put after the function's own. */
  addedLocals: readonly LocalRun[] = [];
  private readonly code: FuelCode;
  private readonly bytes: Uint8Array;
  private readonly out: ByteWriter;
  private readonly graph: FlowGraph;
  private readonly plan: ChargePlan;
  private readonly order: BodyOrder;
  private isWrapped = false;
  private copied: number;
  private readonly instruction = new Instruction();
  /** Charged at the end of the block before, together with what the next head does. */
  private owed = 0;
  /** Between the first and the last call that counts of a straight piece of code the depth is lowered once. */
  private isEntered = false;
  private lastCounted = 0;

  constructor(code: FuelCode, bytes: Uint8Array, graph: FlowGraph, plan: ChargePlan, order: BodyOrder) {
    this.code = code;
    this.bytes = bytes;
    this.out = code.out;
    this.graph = graph;
    this.plan = plan;
    this.order = order;
    this.copied = order.exprStart;
    this.survey();
  }

  write(): void {
    const { order, out, code } = this;
    if (this.isWrapped) {
      out.u8(OP.block);
      out.s32(OP.empty);
      out.u8(OP.block);
      out.s32(order.resultType);
    }
    if (order.keepsLocal && !order.isThreaded) code.load();
    if (order.checksEntry) this.check(0);
    for (let block = 0; block < this.graph.blockCount - 1; block++) this.writeBlock(block);
    this.copyTo(order.bodyEnd);
    if (this.isWrapped) this.writeEnd();
  }

  /** Sees what the function needs: blocks around it, and which locals. */
  private survey(): void {
    const { graph, order } = this;
    const needs = needsOf(graph, order);
    this.isWrapped = order.keepsLocal || needs !== 0;
    if (order.isThreaded) this.addedLocals = (needs & NEEDS.count) !== 0 ? [ONE_INT] : [];
    else if ((needs & NEEDS.count) !== 0) this.addedLocals = [TWO_LONGS, ONE_INT];
    else if ((needs & NEEDS.depth) !== 0) this.addedLocals = [TWO_LONGS];
    else if (this.isWrapped) this.addedLocals = [ONE_LONG];
  }

  private writeEnd(): void {
    const { code, out, order } = this;
    if (order.isThreaded) code.pass(true);
    else if (order.keepsLocal) code.spill();
    if (order.checksEnd) {
      if (!order.keepsLocal) code.load();
      code.test(false);
      code.branchIf(0);
    }
    out.u8(OP.return);
    out.u8(OP.end);
    code.stop(order.keepsLocal, order.isThreaded);
    out.u8(OP.end);
  }

  private copyTo(offset: number): void {
    if (this.order.isThreaded || this.graph.hasDeadCall) this.copyChanged(offset);
    else this.out.copy(this.bytes, this.copied, offset);
    this.copied = offset;
  }

  /**
   * Copies code in which locals after the parameters have moved up by the parameters that were added. A call or a return in
   * it is one that is never reached, which must be valid all the same.
   */
  private copyChanged(offset: number): void {
    const { out, bytes, instruction, order, code } = this;
    const cursor = new Cursor(bytes, this.copied, offset);
    let same = this.copied;
    while (cursor.at < offset) {
      readInstruction(cursor, instruction);
      const { opcode, index, at, end } = instruction;
      const isLocal = opcode >= OP.localGet && opcode <= OP.localTee;
      const moves = isLocal && order.isThreaded && index >= order.paramCount;
      const passes = opcode === OP.call && order.calls.isThreaded(index);
      const returns = opcode === OP.return && order.isThreaded;
      if (!moves && !passes && !returns) continue;
      out.copy(bytes, same, at);
      same = end;
      if (passes) this.pass();
      else if (returns) code.pass(true);
      out.u8(opcode);
      if (!returns) out.u32(moves ? index + PARAMS_ADDED : index);
      if (passes) code.take(order.keepsLocal);
    }
    out.copy(bytes, same, offset);
  }

  /** Puts what a threaded function takes besides its own parameters on the stack. */
  private pass(): void {
    const { code, order } = this;
    code.pass(order.keepsLocal);
    code.passDepth(order.isThreaded, order.isThreaded ? order.frameUnits : 1);
  }

  private writeBlock(block: number): void {
    const { graph, plan } = this;
    if (graph.elseEdge[block] !== -1) this.passOver(graph.elseEdge[block] ?? 0, graph.start[block] ?? 0);
    const head = graph.head[block] ?? 0;
    if (head === HEAD.loop ? this.checksHead(block) : head !== HEAD.none) {
      this.copyTo(graph.start[block] ?? 0);
      if (head === HEAD.loop) this.check(graph.nesting[block] ?? 0);
      else if (head === HEAD.call) this.call(block);
      else this.sized(block);
    }
    const charge = plan.blockCharge[block] ?? 0;
    if (this.isFollowedByHead(block) || graph.exit[block] === EXIT.tailCall) {
      this.owed = charge;
    } else if (charge !== 0) {
      this.copyTo(graph.bodyStart[block] ?? 0);
      this.pay(charge);
    }
    this.leave(block);
  }

  /** The arm of an `if` without `else` that does nothing but pay. */
  private passOver(edge: number, start: number): void {
    const charge = edge < 0 ? 0 : (this.plan.edgeCharge[edge] ?? 0);
    if (charge === 0) return;
    this.copyTo(start - 1);
    this.out.u8(OP.else);
    this.pay(charge);
  }

  private isFollowedByHead(block: number): boolean {
    const { graph } = this;
    if ((graph.exit[block] ?? 0) !== EXIT.onward) return false;
    const head = graph.head[block + 1] ?? 0;
    return head === HEAD.call || head === HEAD.sized;
  }

  private leave(block: number): void {
    const { graph, plan, out } = this;
    const exit = graph.exit[block] ?? 0;
    if (exit === EXIT.tailCall) return this.tailCall(block);
    if (exit !== EXIT.join && exit !== EXIT.branch && exit !== EXIT.return && exit !== EXIT.branchIf) return;
    const charge = plan.edgeCharge[graph.firstEdge[block] ?? 0] ?? 0;
    const target = graph.to[graph.firstEdge[block] ?? 0] ?? 0;
    const turns = exit !== EXIT.join && target <= block && !this.checksHead(target);
    const isRewritten = exit === EXIT.return && this.isWrapped;
    if (charge === 0 && !isRewritten && !turns) return;
    this.copyTo(graph.end[block] ?? 0);
    if (exit === EXIT.branchIf) return this.branchIf(block, charge, turns);
    this.pay(charge);
    if (turns) this.check(graph.endNesting[block] ?? 0);
    if (!isRewritten) return;
    out.u8(OP.br);
    out.u32(graph.endNesting[block] ?? 0);
    this.copied++;
  }

  private tailCall(block: number): void {
    const { graph, order, out, code, bytes, instruction } = this;
    const callee = graph.tailCallee[block] ?? 0;
    const nesting = graph.endNesting[block] ?? 0;
    this.copyTo(graph.end[block] ?? 0);
    const comesBack = order.calls.checksAfterTailCall(order.index, callee);
    const enters = comesBack && order.calls.countsCall(order.index, callee);
    this.prepareCall(order.calls.checksTailCall(order.index, callee), enters, true, nesting);
    if (!comesBack) return;
    readInstruction(new Cursor(bytes, this.copied, order.bodyEnd), instruction);
    out.u8(callee < 0 ? OP.callIndirect : OP.call);
    out.copy(bytes, this.copied + 1, instruction.end);
    if (order.keepsLocal) code.load();
    if (enters) code.leave(order.frameUnits);
    out.u8(OP.br);
    out.u32(nesting);
    this.copied = instruction.end;
  }

  /**
   * Whether the turns of a loop are checked where it starts. Engines unroll a short loop only when the first thing it
   * decides is whether to go on, so the check stands on the way back if it can.
   */
  private checksHead(loopBlock: number): boolean {
    return (this.graph.turns[loopBlock] ?? 0) >= HEAD_CHECKED;
  }

  /** A `br_if` that pays, and with `turns` checks, only when it is taken. */
  private branchIf(block: number, charge: number, turns: boolean): void {
    const { graph, out } = this;
    const end = graph.start[block + 1] ?? 0;
    const label = new Cursor(this.bytes, this.copied + 1, end).u32();
    out.u8(OP.if);
    out.s32(OP.empty);
    this.pay(charge);
    if (turns) this.check((graph.endNesting[block] ?? 0) + 1);
    out.u8(OP.br);
    out.u32(label + 1);
    out.u8(OP.end);
    this.copied = end;
  }

  private pay(units: number): void {
    if (units !== 0) this.code.charge(units, this.order.keepsLocal);
  }

  private check(nesting: number): void {
    if (!this.order.keepsLocal) this.code.load();
    this.code.test(false);
    this.code.branchIf(nesting + 1);
  }

  /** Pays what is owed, and checks what has to be checked before a call that is next. */
  private prepareCall(checks: boolean, enters: boolean, spills: boolean, nesting: number): void {
    const { code, order, owed } = this;
    const { keepsLocal } = order;
    this.owed = 0;
    if (owed !== 0) code.charge(owed, keepsLocal, checks);
    else if (checks && !keepsLocal) code.load();
    if (keepsLocal && spills) code.spill();
    if (enters && !order.isThreaded) code.enter(order.frameUnits);
    if (!checks) return;
    code.test(enters);
    code.branchIf(nesting + 1);
  }

  private call(block: number): void {
    const { graph, code, order } = this;
    const callee = graph.callee[block] ?? 0;
    const passes = order.calls.isThreaded(callee);
    const counts = order.calls.countsCall(order.index, callee);
    const enters = counts && !this.isEntered;
    const isChecked = counts && this.isEntered && this.owed === 0;
    this.prepareCall(
      order.calls.checksCall(order.index, callee) && !isChecked,
      enters,
      !passes,
      graph.nesting[block] ?? 0,
    );
    if (enters) {
      this.isEntered = true;
      this.lastCounted = this.lastCountedFrom(block);
    }
    if (passes) this.pass();
    this.out.copy(this.bytes, this.copied, graph.bodyStart[block] ?? 0);
    this.copied = graph.bodyStart[block] ?? 0;
    if (passes) code.take(order.keepsLocal);
    else if (order.keepsLocal) code.load();
    if (!this.isEntered || block !== this.lastCounted) return;
    if (!order.isThreaded) code.leave(order.frameUnits);
    this.isEntered = false;
  }

  /** The last call that counts in the straight piece of code which `block` is in. */
  private lastCountedFrom(block: number): number {
    const { graph, order } = this;
    let last = block;
    for (let next = block; this.isFollowedByHead(next); next++) {
      if (graph.head[next + 1] === HEAD.call && order.calls.countsCall(order.index, graph.callee[next + 1] ?? 0))
        last = next + 1;
    }
    return last;
  }

  private sized(block: number): void {
    const { graph, code, order } = this;
    code.chargeSized(this.owed, this.bytes[graph.start[block] ?? 0] === OP.memoryGrow, order.keepsLocal);
    this.owed = 0;
    code.test(false);
    code.branchIf((graph.nesting[block] ?? 0) + 1);
    this.copyTo(graph.bodyStart[block] ?? 0);
  }
}
