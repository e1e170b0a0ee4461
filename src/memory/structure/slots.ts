import { ensure, ensureRoom, type Arena } from './bytes/index.ts';

export const LENGTH_BYTES = 4;

/** Slots of one stride after a header: each a u32 length, then that many bytes. */
export interface Slots {
  readonly first: number;
  readonly stride: number;
}

export function readSlot(arena: Arena, { first, stride }: Slots, index: number): Uint8Array {
  const offset = first + index * stride;
  const length = arena.u32(offset);
  ensure(length <= stride - LENGTH_BYTES, 'a slot that holds more than its stride');
  return arena.bytes.subarray(offset + LENGTH_BYTES, offset + LENGTH_BYTES + length);
}

export function writeSlot(arena: Arena, { first, stride }: Slots, index: number, element: Uint8Array): void {
  const offset = first + index * stride;
  arena.setU32(offset, element.length);
  arena.bytes.set(element, offset + LENGTH_BYTES);
}

/** Faults unless every element fits a slot. */
export function requireFit(elements: readonly Uint8Array[], stride: number): void {
  for (const element of elements) ensureRoom(element.length <= stride - LENGTH_BYTES, 'an element over its stride');
}

/** The capacity asked for, or, for 0, as much as fits `roomBytes`. Faults when that much does not fit. */
export function capacityOf(wanted: number, roomBytes: number, strideBytes: number): number {
  const fits = Math.floor(Math.max(roomBytes, 0) / strideBytes);
  ensureRoom(wanted <= fits, 'more than the region holds');
  return wanted === 0 ? fits : wanted;
}
