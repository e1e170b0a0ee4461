import type { Clock } from '../../core/index.ts';
import type { EventQueue } from './event-queue.ts';

/** Unix time at the beginning of every simulation. */
const START_WALL_MS = 1_700_000_000_000;

/**
 * One machine's clocks. The monotonic one drifts, and stands while the machine sleeps; the wall clock can also be set by
 * its user, forwards and back. Neither begins where another cell's does.
 */
export class SimClock implements Clock {
  readonly #queue: EventQueue;
  #rate: number;
  #isStanding = false;
  #anchorMs: number;
  #anchorSimMs: number;
  #wallOffsetMs = 0;

  constructor(queue: EventQueue, startMs: number, rate: number) {
    this.#queue = queue;
    this.#rate = rate;
    this.#anchorMs = startMs;
    this.#anchorSimMs = queue.nowMs;
  }

  nowMs(): number {
    const passedMs = this.#isStanding ? 0 : (this.#queue.nowMs - this.#anchorSimMs) * this.#rate;
    return this.#anchorMs + passedMs;
  }

  wallMs(): number {
    return START_WALL_MS + this.nowMs() + this.#wallOffsetMs;
  }

  /** How much simulated time passes while this clock moves by `localMs`. */
  simMsOf(localMs: number): number {
    return localMs / this.#rate;
  }

  /** From now on it runs at `rate` milliseconds a millisecond. */
  setRate(rate: number): void {
    this.#anchor();
    this.#rate = rate;
  }

  /** The machine falls asleep or wakes up: its monotonic clock counts only while it is awake. */
  setStanding(isStanding: boolean): void {
    this.#anchor();
    this.#isStanding = isStanding;
  }

  stepWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  #anchor(): void {
    this.#anchorMs = this.nowMs();
    this.#anchorSimMs = this.#queue.nowMs;
  }
}
