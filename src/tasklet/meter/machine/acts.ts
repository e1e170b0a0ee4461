import { immediateOf, opcodeOf, slotOf } from '../../wasm/index.ts';

/**
 * What the meter must do about an instruction, as machine/acts.ts numbers it too. Everything not named below is `plain`: it costs
 * 1 and goes on.
 */
export const ACT = {
  plain: 0,
  /** Costs nothing and goes on. */
  free: 1,
  unreachable: 2,
  block: 3,
  loop: 4,
  if: 5,
  else: 6,
  end: 7,
  br: 8,
  brIf: 9,
  brTable: 10,
  return: 11,
  call: 12,
  callIndirect: 13,
  returnCall: 14,
  returnCallIndirect: 15,
  /** Costs 1 and one more for each 64 of the count on top of the stack. */
  sized: 16,
  /** Costs 1 and 1,024 for each page of the count on top of the stack. */
  memoryGrow: 17,
  /** Names a function in code: it may then be called from anywhere. Costs 1. */
  refFunc: 18,
} as const;

/** {@link ACT} of each instruction slot. */
export const actOf = actTable();

function actTable(): Uint8Array {
  const acts: readonly (readonly [act: number, names: string])[] = [
    [ACT.free, 'nop drop'],
    [ACT.unreachable, 'unreachable'],
    [ACT.block, 'block'],
    [ACT.loop, 'loop'],
    [ACT.if, 'if'],
    [ACT.else, 'else'],
    [ACT.end, 'end'],
    [ACT.br, 'br'],
    [ACT.brIf, 'br_if'],
    [ACT.brTable, 'br_table'],
    [ACT.return, 'return'],
    [ACT.call, 'call'],
    [ACT.callIndirect, 'call_indirect'],
    [ACT.returnCall, 'return_call'],
    [ACT.returnCallIndirect, 'return_call_indirect'],
    [ACT.sized, 'memory.init memory.copy memory.fill table.init table.copy table.fill table.grow'],
    [ACT.memoryGrow, 'memory.grow'],
    [ACT.refFunc, 'ref.func'],
  ];
  const table = new Uint8Array(immediateOf.length);
  for (const [act, names] of acts) {
    for (const name of names.split(' ')) table[slotOf(opcodeOf(name))] = act;
  }
  return table;
}
