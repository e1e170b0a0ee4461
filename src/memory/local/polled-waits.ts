import { MEMORY_LIMITS, type Env, type Timer } from '../../core/index.ts';
import type { WaitEnd } from '../region.ts';
import type { RegionBuffer } from './header.ts';
import type { WordWaits } from './thread.ts';

interface Waiter {
  readonly words: Int32Array<RegionBuffer>;
  readonly index: number;
  settle(end: WaitEnd): void;
}

/**
 * Waits by timers, for hosts without `Atomics.waitAsync`: a notify of this thread wakes at once; of other threads it sees
 * that the word has changed, a poll later.
 */
export class PolledWaits implements WordWaits {
  readonly #env: Pick<Env, 'clock' | 'timers'>;
  readonly #waiters = new Set<Waiter>();

  constructor(env: Pick<Env, 'clock' | 'timers'>) {
    this.#env = env;
  }

  wait(words: Int32Array<RegionBuffer>, index: number, expected: number, timeoutMs: number): Promise<WaitEnd> {
    if (Atomics.load(words, index) !== expected) return Promise.resolve('not_equal');
    const { clock, timers } = this.#env;
    const untilMs = clock.nowMs() + timeoutMs;
    return new Promise((resolve) => {
      let timer: Timer | undefined;
      const waiter: Waiter = {
        words,
        index,
        settle: (end) => {
          timer?.cancel();
          this.#waiters.delete(waiter);
          resolve(end);
        },
      };
      const look = (): void => {
        const leftMs = untilMs - clock.nowMs();
        if (Atomics.load(words, index) !== expected) return waiter.settle('woken');
        if (leftMs <= 0) return waiter.settle('timed_out');
        timer = timers.after(Math.min(leftMs, MEMORY_LIMITS.pollMs), look);
      };
      this.#waiters.add(waiter);
      look();
    });
  }

  notify(words: Int32Array<RegionBuffer>, index: number, count: number): number {
    const isMine = (waiter: Waiter): boolean => waiter.words.buffer === words.buffer && waiter.index === index;
    const woken = [...this.#waiters].filter(isMine).slice(0, count);
    for (const waiter of woken) waiter.settle('woken');
    return woken.length + Atomics.notify(words, index, count - woken.length);
  }

  wakeAll(buffer: RegionBuffer): void {
    for (const waiter of [...this.#waiters]) if (waiter.words.buffer === buffer) waiter.settle('woken');
  }
}
