import { shortId, type CellId } from '../../core/index.ts';

interface Death {
  readonly how: 'crash' | 'goodbye';
  readonly atMs: number;
  /** Cells that were there and have not heard of it. */
  readonly unaware: Set<CellId>;
  knownAtMs: number;
}

/** Who died when, and who has heard of it. */
export class Deaths {
  readonly #deaths = new Map<CellId, Death>();

  died(cell: CellId, how: Death['how'], atMs: number, others: readonly CellId[]): void {
    this.#deaths.set(cell, { how, atMs, unaware: new Set(others), knownAtMs: atMs });
    for (const { unaware } of this.#deaths.values()) unaware.delete(cell);
  }

  /** `at` counts `cell` as gone. False when it is not. */
  heard(at: CellId, cell: CellId, atMs: number): boolean {
    const death = this.#deaths.get(cell);
    if (death?.unaware.delete(at) === true) death.knownAtMs = atMs;
    return death !== undefined;
  }

  /** How long each death took to be known to all. */
  knownMs(how: Death['how']): readonly number[] {
    return [...this.#deaths.values()].flatMap((death) =>
      death.how === how && death.unaware.size === 0 ? [death.knownAtMs - death.atMs] : [],
    );
  }

  unheard(): readonly string[] {
    return [...this.#deaths].flatMap(([cell, { unaware, how }]) =>
      unaware.size > 0 ? [`${unaware.size} cells never heard of the ${how} of ${shortId(cell)}`] : [],
    );
  }
}
