import { assert } from '../../../core/index.ts';
import { Cursor, EMPTY_BLOCK, Instruction, readInstruction, type ModuleLayout } from '../../wasm/index.ts';
import { type CalleeFacts } from './callee-facts.ts';
import { ACT } from './costs.ts';
import { type EventTape } from './event-tape.ts';
import { EXIT, FlowGraph, HEAD, HEAD_CHECKED } from './flow-graph.ts';
import { Frame, NO_BLOCK, NO_EDGE } from './frame.ts';

/** Loops are taken to turn this often; what a better guess would change is where charges stand, never their sums. */
const TURNS = 10;

/** Makes a {@link FlowGraph} of what a tape says of a function body. */
export class FlowBuilder {
  readonly graph = new FlowGraph();
  private readonly tape: EventTape;
  private readonly frames: Frame[] = [];
  /** Weights of the code before each open loop, from the outside. */
  private readonly loopWeights: number[] = [];
  private depth = 0;
  private current = NO_BLOCK;
  private weight = 0;
  private readonly layout: ModuleLayout;
  private readonly callees: CalleeFacts;

  constructor(layout: ModuleLayout, tape: EventTape, callees: CalleeFacts) {
    this.layout = layout;
    this.tape = tape;
    this.callees = callees;
  }

  /** The flow of the body `place`. Its last block is empty and stands for the function's end. */
  build(place: number, resultCount: number): FlowGraph {
    const { graph, tape } = this;
    graph.clear();
    this.depth = 0;
    this.weight = 1;
    this.push(ACT.block, resultCount, true);
    this.open(this.layout.codes[place]?.exprStart ?? 0, HEAD.none);
    this.pay(1);
    tape.seek(place);
    while (tape.next()) {
      if (this.current !== NO_BLOCK) this.pay(tape.cost);
      this.control(tape.act);
    }
    return graph;
  }

  private control(act: number): void {
    const { graph, tape } = this;
    switch (act) {
      case ACT.block:
        this.push(act, this.blockResults(), this.current !== NO_BLOCK);
        return;
      case ACT.loop:
        return this.loop();
      case ACT.if:
        return this.if();
      case ACT.else:
        return this.else();
      case ACT.end:
        return this.end();
      default:
        if (this.current !== NO_BLOCK) break;
        if (act === ACT.call) graph.hasDeadCall = true;
        return;
    }
    if (act === ACT.unreachable) return this.trap();
    if (act === ACT.return) return this.leave(EXIT.return, 0);
    this.pay(1);
    if (act === ACT.br) this.leave(EXIT.branch, this.depth - 1 - tape.operand);
    else if (act === ACT.brIf) this.branchIf();
    else if (act === ACT.brTable) this.branchTable();
    else this.callOrSized(act);
  }

  private callOrSized(act: number): void {
    const { graph, tape, callees } = this;
    const isDirect = act === ACT.call || act === ACT.returnCall;
    const callee = isDirect ? tape.operand : -1;
    if (isDirect) this.pay(callees.prepaid(callee));
    if (act === ACT.returnCall || act === ACT.returnCallIndirect) {
      graph.tailCallee[this.current] = isDirect ? callee : -1 - tape.operand;
      this.close(EXIT.tailCall);
      this.current = NO_BLOCK;
      return;
    }
    if (isDirect && callees.isSilent(callee)) return;
    this.close(EXIT.onward);
    graph.addEdge(this.current, this.current + 1, false, this.weight);
    const isCall = isDirect || act === ACT.callIndirect;
    this.open(tape.at, isCall ? HEAD.call : HEAD.sized);
    graph.callee[this.current] = callee;
    graph.bodyStart[this.current] = tape.end;
  }

  private pay(units: number): void {
    this.graph.cost[this.current] = (this.graph.cost[this.current] ?? 0) + units;
  }

