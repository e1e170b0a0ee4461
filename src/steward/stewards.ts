import { equalBytes, forgetOldest, STEWARD_LIMITS, type CellId } from '../core/index.ts';
import type { Announcement, StewardProof } from '../wire/index.ts';
import { warrantStatement, type StewardSeal } from './proofs.ts';

/** Cells that have shown the steward's word that they are its own. A warrant holds for one cell, for good. */
export class Stewards {
  readonly #seal: StewardSeal;
  readonly #found: (cell: CellId) => void;
  readonly #own = new Set<CellId>();
  /** Cells whose present warrant was looked at. */
  readonly #checked = new Map<CellId, StewardProof>();

  constructor(seal: StewardSeal, found: (cell: CellId) => void) {
    this.#seal = seal;
    this.#found = found;
  }

  has(cell: CellId): boolean {
    return this.#own.has(cell);
  }

  /** Looks at what cells say of themselves. */
  look(entries: Iterable<{ readonly cell: CellId; readonly announcement: Announcement }>): void {
    for (const { cell, announcement } of entries) {
      if (announcement.warrant) void this.shown(cell, announcement.warrant);
    }
  }

  /** A cell shows a warrant. */
  async shown(cell: CellId, warrant: StewardProof): Promise<void> {
    const before = this.#checked.get(cell);
    if (this.#own.has(cell) || (before && equalBytes(before.signature, warrant.signature))) return;
    this.#checked.set(cell, warrant);
    forgetOldest(this.#checked, STEWARD_LIMITS.warrantsMax);
    if (!(await this.#seal.isSigned(warrantStatement(this.#seal.fabric, cell), warrant))) return;
    this.#own.add(cell);
    forgetOldest(this.#own, STEWARD_LIMITS.warrantsMax);
    this.#found(cell);
  }
}
