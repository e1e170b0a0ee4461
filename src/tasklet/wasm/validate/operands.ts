import { invalid, limitExceeded, type WasmFault } from '../denial.ts';
import { WASM_LIMITS } from '../limits.ts';
import { valueTypeName, type ValueType } from '../types.ts';

/** The type of an operand that unreachable code takes from below its block: it fits everything. */
export const UNKNOWN: ValueType = 0;

/**
 * The stack of operand types within the innermost block (§3 appendix "Validation Algorithm"): what lies under
 * `base` belongs to the blocks around it; a block that has become unreachable gives any operand asked of it.
 */
export class Operands {
  height = 0;
  base = 0;
  unreachable = false;
  /** Where the instruction under test begins: the place that a fault names. */
  at = 0;
  /** Operands that may still be compared in this module before it counts as hostile. */
  stepsLeft: number = WASM_LIMITS.validationStepsMax;
  types = new Uint8Array(1024);

  push(type: ValueType): void {
    if (this.height === this.types.length) this.grow();
    this.types[this.height++] = type;
  }

  pop(expected: ValueType): void {
    if (this.height === this.base) {
      if (this.unreachable) return;
      throw this.mismatch(expected, 'nothing');
    }
    const found = this.types[--this.height] ?? UNKNOWN;
    if (found !== expected && found !== UNKNOWN) throw this.mismatch(expected, valueTypeName(found));
  }

  popAny(): ValueType {
    if (this.height === this.base) {
      if (this.unreachable) return UNKNOWN;
      throw invalid('type mismatch: expected an operand, found nothing', this.at);
    }
    return this.types[--this.height] ?? UNKNOWN;
  }

  /** Pops up to three operands and pushes at most one, as the opcode table packs them. */
  apply(signature: number): void {
    const last = signature & 0xff;
    if (last !== 0) {
      this.pop(last);
      const second = (signature >>> 8) & 0xff;
      if (second !== 0) {
        this.pop(second);
        const third = (signature >>> 16) & 0xff;
        if (third !== 0) this.pop(third);
      }
    }
    const result = signature >>> 24;
    if (result !== 0) this.push(result);
  }

  pushAll(types: readonly ValueType[]): void {
    this.spend(types.length);
    for (const type of types) this.push(type);
  }

  popAll(types: readonly ValueType[]): void {
    this.spend(types.length);
    for (let index = types.length - 1; index >= 0; index--) this.pop(types[index] ?? UNKNOWN);
  }

  /** Whether the operands on top are `types`, leaving them there. */
  checkTop(types: readonly ValueType[]): void {
    this.spend(types.length);
    let height = this.height;
    for (let index = types.length - 1; index >= 0; index--) {
      const expected = types[index] ?? UNKNOWN;
      if (height === this.base) {
        if (this.unreachable) return;
        throw this.mismatch(expected, 'nothing');
      }
      const found = this.types[--height] ?? UNKNOWN;
      if (found !== expected && found !== UNKNOWN) throw this.mismatch(expected, valueTypeName(found));
    }
  }

  /** What follows in this block is never executed: it may ask for any operand. */
  becomeUnreachable(): void {
    this.height = this.base;
    this.unreachable = true;
  }

  spend(steps: number): void {
    this.stepsLeft -= steps;
    if (this.stepsLeft >= 0) return;
    const limit = WASM_LIMITS.validationStepsMax;
    throw limitExceeded('steps to validate the module', limit - this.stepsLeft, limit, this.at);
  }

  private mismatch(expected: ValueType, found: string): WasmFault {
    return invalid(`type mismatch: expected ${valueTypeName(expected)}, found ${found}`, this.at);
  }

  private grow(): void {
    const limit = WASM_LIMITS.operandsMax;
    if (this.height >= limit) throw limitExceeded('operands on the stack', this.height + 1, limit, this.at);
    const grown = new Uint8Array(Math.min(this.types.length * 4, limit));
    grown.set(this.types);
    this.types = grown;
  }
}
