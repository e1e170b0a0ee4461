import { MEMORY_LIMITS, type Bytes, type CellId, type Env, type LeaseId } from '../../core/index.ts';
import { isRegionBuffer, tabOfThread, type RegionDoor, type Thread } from '../../memory/index.ts';
import type { Switchboard } from '../../transport/index.ts';
import { REQUEST } from '../../wire/index.ts';
import type { RegionSession } from './wire-door.ts';

/** What a tab shows to the tab beside it: the ticket that its cell was given over the link, and what it was given for. */
export interface NeighbourClaim {
  readonly cell: CellId;
  readonly leaseId: LeaseId;
  readonly ticket: Bytes;
  /** The number of the tab that asks, which its threads carry. */
  readonly tab: number;
}

/** The tabs and frames beside this one that may share memory with it, as the host can reach them. */
export interface Neighbours {
  /** Whether there are any: nobody waits where there are none. */
  readonly isAny: boolean;
  /** Shows a claim to all of them; the buffer, when one of them has the region and the host can share it. */
  show(claim: NeighbourClaim): Promise<SharedArrayBuffer | undefined>;
}

export interface NeighbourAskerDeps {
  readonly env: Pick<Env, 'timers'>;
  readonly board: Switchboard;
  readonly thread: Thread;
  readonly neighbours?: Neighbours;
}

/** Asks for the bytes themselves of regions that are opened at other cells, and waits no longer than a person would notice. */
export class NeighbourAsker {
  readonly #deps: NeighbourAskerDeps;

  constructor(deps: NeighbourAskerDeps) {
    this.#deps = deps;
  }

  /** The region's buffer when its lessor is beside this tab; undefined when it is not, or does not say so in time. */
  shared(lessor: CellId, leaseId: LeaseId, opened: RegionSession): Promise<RegionDoor['shared']> {
    const { env, neighbours } = this.#deps;
    if (!neighbours?.isAny) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const late = env.timers.after(MEMORY_LIMITS.neighbourMsMax, () => resolve(undefined));
      const settle = (buffer?: SharedArrayBuffer): void => {
        late.cancel();
        const { epoch, sizeBytes } = opened;
        resolve(buffer && isRegionBuffer(buffer, epoch, sizeBytes) ? { buffer, epoch } : undefined);
      };
      this.#asked(neighbours, lessor, leaseId, opened).then(settle, () => settle());
    });
  }

  async #asked(neighbours: Neighbours, lessor: CellId, leaseId: LeaseId, { session }: RegionSession) {
    const { board, thread } = this.#deps;
    const answer = await board.call(lessor, REQUEST.memoryTicket, { session }, MEMORY_LIMITS.neighbourMsMax);
    if (!answer.ok) return undefined;
    const ticket = new Uint8Array(answer.value.ticket);
    return neighbours.show({ cell: board.self, leaseId, ticket, tab: tabOfThread(thread.number) });
  }
}