  private push(kind: number, arity: number, isLive: boolean): Frame {
    const outerLoops = this.depth === 0 ? 0 : this.top().loopCount;
    const frame = (this.frames[this.depth++] ??= new Frame());
    frame.loopCount = outerLoops;
    if (kind === ACT.loop) this.loopWeights[frame.loopCount++] = this.weight;
    frame.kind = kind;
    frame.arity = arity;
    frame.isLive = isLive;
    frame.loopBlock = NO_BLOCK;
    frame.pending = NO_EDGE;
    frame.pendingCount = 0;
    frame.weight = 0;
    frame.weightBefore = this.weight;
    frame.elseEdge = NO_EDGE;
    frame.hasTrap = false;
    return frame;
  }

  private open(start: number, head: number): void {
    this.current = this.graph.addBlock(start, head, this.depth - 1, this.weight);
  }

  private close(exit: number): void {
    this.graph.end[this.current] = this.tape.at;
    this.graph.exit[this.current] = exit;
    this.graph.endNesting[this.current] = this.depth - 1;
  }

  private loop(): void {
    const { graph, tape } = this;
    const isLive = this.current !== NO_BLOCK;
    const before = this.current;
    if (isLive) this.close(EXIT.join);
    const frame = this.push(ACT.loop, this.blockParams(), isLive);
    if (!isLive) return;
    graph.addEdge(before, before + 1, true, this.weight);
    this.weight *= TURNS;
    this.open(tape.end, HEAD.loop);
    graph.hasLoop = true;
    graph.turns[this.current] = 0;
    frame.loopBlock = this.current;
  }

  private if(): void {
    const { graph, tape } = this;
    const isLive = this.current !== NO_BLOCK;
    if (isLive) this.close(EXIT.if);
    const frame = this.push(ACT.if, this.blockResults(), isLive);
    if (!isLive) return;
    this.pay(1);
    this.weight /= 2;
    graph.addEdge(this.current, this.current + 1, false, this.weight);
    frame.elseEdge = graph.addEdge(this.current, NO_BLOCK, true, this.weight);
    this.open(tape.end, HEAD.none);
  }

  private else(): void {
    const frame = this.top();
    if (!frame.isLive) return;
    if (this.current !== NO_BLOCK) this.join(frame);
    this.weight = frame.weightBefore / 2;
    this.open(this.tape.end, HEAD.none);
    this.graph.to[frame.elseEdge] = this.current;
    this.graph.isOpen[frame.elseEdge] = 0;
    frame.kind = ACT.else;
  }

  private end(): void {
    const { tape } = this;
    const frame = this.top();
    const isFunction = this.depth === 1;
    const passes = frame.kind === ACT.if && frame.isLive;
    if (frame.kind === ACT.loop) return this.endLoop(frame);
    if (frame.pendingCount === 0 && !passes && !isFunction) {
      // Nothing branches here: what comes after belongs to the same block.
      if (this.current !== NO_BLOCK && frame.hasTrap) this.weight = frame.weightBefore;
      this.depth--;
      return;
    }
    if (this.current !== NO_BLOCK) this.join(frame);
    if (passes) this.await(frame, frame.elseEdge, frame.weightBefore / 2);
    this.depth--;
    this.weight = frame.hasTrap ? Math.max(frame.weight, frame.weightBefore) : frame.weight;
    this.open(tape.end, HEAD.none);
    this.settle(frame, passes);
  }

  /** Leads the edges that waited for the end of a label to the block that has just been opened there. */
  private settle(frame: Frame, passes: boolean): void {
    const { graph } = this;
    const isOnly = frame.pendingCount === 1;
    if (passes && !isOnly) graph.elseEdge[this.current] = frame.elseEdge;
    for (let edge = frame.pending; edge !== NO_EDGE;) {
      const before = graph.to[edge] ?? 0;
      graph.to[edge] = this.current;
      if (isOnly) graph.isOpen[edge] = 0;
      edge = before;
    }
  }

