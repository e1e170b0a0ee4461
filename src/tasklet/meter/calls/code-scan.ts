import { assert } from '../../../core/index.ts';
import { type FuncType, type Instruction, type InstructionVisitor, type ModuleLayout } from '../../wasm/index.ts';
import { ACT, actOf, EventTape } from '../flow/index.ts';

/** Values that every engine hands over in registers, of each kind of machine. */
const PARAMS_IN_REGISTERS = 4;
const RESULTS_IN_REGISTERS = 1;

/** Values of a call that may lie on the stack, parameters and results together. */
export function passedOnStack({ params, results }: FuncType): number {
  return Math.max(0, params.length - PARAMS_IN_REGISTERS) + Math.max(0, results.length - RESULTS_IN_REGISTERS);
}

/** What the meter must know of a module's bodies, gathered while they are validated, in their order. */
export class CodeScan implements InstructionVisitor {
  /** The events of each body, by its place. */
  readonly tape: EventTape;
  /** By function: nodes that it calls, each once, those among them that it ends by calling, */
  readonly callees: number[][];
  readonly tailCallees = new Map<number, Set<number>>();
  /** and the most operands it has on its stack at a time. */
  readonly operandsMax: Int32Array;
  /** By function: the most values that one call of it passes on the stack, both ways. */
  readonly passedMax: Int32Array;
  /** Functions that code names without calling them. */
  readonly named = new Set<number>();
  private readonly layout: ModuleLayout;
  /** The node of indirect calls. */
  private readonly indirect: number;
  private readonly calledBy: Int32Array;
  private caller = 0;
  private called: number[] = [];
  /** Fuel since the last event. */
  private cost = 0;

  constructor(layout: ModuleLayout) {
    this.layout = layout;
    this.tape = new EventTape(layout.codes.length, layout.bytes.length);
    this.indirect = layout.functionTypeIndices.length;
    this.callees = Array.from({ length: this.indirect }, () => []);
    this.operandsMax = new Int32Array(this.indirect);
    this.passedMax = new Int32Array(this.indirect);
    this.calledBy = new Int32Array(this.indirect + 1).fill(-1);
  }

  /** The next instructions are those of the body `place`. */
  begin(place: number): void {
    this.caller = this.layout.importedFunctionCount + place;
    this.called = [];
    this.callees[this.caller] = this.called;
    this.cost = 0;
    this.tape.begin(place);
  }

  /** That body is at its end. */
  finish(operandsMax: number): void {
    this.operandsMax[this.caller] = operandsMax;
  }

  visit(instruction: Instruction, passed: number, reachable: boolean): void {
    const act = actOf[instruction.slot] ?? 0;
    this.cost += passed;
    if (act === ACT.plain || act === ACT.refFunc) {
      this.cost++;
      if (act === ACT.refFunc) this.named.add(instruction.index);
      return;
    }
    if (act === ACT.free) return;
    const isLabel = act >= ACT.block && act <= ACT.end;
    // Code that is never reached must still be valid: what it names stays declared, and whom it calls is rewritten first.
    if (act >= ACT.call && act <= ACT.returnCallIndirect) this.call(act, instruction, reachable);
    else if (!isLabel && !reachable) return;
    this.tape.add(act, this.cost, instruction.at, instruction.end, isLabel ? instruction.blockType : instruction.index);
    this.cost = 0;
  }

  private call(act: number, { index }: Instruction, reachable: boolean): void {
    const isDirect = act === ACT.call || act === ACT.returnCall;
    const callee = isDirect ? index : this.indirect;
    if (act >= ACT.returnCall) this.tailCall(callee);
    if (this.calledBy[callee] !== this.caller) {
      this.calledBy[callee] = this.caller;
      this.called.push(callee);
    }
    if (!reachable) return;
    const type = this.layout.types[isDirect ? (this.layout.functionTypeIndices[index] ?? -1) : index];
    assert(type !== undefined, 'valid code names a type that is not there');
    const passed = passedOnStack(type);
    if (passed > (this.passedMax[this.caller] ?? 0)) this.passedMax[this.caller] = passed;
  }

  private tailCall(callee: number): void {
    const known = this.tailCallees.get(this.caller);
    if (known === undefined) this.tailCallees.set(this.caller, new Set([callee]));
    else known.add(callee);
  }
}
