import { assert, MEMORY_LIMITS, type Random } from '../../core/index.ts';
import type { WaitEnd } from '../region.ts';
import type { RegionBuffer } from './header.ts';

/** How a thread waits for words of shared memory, without standing still. */
export interface WordWaits {
  /** Waits while the word is `expected`, for a notify or `timeoutMs`. */
  wait(words: Int32Array<RegionBuffer>, index: number, expected: number, timeoutMs: number): Promise<WaitEnd>;
  /** Wakes up to `count` waiters of the word, wherever they are. Answers how many waited. */
  notify(words: Int32Array<RegionBuffer>, index: number, count: number): number;
  /** Wakes whoever waits in this thread for any word of the buffer. */
  wakeAll(buffer: RegionBuffer): void;
}

/** What a thread brings with it to the regions it shares. */
export interface Thread {
  /** Not 0, and no other thread's that shares a region with this one: the structure lock carries it. */
  readonly number: number;
  /** One clock for all threads that share a region. */
  nowMs(): number;
  readonly waits: WordWaits;
  /** Stands still until the word is no longer `expected` or for `timeoutMs`; absent where a thread may not. */
  readonly park?: (words: Int32Array<RegionBuffer>, index: number, expected: number, timeoutMs: number) => void;
}

const { tabNumbersMax, threadsPerTabMax } = MEMORY_LIMITS;

/** A number for this tab that no other with which it shares a region is likely to have. Never 0. */
export function drawTabNumber(random: Random): number {
  const [low = 0, middle = 0, high = 0] = random.bytes(3);
  return (low + middle * 0x100 + high * 0x1_0000) % tabNumbersMax || 1;
}

/** The number of the thread that is `index` in its tab. */
export function threadNumberOf(tab: number, index: number): number {
  assert(index < threadsPerTabMax, 'a tab has only so many threads');
  return tab * threadsPerTabMax + index;
}

export function tabOfThread(number: number): number {
  return Math.floor(number / threadsPerTabMax);
}
