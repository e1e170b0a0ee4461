import { FRAME_PAYLOAD_BYTES_MAX } from '../../wire/index.ts';

/** The operations on a region, with their codes (MEMORY.md §2). */
export const OPERATION = {
  read: 1,
  write: 2,
  fill: 3,
  load: 4,
  store: 5,
  add: 6,
  sub: 7,
  and: 8,
  or: 9,
  xor: 10,
  exchange: 11,
  compareExchange: 12,
  notify: 13,
  call: 14,
} as const;
export type OperationCode = (typeof OPERATION)[keyof typeof OPERATION];
export type AtomicCode = Exclude<OperationCode, 1 | 2 | 3 | 13 | 14>;

export const BATCH_HEADER_BYTES = 8;
export const OPERATION_HEADER_BYTES = 16;
export const ANSWER_HEADER_BYTES = 8;
/** A batch fits one frame, and so does its answer unless structures answer long. */
export const BATCH_BYTES_MAX = FRAME_PAYLOAD_BYTES_MAX;

/** The longest call of a structure. */
export const CALL_BYTES_MAX = BATCH_BYTES_MAX - BATCH_HEADER_BYTES - OPERATION_HEADER_BYTES;

const WORD_VALUES = 0x1_0000_0000;

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Says under which session of its owner a batch is to be executed. */
export function setSession(batch: Uint8Array, session: number): void {
  // Byte by byte: a view would give a short batch a buffer of its own first.
  for (let at = 0; at < 4; at++) batch[at] = session >>> (8 * at);
}

export function isAtomic(code: number): code is AtomicCode {
  return code >= OPERATION.load && code <= OPERATION.compareExchange;
}

/** Values that come with an atomic. */
export function operandsOf(code: number): number {
  if (code === OPERATION.load) return 0;
  return code === OPERATION.compareExchange ? 2 : 1;
}

/** A u64 as a number; above 2^53 only its size can be relied on, and that is past every region. */
export function readU64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * WORD_VALUES;
}

export function writeU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % WORD_VALUES, true);
  view.setUint32(at + 4, Math.floor(value / WORD_VALUES), true);
}
