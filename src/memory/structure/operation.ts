import type { Arena, ByteReader, ByteWriter } from './bytes/index.ts';

/** One call while it is executed. */
export interface Operation {
  readonly arena: Arena;
  readonly base: number;
  readonly args: ByteReader;
  readonly answer: ByteWriter;
  /** The owner's clock. */
  readonly nowMs: number;
  /** The word whose waiters are to be woken when it is done. */
  wake?: number;
}

/** The operations of one structure, by code. Each checks everything before it changes anything. */
export type Operations = ReadonlyMap<number, (operation: Operation) => void>;
