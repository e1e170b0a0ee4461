import { MEMORY_LIMITS } from '../../../src/core/index.ts';
import {
  LocalRegion,
  PolledWaits,
  RegionHeader,
  regionBufferBytes,
  type RegionBuffer,
  type Thread,
  type WordWaits,
} from '../../../src/memory/index.ts';
import { ManualTime } from '../../support/index.ts';

export interface ThreadOptions {
  readonly time?: ManualTime;
  readonly number?: number;
  readonly waits?: WordWaits;
}

export function testThread({ time = new ManualTime(), number = 1, waits }: ThreadOptions = {}): Thread {
  return {
    number,
    nowMs: () => time.nowMs(),
    waits: waits ?? new PolledWaits({ clock: time, timers: time }),
  };
}

export const EPOCH = 7;

/** A live region in a buffer of its own. */
export function freshBuffer(sizeBytes: number, epoch = EPOCH): RegionBuffer {
  const buffer = new SharedArrayBuffer(regionBufferBytes(sizeBytes));
  new RegionHeader(buffer).begin(epoch, 1, sizeBytes);
  return buffer;
}

export function freshRegion(sizeBytes: number, options: ThreadOptions = {}): LocalRegion {
  return new LocalRegion(freshBuffer(sizeBytes), EPOCH, testThread(options));
}

/** Enough manual time for anything that is polled to be noticed. */
export const POLLED_MS = 2 * MEMORY_LIMITS.pollMs;
