import { STRUCTURE_LIMITS } from '../../../core/index.ts';
import { ensureRoom } from './arena.ts';
import type { ByteWriter } from './byte-writer.ts';

const LENGTH_BYTES = 4;

/** The bytes an answer may carry: what its caller asked for, 0 for as many as may be. */
export function budgetOf(wantedBytes: number): number {
  const { answerBytesMax } = STRUCTURE_LIMITS;
  return wantedBytes === 0 ? answerBytesMax : Math.min(wantedBytes, answerBytesMax);
}

/** Writes up to `count` items as a list: as many as the budget holds, and at least one. Answers how many. */
export function answerItems(
  answer: ByteWriter,
  count: number,
  wantedBytes: number,
  itemAt: (index: number) => Uint8Array,
): number {
  const budgetBytes = budgetOf(wantedBytes);
  const countAt = answer.later();
  let usedBytes = 0;
  let written = 0;
  while (written < count) {
    const item = itemAt(written);
    usedBytes += LENGTH_BYTES + item.length;
    if (written > 0 && usedBytes > budgetBytes) break;
    ensureRoom(usedBytes <= STRUCTURE_LIMITS.answerBytesMax, 'an element larger than an answer');
    answer.item(item);
    written++;
  }
  answer.setLater(countAt, written);
  return written;
}
