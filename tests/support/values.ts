import {
  isCellId,
  isContentHash,
  isFabricId,
  isLeaseId,
  isRunId,
  type CellId,
  type ContentHash,
  type FabricId,
  type LeaseId,
  type Result,
  type RunId,
} from '../../src/core/index.ts';

/** The value of a result that has to be a success. */
export function valueOf<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`);
  return result.value;
}

/** The reason of a result that has to be a refusal. */
export function errorOf<E>(result: Result<unknown, E>): E {
  if (result.ok) throw new Error('was not refused');
  return result.error;
}

/** `value`, which has to be there. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is nothing here');
  return value;
}

/** Ids spelled from one hex digit or short hex text, repeated. */
export const idOf = {
  cell: (text: string): CellId => checked(text, 32, isCellId),
  lease: (text: string): LeaseId => checked(text, 32, isLeaseId),
  run: (text: string): RunId => checked(text, 32, isRunId),
  fabric: (text: string): FabricId => checked(text, 32, isFabricId),
  content: (text: string): ContentHash => checked(text, 64, isContentHash),
} as const;

function checked<Id extends string>(text: string, length: number, is: (id: string) => id is Id & string): Id {
  const id = text.repeat(length).slice(0, length);
  if (!is(id)) throw new Error(`${text} is not hex`);
  return id;
}
