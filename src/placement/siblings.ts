import { RUN_LIMITS } from '../core/index.ts';

/** How long the runs of one map take, so that one that lags far behind the others can be told. */
export class Siblings {
  readonly #durationsMs: number[] = [];

  /** One has succeeded. Of very many the latest count. */
  ended(durationMs: number): void {
    this.#durationsMs.push(durationMs);
    if (this.#durationsMs.length > RUN_LIMITS.siblingsCounted) this.#durationsMs.shift();
  }

  isStraggler(elapsedMs: number): boolean {
    if (this.#durationsMs.length < RUN_LIMITS.siblingsMin) return false;
    const sorted = [...this.#durationsMs].sort((left, right) => left - right);
    const medianMs = sorted[sorted.length >> 1] ?? Infinity;
    return elapsedMs > Math.max(RUN_LIMITS.stragglerFactor * medianMs, RUN_LIMITS.stragglerMsMin);
  }
}
