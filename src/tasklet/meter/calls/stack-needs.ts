import { type FuncType, type ModuleLayout } from '../../wasm/index.ts';
import { type CodeFacts } from './code-facts.ts';

/** Values that every engine hands over in registers, of each kind of machine. */
const PARAMS_IN_REGISTERS = 4;
const RESULTS_IN_REGISTERS = 1;

/** A frame of an ordinary function, in slots of eight bytes: the unit in which depth is counted. */
const SLOTS_PER_UNIT = 16;

/** Slots that an engine's simplest compiler takes for itself in each frame, and our locals. */
const SLOTS_ADDED = 10;

/** Calls that are not counted may add up to this much: 8 KiB. */
const UNCOUNTED_UNITS_MAX = 64;

/** How much stack calls take, in units of {@link SLOTS_PER_UNIT} slots. */
export interface StackNeeds {
  /** By node: what a counted call from it takes. */
  readonly unitsOf: Int32Array;
  /** By node: whether calls of it are counted from wherever they come. */
  readonly isCounted: Uint8Array;
  /** By node: units of its own frame, if that is too large to go uncounted; else 0. */
  readonly largeFrame: Int32Array;
}

/**
 * Calls within a circle are always counted. Others cannot go on for ever, so they are counted only where a chain of them,
 * or a single frame, would take more stack than may go uncounted.
 */
export function stackNeeds(
  layout: ModuleLayout,
  facts: CodeFacts,
  slotsPerValue: number,
  callees: readonly (readonly number[])[],
  groups: readonly (readonly number[])[],
  groupOf: Int32Array,
): StackNeeds {
  const frame = frameUnits(layout, facts, slotsPerValue, callees.length);
  growByTailCalls(frame, facts, groups);
  const unitsOf = frame.slice();
  const isCounted = new Uint8Array(callees.length);
  const largeFrame = frame.map((units) => (units > UNCOUNTED_UNITS_MAX ? units : 0));
  const indirect = callees.length - 1;
  for (const callee of callees[indirect] ?? []) {
    largeFrame[indirect] = Math.max(largeFrame[indirect] ?? 0, largeFrame[callee] ?? 0);
  }
  const chain = frame.slice();
  for (const group of groups) {
    let below = 0;
    for (const node of group) {
      for (const callee of callees[node] ?? []) {
        unitsOf[node] = Math.max(unitsOf[node] ?? 0, (frame[node] ?? 0) + (largeFrame[callee] ?? 0));
        if (groupOf[callee] !== groupOf[node] && isCounted[callee] === 0) below = Math.max(below, chain[callee] ?? 0);
      }
    }
    for (const node of group) chain[node] = (chain[node] ?? 0) + below;
    for (const node of group) if ((chain[node] ?? 0) > UNCOUNTED_UNITS_MAX) isCounted[node] = 1;
  }
  return { unitsOf, isCounted, largeFrame };
}

/** A tail call's frame takes the place of its caller's, so a frame counts for the largest that can come to stand there. */
function growByTailCalls(frame: Int32Array, facts: CodeFacts, groups: readonly (readonly number[])[]): void {
  for (const group of groups) {
    let largest = 0;
    for (const node of group) {
      for (const callee of facts.tailCallees.get(node) ?? []) largest = Math.max(largest, frame[callee] ?? 0);
    }
    if (largest === 0) continue;
    for (const node of group) largest = Math.max(largest, frame[node] ?? 0);
    for (const node of group) frame[node] = largest;
  }
}

/**
 * Units of each function's frame: operands and locals each in memory, as the simplest compilers keep them. What a call
 * passes on the stack counts twice where it leaves and twice where it arrives: once where it lies, and once for the copy
 * that either side makes (of parameters in the callee, and of results while they are put in place).
 */
function frameUnits(layout: ModuleLayout, facts: CodeFacts, slotsPerValue: number, count: number): Int32Array {
  const units = new Int32Array(count);
  layout.codes.forEach(({ localCount }, place) => {
    const index = layout.importedFunctionCount + place;
    const type = layout.types[layout.functionTypeIndices[index] ?? -1];
    const own = (type?.params.length ?? 0) + localCount + (facts.operandsMax[index] ?? 0);
    const passed = (type === undefined ? 0 : passedOnStack(type)) + (facts.passedMax[index] ?? 0);
    units[index] = Math.ceil((SLOTS_ADDED + (own + 2 * passed) * slotsPerValue) / SLOTS_PER_UNIT);
  });
  return units;
}

/** Values of a call that may lie on the stack, parameters and results together. */
function passedOnStack({ params, results }: FuncType): number {
  return Math.max(0, params.length - PARAMS_IN_REGISTERS) + Math.max(0, results.length - RESULTS_IN_REGISTERS);
}
