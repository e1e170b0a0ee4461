import { describe, expect, test } from 'vitest';
import { MEMORY_LIMITS } from '../../../src/core/index.ts';
import {
  AnswerReader,
  BatchTurns,
  BatchWriter,
  freeLock,
  LocalRegion,
  MEMORY_STATUS,
  OPERATION,
  RegionHeader,
} from '../../../src/memory/index.ts';
import { ManualTime, valueOf } from '../../support/index.ts';
import { EPOCH, freshBuffer, testThread } from './thread.ts';

const STRANGER = 99;

/** A region whose structure lock another thread of the tab has, and its turns. */
function locked() {
  const time = new ManualTime();
  const buffer = freshBuffer(64);
  const { words } = new RegionHeader(buffer);
  const region = new LocalRegion(buffer, EPOCH, testThread({ time }));
  // Byte 28 of the header is the lock (MEMORY.md §1).
  Atomics.store(words, 7, STRANGER);
  return { time, region, turns: new BatchTurns(region), release: () => freeLock(buffer, STRANGER) };
}

function batchOf(write: (writer: BatchWriter) => void): Uint8Array {
  const writer = new BatchWriter();
  write(writer);
  return writer.take();
}

const addAndCall = batchOf((writer) => {
  writer.atomic32(OPERATION.add, 0, 1, 0);
  writer.call(new Uint8Array([0, 1, 2]));
  writer.atomic32(OPERATION.add, 0, 1, 0);
});
const load = batchOf((writer) => writer.atomic32(OPERATION.load, 0, 0, 0));

function statusesOf(answer: Uint8Array, count: number): number[] {
  const reader = new AnswerReader(answer);
  return Array.from({ length: count }, () => (reader.next() ? reader.status : NaN));
}

describe('batches of others, while a thread of the tab is inside a structure', () => {
  test('wait for it where they call one, and keep their order', async () => {
    const { time, region, turns, release } = locked();
    const [first, second] = [turns.execute(addAndCall), turns.execute(load)];
    await time.advance(100);
    expect(region.u32[0]).toBe(1);
    release();
    await time.advance(100);
    const answers = await Promise.all([first, second]);
    expect(statusesOf(valueOf(answers[0]), 3)).toEqual([0, MEMORY_STATUS.invalidArgument, 0]);
    expect(new DataView(valueOf(answers[1]).buffer).getUint32(8, true)).toBe(2);
    expect(turns.execute(load)).not.toBeInstanceOf(Promise);
  });

  test('give up on a call in the end, and go on after it', async () => {
    const { time, region, turns } = locked();
    const run = turns.execute(addAndCall);
    await time.advance(2 * MEMORY_LIMITS.turnSlicesMax * MEMORY_LIMITS.turnSliceMs);
    expect(statusesOf(valueOf(await run), 3)).toEqual([0, MEMORY_STATUS.capacityExceeded, 0]);
    expect(region.u32[0]).toBe(2);
  });

  test('that call none do not wait', () => {
    expect(locked().turns.execute(load)).not.toBeInstanceOf(Promise);
  });
});
