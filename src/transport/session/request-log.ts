import { forgetOldest, WIRE_LIMITS } from '../../core/index.ts';

/** The ids of the latest requests of a peer, so that one that comes again is not done again. */
export class RequestLog {
  readonly #ids = new Set<number>();

  /** Whether the id is none of the latest; it is one from then on. */
  isNew(id: number): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    forgetOldest(this.#ids, WIRE_LIMITS.requestsRemembered);
    return true;
  }
}
