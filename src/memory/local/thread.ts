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
  /** Not 0, and no other thread's of this tab: the structure lock carries it. */
  readonly number: number;
  /** One clock for all threads of the tab. */
  nowMs(): number;
  readonly waits: WordWaits;
  /** Stands still until the word is no longer `expected` or for `timeoutMs`; absent where a thread may not. */
  readonly park?: (words: Int32Array<RegionBuffer>, index: number, expected: number, timeoutMs: number) => void;
}
