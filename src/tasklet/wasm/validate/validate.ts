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

/** Sees an instruction as soon as it is known to be valid. The record is used again. */
export type InstructionVisitor = (instruction: Instruction) => void;

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

  /** Validates the body `codeIndex`; `visit` sees what is in it. */
  validateBody(codeIndex: number, visit?: InstructionVisitor): Result<void, WasmDenial> {
    try {
      this.walk(codeIndex, visit);
      return ok(undefined);
    } catch (fault) {
      if (!(fault instanceof WasmFault)) throw fault;
      const index = this.body.layout.importedFunctionCount + codeIndex;
      return err(denialOf(fault, 'code', `function ${index}`));
    }
  }

  private walk(codeIndex: number, visit: InstructionVisitor | undefined): void {
    const { body, cursor, instruction } = this;
    const { operands, frames } = body;
    const code = body.layout.codes[codeIndex];
    assert(code !== undefined, 'a body that the layout holds');
    body.enter(codeIndex);
    cursor.at = code.exprStart;
    cursor.end = code.bodyEnd;
    let features = 0;
    while (frames.count > 0) {
      readInstruction(cursor, instruction);
      const { slot } = instruction;
      operands.at = instruction.at;
      features |= featureOf[slot] ?? 0;
      const treatment = treatments[slot] ?? TREATMENT.checked;
      if (treatment === TREATMENT.checked) {
        checks[slot]?.(body, instruction);
      } else {
        if (treatment === TREATMENT.plainOnMemory) body.requireMemory();
        operands.apply(signatureOf[slot] ?? 0);
      }
      visit?.(instruction);
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
