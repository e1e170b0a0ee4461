import { describe, expect, test } from 'vitest';
import {
  freeLock,
  HEADER_BYTES,
  LocalRegion,
  MEMORY_STATUS,
  REGION_FIELD,
  REGION_STATE,
  RegionHeader,
  regionBufferBytes,
  type WordWaits,
} from '../../../src/memory/index.ts';
import { toHex } from '../../../src/core/index.ts';
import { ManualTime } from '../../support/index.ts';
import { EPOCH, freshBuffer, freshRegion, testThread } from './thread.ts';

const LOCK_AT = 28;
const lockOf = (region: LocalRegion): Int32Array => new Int32Array(region.buffer, LOCK_AT, 1);

describe('the control header', () => {
  test('is these bytes', () => {
    const buffer = new SharedArrayBuffer(regionBufferBytes(0x10));
    const header = new RegionHeader(buffer);
    header.begin(0x1_0a0b_0c0d, 3, 0x10);
    header.renewed(4);
    new LocalRegion(buffer, 0x0a0b_0c0d, testThread()).notify(0, 1);
    expect(toHex(new Uint8Array(buffer).slice(0, HEADER_BYTES))).toBe(
      ['01000000', '01000000', '0d0c0b0a', '04000000', '1000000000000000', '01000000', '00'.repeat(36)].join(''),
    );
  });

  test('has a gate that is shut for good by whatever end', () => {
    const buffer = freshBuffer(64);
    const header = new RegionHeader(buffer);
    expect(header.words[REGION_FIELD.gate]).toBe(0);
    header.end(REGION_STATE.expired);
    expect(header.words[REGION_FIELD.gate]).toBe(-0x8000_0000);
    expect(() => header.begin(EPOCH + 1, 1, 64)).toThrow();
  });

  test('knows sizes past 32 bits', () => {
    const header = new RegionHeader(new ArrayBuffer(HEADER_BYTES));
    header.begin(1, 1, 2 ** 32 + 5);
    expect(header.sizeBytes).toBe(2 ** 32 + 5);
  });

  test.each([
    ['freed', MEMORY_STATUS.leaseExpired],
    ['expired', MEMORY_STATUS.leaseExpired],
    ['revoked', MEMORY_STATUS.revoked],
    ['fenced', MEMORY_STATUS.fenced],
    ['none', MEMORY_STATUS.disconnected],
  ] as const)('of a region that is %s answers every access with that', (state, status) => {
    const region = freshRegion(64);
    new RegionHeader(region.buffer).end(REGION_STATE[state]);
    expect(region.status()).toBe(status);
    expect([region.read(0, new Uint8Array(1)), region.write(0, new Uint8Array(1)), region.fill(0, 1, 1)]).toEqual([
      status,
      status,
      status,
    ]);
    expect([region.checkAtomic(0, 8), region.notify(0, 1), region.call(new Uint8Array(16))?.status]).toEqual([
      status,
      status,
      status,
    ]);
  });

  test('of a later epoch fences who has an earlier one', () => {
    const buffer = freshBuffer(64);
    const region = new LocalRegion(buffer, EPOCH - 1, testThread());
    expect(region.write(0, new Uint8Array([1]))).toBe(MEMORY_STATUS.fenced);
    expect(region.bytes[0]).toBe(0);
  });
});

describe('the structure lock', () => {
  test('keeps a thread that may not stand still out, and lets it in when the other has left', () => {
    const region = freshRegion(64, { number: 2 });
    lockOf(region)[0] = 9;
    expect(region.call(new Uint8Array(16))).toBeUndefined();
    expect(() => region.enter()).toThrow(expect.objectContaining({ code: 'capacity_exceeded' }));
    lockOf(region)[0] = 0;
    expect(region.call(new Uint8Array(16))).toBeDefined();
    expect(lockOf(region)[0]).toBe(0);
  });

  test('is waited for in slices by a thread that may stand still', () => {
    const buffer = freshBuffer(64);
    const lock = new Int32Array(buffer, LOCK_AT, 1);
    let parked = 0;
    const park = (): void => {
      parked++;
      if (parked === 3) lock[0] = 0;
    };
    const region = new LocalRegion(buffer, EPOCH, { ...testThread(), park });
    lock[0] = 9;
    region.enter();
    expect([parked, lock[0]]).toEqual([3, 1]);
    region.leave();
    expect(lock[0]).toBe(0);
  });

  test('of a thread that is no more is freed by its number, and by no other', () => {
    const region = freshRegion(64, { number: 2 });
    region.enter();
    expect(freeLock(region.buffer, 3)).toBe(false);
    expect(lockOf(region)[0]).toBe(2);
    expect(freeLock(region.buffer, 2)).toBe(true);
    expect([lockOf(region)[0], freeLock(region.buffer, 2)]).toEqual([0, false]);
  });

  test('left by a thread that had been freed out of it does not let others in', () => {
    const region = freshRegion(64, { number: 2 });
    region.enter();
    lockOf(region)[0] = 5;
    region.leave();
    expect(lockOf(region)[0]).toBe(5);
  });
});

describe('a wait', () => {
  test('is over in time though each of its timers is late', async () => {
    const lateMs = 7;
    const time = new ManualTime();
    const waits: WordWaits = {
      wait: (_words, _index, _expected, timeoutMs) => {
        time.sleep(timeoutMs + lateMs);
        return Promise.resolve('timed_out');
      },
      notify: () => 0,
      wakeAll: () => undefined,
    };
    const region = freshRegion(64, { time, waits });
    const startMs = time.nowMs();
    expect(await region.wait(0, 0, 2_000)).toBe('timed_out');
    expect(time.nowMs() - startMs).toBe(2_000 + lateMs);
  });
});
