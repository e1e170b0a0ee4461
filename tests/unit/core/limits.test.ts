import { describe, expect, test } from 'vitest';
import {
  AUDIT_LIMITS,
  LEASE_LIMITS,
  LINK_LIMITS,
  RUN_LIMITS,
  STORE_LIMITS,
  TASKLET_LIMITS,
  TOKEN_LIMITS,
  WIRE_LIMITS,
} from '../../../src/core/index.ts';
import {
  FRAGMENT_PAYLOAD_BYTES_MAX,
  FRAME_HEADER_BYTES,
  FRAME_PAYLOAD_BYTES_MAX,
  INLINE_BYTES_MAX,
} from '../../../src/wire/index.ts';

describe('bounds fit one another', () => {
  test('all are whole and positive', () => {
    const all = {
      ...LEASE_LIMITS,
      ...LINK_LIMITS,
      ...RUN_LIMITS,
      ...STORE_LIMITS,
      ...TASKLET_LIMITS,
      ...WIRE_LIMITS,
      ...TOKEN_LIMITS,
      ...AUDIT_LIMITS,
    };
    for (const [name, value] of Object.entries(all)) {
      expect(Number.isSafeInteger(value) && value > 0, name).toBe(true);
    }
  });

  test('a cell misses three heartbeats before it counts as dead', () => {
    expect(3 * LINK_LIMITS.heartbeatMs).toBeLessThanOrEqual(LINK_LIMITS.silenceMsMax);
  });

  test('a hello ends before a join gives up, and a join outlasts a dial', () => {
    expect(LINK_LIMITS.helloDeadlineMs).toBeLessThan(LINK_LIMITS.joinDeadlineMs);
    expect(LINK_LIMITS.dialDeadlineMs + LINK_LIMITS.helloDeadlineMs).toBeLessThan(LINK_LIMITS.joinDeadlineMs);
    expect(LINK_LIMITS.signalingDeadlineMs).toBeLessThan(LINK_LIMITS.joinDeadlineMs);
  });

  test('the holder of the shortest lease still has most of it', () => {
    expect(Math.min(LEASE_LIMITS.holderMarginMs, LEASE_LIMITS.ttlMsMin / 4)).toBeLessThan(LEASE_LIMITS.ttlMsMin / 2);
  });

  test('a lease can outlive the longest run', () => {
    expect(RUN_LIMITS.deadlineMsMax).toBeLessThan(LEASE_LIMITS.ttlMsMax);
    expect(RUN_LIMITS.deadlineMsDefault).toBeLessThanOrEqual(RUN_LIMITS.deadlineMsMax);
  });

  test('a token never outlives the longest lease, and the longest reason fits a line', () => {
    expect(TOKEN_LIMITS.ttlMsMax).toBeLessThanOrEqual(LEASE_LIMITS.ttlMsMax);
    // Each character may take six, escaped; the rest of a line is short of 1 KiB.
    expect(6 * AUDIT_LIMITS.reasonLengthMax).toBeLessThanOrEqual(AUDIT_LIMITS.lineBytesMax - 512);
  });

  test('one holder cannot take every lease there is', () => {
    expect(LEASE_LIMITS.perHolderMax).toBeLessThan(LEASE_LIMITS.grantedMax);
  });

  test('frames fit the channel with room, and many fit what it buffers', () => {
    expect(WIRE_LIMITS.frameBytesMax).toBeLessThan(256 * 1024);
    expect(WIRE_LIMITS.channelBufferedLowBytes).toBeLessThan(WIRE_LIMITS.channelBufferedHighBytes);
    expect(4 * WIRE_LIMITS.frameBytesMax).toBeLessThanOrEqual(WIRE_LIMITS.channelBufferedHighBytes);
    expect(FRAME_PAYLOAD_BYTES_MAX + FRAME_HEADER_BYTES).toBe(WIRE_LIMITS.frameBytesMax);
    expect(FRAGMENT_PAYLOAD_BYTES_MAX).toBeLessThan(FRAME_PAYLOAD_BYTES_MAX);
  });

  test('the largest module, input and output travel in one data message', () => {
    const { moduleBytesMax, inputBytesMax, outputBytesMax } = TASKLET_LIMITS;
    expect(Math.max(moduleBytesMax, inputBytesMax, outputBytesMax)).toBeLessThanOrEqual(WIRE_LIMITS.dataBytesMax);
    expect(WIRE_LIMITS.dataBytesMax).toBeLessThanOrEqual(WIRE_LIMITS.partialBytesMax);
    expect(WIRE_LIMITS.dataBytesMax).toBeLessThanOrEqual(WIRE_LIMITS.sendQueueBytesMax);
  });

  test('an outcome with everything inline fits a control message', () => {
    const { responseBytesMax, logBytesMax } = TASKLET_LIMITS;
    expect(INLINE_BYTES_MAX + responseBytesMax + logBytesMax).toBeLessThan(WIRE_LIMITS.controlBytesMax);
  });

  test('the default memory and fuel are among what may be asked', () => {
    expect(TASKLET_LIMITS.memoryBytesDefault).toBeLessThanOrEqual(TASKLET_LIMITS.memoryBytesMax);
    expect(TASKLET_LIMITS.fuelDefault).toBeLessThanOrEqual(TASKLET_LIMITS.fuelMax);
    expect(TASKLET_LIMITS.memoryBytesMax % 65_536).toBe(0);
  });
});