  private endLoop(frame: Frame): void {
    if (this.current !== NO_BLOCK) this.close(EXIT.onward);
    this.depth--;
    if (this.current === NO_BLOCK) return;
    this.weight = Math.min(this.weight, frame.weightBefore);
    this.graph.addEdge(this.current, this.current + 1, false, this.weight);
    this.open(this.tape.end, HEAD.none);
  }

  /** The current block ends by running on to the end of `frame`. */
  private join(frame: Frame): void {
    this.close(EXIT.join);
    this.await(frame, this.graph.addEdge(this.current, NO_BLOCK, true, this.weight), this.weight);
    this.current = NO_BLOCK;
  }

  private await(frame: Frame, edge: number, weight: number): void {
    this.graph.to[edge] = frame.pending;
    frame.pending = edge;
    frame.pendingCount++;
    frame.weight += weight;
  }

  private leave(exit: number, level: number): void {
    this.close(exit);
    this.edgeTo(level, true, this.weight);
    this.current = NO_BLOCK;
  }

  /** An edge to the label at `level`, counted from the outside. */
  private edgeTo(level: number, isOpen: boolean, weight: number): void {
    const { graph } = this;
    const target = this.frameAt(level);
    // A loop is left once for each time that it is entered, however often it turns.
    const leaving = this.leavesLoop(target) ? Math.min(weight, this.loopWeights[target.loopCount] ?? 0) : weight;
    const edge = graph.addEdge(this.current, target.loopBlock, isOpen, leaving);
    if (target.loopBlock === NO_BLOCK) this.await(target, edge, leaving);
    else {
      graph.backEdges.push(edge);
      // Where nothing but the jump back stands, ways meet that engines lead straight to the loop's start, unless a check keeps
      // them apart from it.
      const isBare = graph.start[this.current] === this.tape.at;
      graph.turns[target.loopBlock] = (graph.turns[target.loopBlock] ?? 0) + (isOpen && !isBare ? 1 : HEAD_CHECKED);
    }
  }

  private branchIf(): void {
    const { graph, tape } = this;
    const level = this.depth - 1 - tape.operand;
    const target = this.frameAt(level);
    const goesBack = target.loopBlock !== NO_BLOCK;
    const taken = goesBack ? 0.9 : this.leavesLoop(target) ? 0.1 : 0.5;
    this.close(EXIT.branchIf);
    this.edgeTo(level, target.arity === 0, this.weight * taken);
    this.weight *= 1 - taken;
    graph.addEdge(this.current, this.current + 1, false, this.weight);
    this.open(tape.end, HEAD.none);
  }

  private branchTable(): void {
    // Tables are rare enough to be read again.
    const instruction = new Instruction();
    readInstruction(new Cursor(this.layout.bytes, this.tape.at, this.tape.end), instruction);
    const { targets } = instruction;
    this.close(EXIT.table);
    const weight = this.weight / targets.length;
    for (const index of targets) this.edgeTo(this.depth - 1 - index, false, weight);
    this.current = NO_BLOCK;
  }

  private trap(): void {
    this.close(EXIT.trap);
    this.current = NO_BLOCK;
    this.top().hasTrap = true;
  }

  private leavesLoop(target: Frame): boolean {
    return this.top().loopCount > target.loopCount;
  }

  private top(): Frame {
    return this.frameAt(this.depth - 1);
  }

  private frameAt(level: number): Frame {
    const frame = this.frames[level];
    assert(frame !== undefined, 'a label is out of bounds in valid code');
    return frame;
  }

  private blockResults(): number {
    const blockType = this.tape.operand;
    if (blockType < 0) return blockType === EMPTY_BLOCK ? 0 : 1;
    return this.layout.types[blockType]?.results.length ?? 0;
  }

  private blockParams(): number {
    const blockType = this.tape.operand;
    return blockType < 0 ? 0 : (this.layout.types[blockType]?.params.length ?? 0);
  }
}
