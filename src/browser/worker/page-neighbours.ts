import type * as comlink from 'comlink';
import type { NeighbourClaim, Neighbours } from '../../cell/index.ts';
import type { PageApi } from '../both/index.ts';

/** The tabs and frames beside this one, which the page alone can reach. */
export class PageNeighbours implements Neighbours {
  isAny = false;
  readonly #page: comlink.Remote<PageApi>;

  constructor(page: comlink.Remote<PageApi>) {
    this.#page = page;
  }

  show(claim: NeighbourClaim): Promise<SharedArrayBuffer | undefined> {
    return this.#page.showNeighbours(claim);
  }
}
