import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, MEMORY_LIMITS, toHex, type Bytes } from '../../../src/core/index.ts';
import {
  AnswerReader,
  BATCH_BYTES_MAX,
  BatchWriter,
  executeBatch,
  HEADER_BYTES,
  MEMORY_STATUS,
  OPERATION,
  RegionHeader,
  REGION_STATE,
  setSession,
} from '../../../src/memory/index.ts';
import { errorOf, present, valueOf } from '../../support/index.ts';
import { freshRegion } from './thread.ts';

/** One of each operation, in the order of their codes. */
function oneOfEach(): Bytes {
  const writer = new BatchWriter();
  writer.read(1, 3);
  writer.write(8, new Uint8Array([0xaa, 0xbb]));
  writer.fill(16, 4, 0x11);
  writer.atomic32(OPERATION.load, 16, 0, 0);
  writer.atomic64(OPERATION.store, 24, 0x0102030405060708n, 0n);
  writer.atomic32(OPERATION.add, 16, 1, 0);
  writer.atomic32(OPERATION.sub, 16, 1, 0);
  writer.atomic32(OPERATION.and, 16, 0xff, 0);
  writer.atomic32(OPERATION.or, 16, 0x100, 0);
  writer.atomic64(OPERATION.xor, 24, 0xffn, 0n);
  writer.atomic64(OPERATION.exchange, 24, 5n, 0n);
  writer.atomic64(OPERATION.compareExchange, 24, 5n, 6n);
  writer.notify(16, 9);
  writer.call(new Uint8Array([0, 1, 2]));
  const batch = writer.take();
  setSession(batch, 0x01020304);
  return batch;
}

const GOLDEN_BATCH = [
  '040302010e000000',
  '01000000030000000100000000000000',
  '02000000020000000800000000000000aabb',
  '0300000004000000100000000000000011',
  '04040000000000001000000000000000',
  '050800000000000018000000000000000807060504030201',
  '0604000000000000100000000000000001000000',
  '0704000000000000100000000000000001000000',
  '08040000000000001000000000000000ff000000',
  '0904000000000000100000000000000000010000',
  '0a0800000000000018000000000000' + '00ff00000000000000',
  '0b0800000000000018000000000000000500000000000000',
  '0c08000000000000180000000000000005000000000000000600000000000000',
  '0d000000090000001000000000000000',
  '0e000000030000000000000000000000000102',
].join('');

const GOLDEN_ANSWER = [
  '0000000003000000000000',
  '0000000000000000',
  '0000000000000000',
  '000000000400000011111111',
  '00000000080000000000000000000000',
  '000000000400000011111111',
  '000000000400000012111111',
  '000000000400000011111111',
  '000000000400000011000000',
  '00000000080000000807060504030201',
  '0000000008000000f707060504030201',
  '00000000080000000500000000000000',
  '000000000400000000000000',
  'eaffffff00000000',
].join('');

test('a batch and its answer are these bytes', () => {
  const batch = oneOfEach();
  expect(toHex(batch)).toBe(GOLDEN_BATCH);
  expect(toHex(valueOf(executeBatch(freshRegion(64), batch)))).toBe(GOLDEN_ANSWER);
});

/** Statuses that a batch is answered with. */
function statusesOf(answer: Uint8Array): number[] {
  const reader = new AnswerReader(answer);
  const statuses: number[] = [];
  while (reader.next()) statuses.push(reader.status);
  return statuses;
}

