import { LINK_LIMITS, toHex, type CellId, type Env, type Timer } from '../../core/index.ts';
import type { SessionEnd, Switchboard } from '../../transport/index.ts';

export interface LessorsDeps {
  readonly env: Pick<Env, 'timers'>;
  readonly board: Switchboard;
  /** What that cell lent is no more; told once for each time that it was there. */
  readonly gone: (lessor: CellId) => void;
}

/** Ends of a link with which its cell, or what that one lent to this, is gone. */
const FINAL: ReadonlySet<SessionEnd> = new Set(['bye', 'replaced', 'expelled', 'left']);

interface Known {
  /** Of the tab that was there: a reloaded one has another. */
  readonly session: string;
  /** Runs while its link is lost. */
  readonly deadline?: Timer;
}

/**
 * Tells a cell that is gone from one whose link is lost for a moment: a network changed, or a cell that carried the link
 * closed. Its leases live on at the lessor, so their holder keeps them until it is back, or does not come back.
 */
export class Lessors {
  readonly #deps: LessorsDeps;
  readonly #known = new Map<CellId, Known>();

  constructor(deps: LessorsDeps) {
    this.#deps = deps;
  }

  joined(cell: CellId): void {
    const session = toHex(this.#deps.board.sessionOf(cell) ?? new Uint8Array(0));
    const known = this.#known.get(cell);
    known?.deadline?.cancel();
    this.#known.set(cell, { session });
    if (known && known.session !== session) this.#deps.gone(cell);
  }

  left(cell: CellId, end: SessionEnd): void {
    const known = this.#known.get(cell);
    if (!known || FINAL.has(end)) return this.#forget(cell);
    const deadline = this.#deps.env.timers.after(LINK_LIMITS.lessorBackMs, () => this.#forget(cell));
    this.#known.set(cell, { ...known, deadline });
  }

  close(): void {
    for (const { deadline } of this.#known.values()) deadline?.cancel();
  }

  #forget(cell: CellId): void {
    this.#known.delete(cell);
    this.#deps.gone(cell);
  }
}
