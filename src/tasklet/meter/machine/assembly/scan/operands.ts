// The stack of operand types within the innermost block (§3, appendix "Validation Algorithm"): what lies under `base` belongs to
// the blocks around it; a block that has become unreachable gives any operand asked of it.
import { isBad, refuse } from './numbers';
import { reserve } from '../memory';

/** An operand that unreachable code takes from below its block: it fits everything. */
export const UNKNOWN: u32 = 0;
/** The bounds of wasm/limits.ts. */
const OPERANDS_MAX: usize = 1_000_000;
const STEPS_MAX: i32 = 100_000_000;

export let stack: usize = 0;
/** Where the next operand comes, the least it can be here, and the most it was in this body. */
export let top: usize = 0;
export let base: usize = 0;
export let most: usize = 0;
export let isUnreachable: bool = false;
let stepsLeft: i32 = 0;

export function reserveOperands(): void {
  stack = reserve(OPERANDS_MAX);
  stepsLeft = STEPS_MAX;
}

export function clearOperands(): void {
  top = base = most = stack;
  isUnreachable = false;
}

/** The operands as passing over plain code left them. */
export function passedTo(newTop: usize, newMost: usize): void {
  top = newTop;
  most = newMost;
}

export function setBase(newBase: usize, unreachable_: bool): void {
  base = newBase;
  isUnreachable = unreachable_;
}

export function noteHeight(): void {
  if (top > most) most = top;
}

export function push(type: u32): void {
  if (top - stack >= OPERANDS_MAX) return refuse();
  store<u8>(top++, type);
}

export function pop(expected: u32): void {
  if (top == base) {
    if (!isUnreachable) refuse();
    return;
  }
  const found = <u32>load<u8>(--top);
  if (found != expected && found != UNKNOWN) refuse();
}

export function popAny(): u32 {
  if (top == base) {
    if (!isUnreachable) refuse();
    return UNKNOWN;
  }
  return load<u8>(--top);
}

/** Pops up to three operands and pushes at most one, as the opcode table packs them. */
export function apply(signature: u32): void {
  const last = signature & 0xff;
  if (last != 0) {
    pop(last);
    const second = (signature >>> 8) & 0xff;
    if (second != 0) {
      pop(second);
      const third = (signature >>> 16) & 0xff;
      if (third != 0) pop(third);
    }
  }
  const result = signature >>> 24;
  if (result != 0) push(result);
}

export function pushAll(types: usize, count: i32): void {
  spend(count);
  for (let index = 0; index < count && !isBad; index++) push(load<u8>(types + index));
}

export function popAll(types: usize, count: i32): void {
  spend(count);
  for (let index = count - 1; index >= 0 && !isBad; index--) pop(load<u8>(types + index));
}

/** Whether the operands on top are `types`, leaving them there. */
export function checkTop(types: usize, count: i32): void {
  spend(count);
  let height = top;
  for (let index = count - 1; index >= 0; index--) {
    if (height == base) {
      if (!isUnreachable) refuse();
      return;
    }
    const found = load<u8>(--height);
    if (found != load<u8>(types + index) && found != UNKNOWN) return refuse();
  }
}

/** What follows in this block is never executed: it may ask for any operand. */
export function becomeUnreachable(): void {
  top = base;
  isUnreachable = true;
}

export function spend(steps: i32): void {
  stepsLeft -= steps;
  if (stepsLeft < 0) refuse();
}
