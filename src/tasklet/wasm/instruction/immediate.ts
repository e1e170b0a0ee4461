/** What follows an opcode. */
export const IMMEDIATE = {
  /** No such opcode, or one that the profile refuses. */
  refused: 0,
  none: 1,
  blockType: 2,
  /** One u32: label, function, local, global, table, data or element index. */
  index: 3,
  branchTable: 4,
  /** Type index, then table index. */
  callIndirect: 5,
  /** Alignment exponent and offset. */
  memory: 6,
  /** Alignment exponent, offset and lane. */
  memoryLane: 7,
  /** The memory's index, which must be one zero byte. */
  memoryIndex: 8,
  i32: 9,
  i64: 10,
  f32: 11,
  f64: 12,
  /** Sixteen bytes. */
  vector: 13,
  /** Sixteen lane indices below 32. */
  shuffle: 14,
  lane: 15,
  selectTypes: 16,
  referenceType: 17,
  /** Data index, then the memory's zero byte. */
  dataMemory: 18,
  /** Two memory zero bytes. */
  memoryMemory: 19,
  /** Element index, then table index. */
  elementTable: 20,
  /** Two table indices. */
  tableTable: 21,
} as const;

export type ImmediateName = keyof typeof IMMEDIATE;
