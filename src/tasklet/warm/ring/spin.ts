/** After so many looks in vain it is not worth looking; now and then it is tried again. */
const VAIN_MAX = 3;
const REST_TURNS = 8;

/**
 * Whether to look for something a moment, standing, before waiting to be woken. That is faster by far where both threads have
 * a processor, and only keeps the other one off where they share it.
 */
export class Spin {
  readonly #forMs: number;
  readonly #looksAtOnce: number;
  #vain = 0;
  #rest = 0;

  constructor(forMs: number, looksAtOnce: number) {
    this.#forMs = forMs;
    this.#looksAtOnce = looksAtOnce;
  }

  /** Whether it was there in time. */
  look(nowMs: () => number, isThere: () => boolean): boolean {
    if (this.#forMs === 0) return false;
    if (this.#rest > 0) {
      this.#rest--;
      return isThere();
    }
    const untilMs = nowMs() + this.#forMs;
    do {
      for (let looks = 0; looks < this.#looksAtOnce; looks++) {
        if (!isThere()) continue;
        this.#vain = 0;
        return true;
      }
    } while (nowMs() < untilMs);
    this.#vain++;
    if (this.#vain >= VAIN_MAX) this.#rest = REST_TURNS;
    return false;
  }
}
