/** A rule of the fabric that was broken, when and where. */
export interface Violation {
  readonly rule: string;
  readonly step: number;
  readonly atMs: number;
  readonly text: string;
}

const KEPT_MAX = 50;

/** What the checkers found in one seed. Counts all, keeps the first few. */
export class Violations {
  readonly #kept: Violation[] = [];
  readonly #instant: () => { readonly step: number; readonly atMs: number };
  #count = 0;

  constructor(instant: () => { readonly step: number; readonly atMs: number }) {
    this.#instant = instant;
  }

  get count(): number {
    return this.#count;
  }

  add(rule: string, text: string): void {
    this.#count++;
    if (this.#kept.length < KEPT_MAX) this.#kept.push({ rule, text, ...this.#instant() });
  }

  list(): readonly Violation[] {
    return this.#kept;
  }
}
