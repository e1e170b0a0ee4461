import { setImmediate } from 'node:timers/promises';
import type { Clock, Timer, Timers } from '../../src/core/index.ts';

interface Appointment {
  readonly atMs: number;
  readonly order: number;
  readonly action: () => void;
}

/** Unix time at the start of every test. */
export const START_WALL_MS = 1_700_000_000_000;

/**
 * Time that stands still until a test moves it. Actions run in the order of their instants, then of their making, and
 * everything a promise sets off happens before the next one: what a browser does between two tasks.
 */
export class ManualTime implements Clock, Timers {
  readonly #appointments: Appointment[] = [];
  #nowMs: number;
  #made = 0;

  constructor(startMs = 1_000) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return START_WALL_MS + this.#nowMs;
  }

  /** Actions that are still to come. */
  get waiting(): number {
    return this.#appointments.length;
  }

  after(delayMs: number, action: () => void): Timer {
    const appointment = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#made++, action };
    const at = this.#appointments.findLastIndex((other) => other.atMs <= appointment.atMs) + 1;
    this.#appointments.splice(at, 0, appointment);
    return { cancel: () => this.#forget(appointment) };
  }

  /** Lets time pass without anything happening, as when a tab is frozen: what became due runs at the next `advance`. */
  sleep(durationMs: number): void {
    this.#nowMs += durationMs;
  }

  /** Lets `durationMs` pass. */
  async advance(durationMs: number): Promise<void> {
    const untilMs = this.#nowMs + durationMs;
    await settle();
    for (let next = this.#appointments[0]; next && next.atMs <= untilMs; next = this.#appointments[0]) {
      this.#appointments.shift();
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.action();
      await settle();
    }
    this.#nowMs = untilMs;
  }

  /** Lets time pass until `promise` has settled, and answers it; gives up after `limitMs`. */
  async until<T>(promise: Promise<T>, limitMs = 120_000): Promise<T> {
    const state = { isSettled: false };
    const watched = promise.finally(() => {
      state.isSettled = true;
    });
    // The caller awaits it below; until then a rejection is not unhandled.
    watched.catch(() => undefined);
    const untilMs = this.#nowMs + limitMs;
    await settle();
    for (let next = this.#appointments[0]; !state.isSettled && next; next = this.#appointments[0]) {
      if (next.atMs > untilMs) break;
      await this.advance(Math.max(0, next.atMs - this.#nowMs));
    }
    if (!state.isSettled) throw new Error(`nothing settled within ${limitMs} ms of manual time`);
    return watched;
  }

  #forget(appointment: Appointment): void {
    const at = this.#appointments.indexOf(appointment);
    if (at >= 0) this.#appointments.splice(at, 1);
  }
}

/** Runs everything that settled promises set off. No timer of a test runs in real time, so nothing else can come up. */
export async function settle(): Promise<void> {
  await setImmediate();
}
