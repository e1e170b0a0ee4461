import { assert } from '../core/index.ts';

/** What a token can allow, each with its place in the set that is written on the wire. A place is never reused. */
const OPERATION_BITS = {
  /** Looking at data: bytes, blocks, what arrives on a flow. */
  read: 0x001,
  write: 0x002,
  /** Atomic operations on memory, with wait and notify. */
  atomic: 0x004,
  /** Running tasklets on a worker slot. */
  run: 0x008,
  /** Loading modules into a GPU session and dispatching them. */
  dispatch: 0x010,
  send: 0x020,
  receive: 0x040,
  /** Asking how the lease stands. */
  query: 0x080,
  renew: 0x100,
  free: 0x200,
} as const;

export type Operation = keyof typeof OPERATION_BITS;

/** A set of operations as a number: one bit each. */
export type OperationSet = number;

/** Every operation there is. */
export const EVERY_OPERATION: OperationSet = Object.values(OPERATION_BITS).reduce((all, bit) => all | bit, 0);

export function operationSet(operations: readonly Operation[]): OperationSet {
  return operations.reduce((set, operation) => set | OPERATION_BITS[operation], 0);
}

/** The operations of a set, in the order they are listed here. */
export function operationsOf(set: OperationSet): readonly Operation[] {
  assert(isOperationSet(set), 'a set of operations holds known ones only');
  return Object.keys(OPERATION_BITS)
    .filter(isOperation)
    .filter((operation) => allows(set, operation));
}

export function allows(set: OperationSet, operation: Operation): boolean {
  return (set & OPERATION_BITS[operation]) !== 0;
}

export function isOperation(text: string): text is Operation {
  return Object.hasOwn(OPERATION_BITS, text);
}

export function isOperationSet(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= EVERY_OPERATION;
}
