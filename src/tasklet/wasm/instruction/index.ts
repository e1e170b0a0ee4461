/**
 * instruction owns the opcode table of the profile's features and the reading of one instruction. What is not in the
 * table is refused by the name of the proposal it belongs to, never passed over.
 */
export { EMPTY_BLOCK, Instruction, readInstruction } from './instruction.ts';
export { IMMEDIATE } from './immediate.ts';
export {
  alignmentOf,
  featureOf,
  immediateOf,
  isPlain,
  lanesOf,
  opcodeName,
  opcodeOf,
  PREFIX,
  signatureOf,
  slotOf,
} from './opcodes.ts';
export { refusedType } from './refused.ts';
