import type { Timer, Timers } from '../../core/index.ts';
import type { Prng } from '../prng.ts';
import type { EventQueue, Place } from './event-queue.ts';
import type { SimClock } from './sim-clock.ts';

/** A browser runs the timers of a hidden page once a second. */
const HIDDEN_GRAIN_MS = 1_000;
/** How late a timer of a tab in front may be, at worst. */
const LATE_MS_MAX = 2;

/** What two clocks of different size may be apart by rounding alone: a wait shorter than this would never end. */
const GRAIN_MS = 0.001;

export interface TimerHost extends Place {
  readonly isHidden: boolean;
}

/**
 * A tab's timers: never early by the tab's own clock, a little late like a browser's, and once a second when hidden.
 */
export class SimTimers implements Timers {
  readonly #queue: EventQueue;
  readonly #clock: SimClock;
  readonly #prng: Prng;
  readonly #host: TimerHost;

  constructor(queue: EventQueue, clock: SimClock, prng: Prng, host: TimerHost) {
    this.#queue = queue;
    this.#clock = clock;
    this.#prng = prng;
    this.#host = host;
  }

  after(delayMs: number, action: () => void): Timer {
    const dueMs = this.#clock.nowMs() + Math.max(0, delayMs);
    // A clock that slowed down or stood still since makes the queue's instant too early: then it waits again.
    const run = (): void => {
      const leftMs = this.#leftMs(dueMs);
      if (leftMs > 0) this.#queue.again(event, Math.max(this.#clock.simMsOf(leftMs), GRAIN_MS));
      else action();
    };
    const lateMs = this.#prng.unit() * LATE_MS_MAX;
    const event = this.#queue.after(this.#clock.simMsOf(delayMs) + lateMs, 'timer', this.#host, '', run);
    return {
      cancel() {
        event.isCancelled = true;
      },
    };
  }

  #leftMs(dueMs: number): number {
    const nowMs = this.#clock.nowMs();
    if (nowMs < dueMs) return dueMs - nowMs;
    if (!this.#host.isHidden) return 0;
    const sinceGrainMs = nowMs % HIDDEN_GRAIN_MS;
    return sinceGrainMs < LATE_MS_MAX + 1 ? 0 : HIDDEN_GRAIN_MS - sinceGrainMs;
  }
}
