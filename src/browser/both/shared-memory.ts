import type { Env } from '../../core/index.ts';
import {
  PolledWaits,
  threadNumberOf,
  type RegionBuffer,
  type Thread,
  type WaitEnd,
  type WordWaits,
} from '../../memory/index.ts';

/** Which threads of a tab are no tasklet's. */
export const THREAD_INDEX = { cell: 1, page: 2 } as const;

/** What a thread of a tab brings to regions; `park` where it may stand still. */
export function browserThread(
  { tab, index }: { readonly tab: number; readonly index: number },
  env: Env,
  park?: NonNullable<Thread['park']>,
): Thread {
  const polled = new PolledWaits(env);
  return {
    number: threadNumberOf(tab, index),
    // The same in every thread of the browser.
    nowMs: () => performance.timeOrigin + performance.now(),
    waits: 'waitAsync' in Atomics ? new AsyncWaits(polled) : polled,
    ...(park ? { park } : {}),
  };
}

/** Waits for words of shared memory by `Atomics.waitAsync`; for words that only this thread has, by the fallback. */
class AsyncWaits implements WordWaits {
  readonly #alone: WordWaits;
  /** How many wait in this thread, by word. */
  readonly #waiting = new Map<RegionBuffer, Map<number, number>>();

  constructor(alone: WordWaits) {
    this.#alone = alone;
  }

  async wait(words: Int32Array<RegionBuffer>, index: number, expected: number, timeoutMs: number): Promise<WaitEnd> {
    if (words.buffer instanceof ArrayBuffer) return this.#alone.wait(words, index, expected, timeoutMs);
    const waited = Atomics.waitAsync(words, index, expected, timeoutMs);
    if (!waited.async) return waited.value === 'not-equal' ? 'not_equal' : 'timed_out';
    this.#count(words.buffer, index, 1);
    const end = await waited.value;
    this.#count(words.buffer, index, -1);
    return end === 'ok' ? 'woken' : 'timed_out';
  }

  notify(words: Int32Array<RegionBuffer>, index: number, count: number): number {
    return words.buffer instanceof ArrayBuffer
      ? this.#alone.notify(words, index, count)
      : Atomics.notify(words, index, count);
  }

  wakeAll(buffer: RegionBuffer): void {
    this.#alone.wakeAll(buffer);
    const words = new Int32Array(buffer);
    for (const index of this.#waiting.get(buffer)?.keys() ?? []) Atomics.notify(words, index);
  }

  #count(buffer: RegionBuffer, index: number, change: number): void {
    const words = this.#waiting.get(buffer) ?? new Map<number, number>();
    const count = (words.get(index) ?? 0) + change;
    if (count > 0) words.set(index, count);
    else words.delete(index);
    if (words.size > 0) this.#waiting.set(buffer, words);
    else this.#waiting.delete(buffer);
  }
}
