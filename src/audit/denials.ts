import { AUDIT_LIMITS, type CellId } from '../core/index.ts';
import type { DenialEvent } from './record.ts';

interface Counted {
  untilMs: number;
  times: number;
  last: DenialEvent | undefined;
}

/**
 * Counts refusals of one cell together, so that a cell which asks in vain, however often, cannot wash older records out
 * of the store: the first is sealed at once, the rest as one record at the end of each window.
 */
export class DenialCounter {
  readonly #counted = new Map<CellId, Counted>();

  /** Whether this refusal is to be sealed now; otherwise it is counted. */
  isFirst(event: DenialEvent, nowMs: number): boolean {
    const counted = this.#counted.get(event.tenant);
    if (counted) {
      counted.times++;
      counted.last = event;
      return false;
    }
    if (this.#counted.size < AUDIT_LIMITS.denialsCellsMax) {
      this.#counted.set(event.tenant, { untilMs: nowMs + AUDIT_LIMITS.denialsTogetherMs, times: 0, last: undefined });
    }
    return true;
  }

  /** What was counted in windows that end by `byMs`, to be sealed now. */
  takeDue(nowMs: number, byMs: number = nowMs): readonly DenialEvent[] {
    return [...this.#counted].flatMap(([tenant, counted]) => {
      const { untilMs, times, last } = counted;
      if (untilMs > byMs) return [];
      if (!last) {
        this.#counted.delete(tenant);
        return [];
      }
      this.#counted.set(tenant, { untilMs: nowMs + AUDIT_LIMITS.denialsTogetherMs, times: 0, last: undefined });
      return [times > 1 ? { ...last, times } : last];
    });
  }

  /** Whether there is a window that has yet to end. */
  isCounting(): boolean {
    return this.#counted.size > 0;
  }
}
