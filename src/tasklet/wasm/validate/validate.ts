import { assert, err, ok, type Result } from '../../../core/index.ts';
import { Cursor } from '../cursor.ts';
import { denialOf, malformed, WasmFault, type WasmDenial } from '../denial.ts';
import {
  featureOf,
  IMMEDIATE,
  immediateOf,
  Instruction,
  isPlain,
  readInstruction,
  signatureOf,
  slotOf,
} from '../instruction/index.ts';
import { type ModuleLayout } from '../layout/index.ts';
import { ACCESS_CHECKS } from './access.ts';
import { Body } from './body.ts';
import { CONTROL_CHECKS, type Check } from './control.ts';
import { passPlain } from './plain.ts';

/** Sees what code does after it has been found valid, so that a transformation can share the pass. */
export interface InstructionVisitor {
  /**
   * Sees an instruction and how many before it were passed over: those only compute, which is none of control, calls,
   * `nop`, `drop` and what has a count on the stack. `reachable` is false after a branch, return or trap in the same
   * block. The record is used again.
   */
  visit(instruction: Instruction, passed: number, reachable: boolean): void;
}

/** How the loop below treats an instruction. */
const TREATMENT = { checked: 0, plain: 1, plainOnMemory: 2 } as const;
const treatments = new Uint8Array(isPlain);
const checks: (Check | undefined)[] = Array.from({ length: isPlain.length }, () => undefined);

for (const [slot, kind] of immediateOf.entries()) {
  if (treatments[slot] === TREATMENT.plain && isMemoryAccess(kind)) treatments[slot] = TREATMENT.plainOnMemory;
}
for (const [opcode, check] of [...CONTROL_CHECKS, ...ACCESS_CHECKS]) {
  checks[slotOf(opcode)] = check;
  treatments[slotOf(opcode)] = TREATMENT.checked;
}

function isMemoryAccess(kind: number): boolean {
  return (
    kind === IMMEDIATE.memory ||
    kind === IMMEDIATE.memoryLane ||
    kind === IMMEDIATE.memoryIndex ||
    kind === IMMEDIATE.memoryMemory
  );
}

/** Validates function bodies of one layout (§3.3, appendix "Validation Algorithm"), in any order. */
export class Validator {
  private readonly body: Body;
  private readonly cursor: Cursor;
  private readonly instruction = new Instruction();

  constructor(layout: ModuleLayout) {
    this.body = new Body(layout);
    this.cursor = new Cursor(layout.bytes, 0, 0);
  }

  /** Bits of FEATURE_BIT seen in the bodies so far. */
  get features(): number {
    return this.body.features;
  }

  /** The most operands on the stack at a time in the body validated last. */
  get operandsMax(): number {
    return this.body.operands.most;
  }

  /** Validates the body `codeIndex`; `visitor` sees what is in it as soon as it is known to be valid. */
  validateBody(codeIndex: number, visitor?: InstructionVisitor): Result<void, WasmDenial> {
    try {
      this.walk(codeIndex, visitor);
      return ok(undefined);
    } catch (fault) {
      if (!(fault instanceof WasmFault)) throw fault;
      const index = this.body.layout.importedFunctionCount + codeIndex;
      return err(denialOf(fault, 'code', `function ${index}`));
    }
  }

  private walk(codeIndex: number, visitor: InstructionVisitor | undefined): void {
    const { body, cursor, instruction } = this;
    const { operands, frames } = body;
    const code = body.layout.codes[codeIndex];
    assert(code !== undefined, 'a body that the layout holds');
    body.enter(codeIndex);
    cursor.at = code.exprStart;
    cursor.end = code.bodyEnd;
    let features = 0;
    while (frames.count > 0) {
      const passed = passPlain(body, cursor);
      readInstruction(cursor, instruction);
      const { slot } = instruction;
      const reachable = !operands.unreachable;
      operands.at = instruction.at;
      features |= featureOf[slot] ?? 0;
      const treatment = treatments[slot] ?? TREATMENT.checked;
      if (treatment === TREATMENT.checked) {
        checks[slot]?.(body, instruction);
      } else {
        if (treatment === TREATMENT.plainOnMemory) body.requireMemory();
        operands.apply(signatureOf[slot] ?? 0);
      }
      if (operands.height > operands.most) operands.most = operands.height;
      visitor?.visit(instruction, passed, reachable);
    }
    body.features |= features;
    if (cursor.at !== cursor.end) throw malformed('operators remaining after the end of the function', cursor.at);
  }
}

/** Validates every body of a layout that {@link readModule} answered. The value is the features seen in code. */
export function validateModule(layout: ModuleLayout): Result<number, WasmDenial> {
  const validator = new Validator(layout);
  for (let index = 0; index < layout.codes.length; index++) {
    const validated = validator.validateBody(index);
    if (!validated.ok) return validated;
  }
  return ok(validator.features);
}