describe('executing a batch', () => {
  test('each operation by itself: one that fails changes nothing, and the rest are done', () => {
    const region = freshRegion(16);
    const writer = new BatchWriter();
    writer.write(8, new Uint8Array(9).fill(1));
    writer.write(0, new Uint8Array([1, 2]));
    writer.atomic32(OPERATION.add, 2, 1, 0);
    writer.atomic64(OPERATION.add, 12, 1n, 0n);
    writer.read(0, 2);
    const { ok, invalidArgument } = MEMORY_STATUS;
    expect(statusesOf(valueOf(executeBatch(region, writer.take())))).toEqual([
      invalidArgument,
      ok,
      invalidArgument,
      invalidArgument,
      ok,
    ]);
    expect([...region.bytes]).toEqual([1, 2, ...new Array<number>(14).fill(0)]);
  });

  test('answers a status for what the token does not allow, and changes nothing by it', () => {
    const region = freshRegion(64);
    const permission = {
      allows: (operation: string, from: number, to: number) => operation === 'read' && to - from <= 3,
    };
    const statuses = statusesOf(valueOf(executeBatch(region, oneOfEach(), permission)));
    expect(statuses).toEqual([MEMORY_STATUS.ok, ...new Array<number>(13).fill(MEMORY_STATUS.denied)]);
    expect(region.bytes.every((byte) => byte === 0)).toBe(true);
  });

  test('does only so much at a time: moved bytes, calls and what they answer', () => {
    const region = freshRegion(MEMORY_LIMITS.batchMovedBytesMax);
    const { ok, capacityExceeded, invalidArgument } = MEMORY_STATUS;
    const fills = new BatchWriter();
    fills.fill(0, MEMORY_LIMITS.batchMovedBytesMax, 1);
    fills.fill(0, 1, 2);
    expect(statusesOf(valueOf(executeBatch(region, fills.take())))).toEqual([ok, capacityExceeded]);
    const calls = new BatchWriter();
    for (let call = 0; call <= MEMORY_LIMITS.callsPerBatchMax; call++) calls.call(new Uint8Array(4));
    const answer = valueOf(executeBatch(region, calls.take()));
    expect(statusesOf(answer).filter((status) => status !== invalidArgument)).toEqual([capacityExceeded]);
    const reads = new BatchWriter();
    reads.read(0, BATCH_BYTES_MAX - 24);
    reads.read(0, 8);
    expect(statusesOf(valueOf(executeBatch(region, reads.take())))).toEqual([ok, ok]);
  });

  test('after the end of the lease it touches nothing', () => {
    const region = freshRegion(64);
    new RegionHeader(region.buffer).end(REGION_STATE.revoked);
    const answer = valueOf(executeBatch(region, oneOfEach()));
    expect(new Set(statusesOf(answer))).toEqual(new Set([MEMORY_STATUS.revoked]));
    expect(region.bytes.every((byte) => byte === 0)).toBe(true);
  });
});

describe('what is not a batch', () => {
  const golden = present(fromHex(GOLDEN_BATCH));

  test('is refused whole, wherever it is cut, and changes nothing', () => {
    for (let length = 0; length < golden.length; length++) {
      const region = freshRegion(64);
      expect(errorOf(executeBatch(region, golden.subarray(0, length)))).toBe('malformed_batch');
      expect(region.bytes.every((byte) => byte === 0)).toBe(true);
    }
    expect(executeBatch(freshRegion(64), new Uint8Array([...golden, 0])).ok).toBe(false);
  });

  test.each([
    ['a reserved field of the head', 6, 1],
    ['an unknown operation', 8, 15],
    ['operation 0', 8, 0],
    ['a width where there is none', 9, 4],
    ['a reserved field of an operation', 10, 1],
  ])('%s', (_name, at, value) => {
    const altered = golden.slice();
    altered[at] = value;
    expect(errorOf(executeBatch(freshRegion(64), altered))).toBe('malformed_batch');
  });
});

test('no bytes whatever make it throw or reach outside the data', () => {
  const sizeBytes = 256;
  const operation = fc.tuple(
    fc.integer({ min: 0, max: 15 }),
    fc.constantFrom(0, 4, 8, 3),
    fc.oneof(fc.integer({ min: 0, max: 300 }), fc.nat(0xffff_ffff)),
    fc.oneof(fc.bigInt({ min: 0n, max: 300n }), fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn })),
    fc.uint8Array({ maxLength: 40 }),
  );
  const shaped = fc.array(operation, { maxLength: 12 }).map((operations) => {
    const parts = operations.map(([code, width, length, offset, payload]) => {
      const bytes = new Uint8Array(16 + payload.length);
      const view = new DataView(bytes.buffer);
      view.setUint8(0, code);
      view.setUint8(1, width);
      view.setUint32(4, code === OPERATION.write || code === OPERATION.call ? payload.length : length, true);
      view.setBigUint64(8, offset, true);
      bytes.set(payload, 16);
      return bytes;
    });
    const batch = new Uint8Array(8 + parts.reduce((sum, { length }) => sum + length, 0));
    new DataView(batch.buffer).setUint16(4, parts.length, true);
    let at = 8;
    for (const part of parts) {
      batch.set(part, at);
      at += part.length;
    }
    return batch;
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), shaped), (batch) => {
      const region = freshRegion(sizeBytes);
      const header = new Uint8Array(region.buffer, 0, HEADER_BYTES).slice(0, 24);
      const executed = executeBatch(region, batch);
      expect([...new Uint8Array(region.buffer, 0, 24)]).toEqual([...header]);
      expect([...new Uint8Array(region.buffer, 28, HEADER_BYTES - 28)].every((byte) => byte === 0)).toBe(true);
      if (!executed.ok) expect(region.bytes.every((byte) => byte === 0)).toBe(true);
    }),
    { seed: 1, numRuns: 2_000 },
  );
});
