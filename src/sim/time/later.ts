import type { Prng } from '../prng.ts';
import type { EventQueue, Place } from './event-queue.ts';

/** How a port of one tab answers: not at once, and in simulated time. */
export class Later {
  readonly #queue: EventQueue;
  readonly #place: Place;
  readonly #prng: Prng;

  constructor(queue: EventQueue, place: Place, prng: Prng) {
    this.#queue = queue;
    this.#place = place;
    this.#prng = prng;
  }

  /** Does something at this tab, `minMs` and on average `meanMs` more from now. */
  act(text: string, minMs: number, meanMs: number, action: () => void): void {
    this.#queue.after(minMs + this.#prng.exponential(meanMs), 'port', this.#place, text, action);
  }

  /** Answers with what `value` is by then. */
  answer<T>(text: string, minMs: number, meanMs: number, value: () => T): Promise<T> {
    return new Promise((resolve) => this.act(text, minMs, meanMs, () => resolve(value())));
  }
}
