import { assert } from '../../../core/index.ts';
import {
  EMPTY_BLOCK,
  isPlain,
  opcodeOf,
  signatureOf,
  slotOf,
  type FuncType,
  type Instruction,
  type InstructionVisitor,
  type ModuleLayout,
} from '../../wasm/index.ts';
import { ACT, actOf } from '../flow/index.ts';

/** Operands that instructions without a fixed signature leave, less those they take. */
const GROWTH: readonly (readonly [growth: number, names: string])[] = [
  [1, 'local.get global.get table.size ref.null ref.func'],
  [-1, 'drop local.set global.set br_if table.grow if'],
  [-2, 'select select_t table.set'],
  [-3, 'table.fill'],
];

const growthOf = growthTable();

function growthTable(): Int8Array {
  const table = new Int8Array(isPlain.length);
  for (let slot = 0; slot < table.length; slot++) {
    const signature = signatureOf[slot] ?? 0;
    const has = (shift: number): number => (((signature >>> shift) & 0xff) === 0 ? 0 : 1);
    table[slot] = has(24) - has(0) - has(8) - has(16);
  }
  for (const [growth, names] of GROWTH) {
    for (const name of names.split(' ')) table[slotOf(opcodeOf(name))] = growth;
  }
  return table;
}

/** Values that every engine hands over in registers, of each kind of machine. */
const PARAMS_IN_REGISTERS = 4;
const RESULTS_IN_REGISTERS = 1;

/** Values of a call that may lie on the stack, parameters and results together. */
export function passedOnStack({ params, results }: FuncType): number {
  return Math.max(0, params.length - PARAMS_IN_REGISTERS) + Math.max(0, results.length - RESULTS_IN_REGISTERS);
}

/** What a module's bodies say of calls, gathered while they are validated. */
export class CallScan implements InstructionVisitor {
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
  private height = 0;
  private heightMax = 0;
  /** Heights below the parameters of each open block, and their types. */
  private readonly bases: number[] = [];
  private readonly blockTypes: number[] = [];

  constructor(layout: ModuleLayout) {
    this.layout = layout;
    this.indirect = layout.functionTypeIndices.length;
    this.callees = Array.from({ length: this.indirect }, () => []);
    this.operandsMax = new Int32Array(this.indirect);
    this.passedMax = new Int32Array(this.indirect);
    this.calledBy = new Int32Array(this.indirect + 1).fill(-1);
  }

  /** The next instructions are those of `caller`. */
  begin(caller: number): void {
    this.caller = caller;
    this.called = [];
    this.callees[caller] = this.called;
    this.height = this.heightMax = 0;
    this.bases.length = this.blockTypes.length = 0;
  }

  visit(instruction: Instruction, reachable: boolean): void {
    const act = actOf[instruction.slot] ?? 0;
    if (act >= ACT.block && act <= ACT.end) return this.label(act, instruction);
    // Code that is never reached must still be valid: what it names stays declared, and whom it calls is rewritten first.
    if (act === ACT.refFunc) this.named.add(instruction.index);
    if (act === ACT.returnCall) this.tailCall(instruction.index);
    else if (act === ACT.returnCallIndirect) this.tailCall(this.indirect);
    if (act >= ACT.call && act <= ACT.returnCallIndirect) this.note(this.calleeOf(act, instruction));
    if (!reachable) return;
    this.height += growthOf[instruction.slot] ?? 0;
    if (act >= ACT.call) this.call(act, instruction);
    if (this.height > this.heightMax) this.operandsMax[this.caller] = this.heightMax = this.height;
  }

  private calleeOf(act: number, { index }: Instruction): number {
    return act === ACT.call || act === ACT.returnCall ? index : this.indirect;
  }

  private note(callee: number): void {
    if (this.calledBy[callee] === this.caller) return;
    this.calledBy[callee] = this.caller;
    this.called.push(callee);
  }

  private call(act: number, { index }: Instruction): void {
    if (act > ACT.returnCallIndirect) return;
    const isDirect = act === ACT.call || act === ACT.returnCall;
    const type = this.typeAt(isDirect ? (this.layout.functionTypeIndices[index] ?? -1) : index);
    this.height += type.results.length - type.params.length - (isDirect ? 0 : 1);
    const passed = passedOnStack(type);
    if (passed > (this.passedMax[this.caller] ?? 0)) this.passedMax[this.caller] = passed;
  }

  private tailCall(callee: number): void {
    const known = this.tailCallees.get(this.caller);
    if (known === undefined) this.tailCallees.set(this.caller, new Set([callee]));
    else known.add(callee);
  }

  private label(act: number, { blockType, slot }: Instruction): void {
    if (act === ACT.else || act === ACT.end) {
      const last = this.bases.length - 1;
      const base = this.bases[last] ?? 0;
      const type = this.blockTypes[last] ?? EMPTY_BLOCK;
      if (act === ACT.else) {
        this.height = base + this.paramsOf(type);
      } else {
        this.height = base + this.resultsOf(type);
        this.bases.pop();
        this.blockTypes.pop();
      }
    } else {
      this.height += growthOf[slot] ?? 0;
      this.bases.push(this.height - this.paramsOf(blockType));
      this.blockTypes.push(blockType);
    }
    if (this.height > this.heightMax) this.operandsMax[this.caller] = this.heightMax = this.height;
  }

  private paramsOf(blockType: number): number {
    return blockType < 0 ? 0 : this.typeAt(blockType).params.length;
  }

  private resultsOf(blockType: number): number {
    if (blockType < 0) return blockType === EMPTY_BLOCK ? 0 : 1;
    return this.typeAt(blockType).results.length;
  }

  private typeAt(index: number): FuncType {
    const type = this.layout.types[index];
    assert(type !== undefined, 'valid code names a type that is not there');
    return type;
  }
}
