import {
  err,
  failure,
  LINK_LIMITS,
  MEND_LIMITS,
  ok,
  type FabricFailure,
  type Result,
  type RunId,
} from '../../core/index.ts';
import type { Signaling } from '../../membership/index.ts';
import type { SimEndpoint } from '../network/index.ts';
import type { Later } from '../time/index.ts';

/** How long the service takes to notice that a socket died with its tab. */
const FORGET_MS = 300;

/** The signaling service: who has which name. It can be down; links that exist do not notice. */
export class SimSignalingHub {
  isDown = false;
  readonly #names = new Map<string, SimEndpoint>();

  /** One tab's door to the service. */
  door(peerName: string, endpoint: SimEndpoint, later: Later): Signaling {
    let dialling = 0;
    const dial = async (name: string): Promise<Result<void, FabricFailure>> => {
      if (dialling >= LINK_LIMITS.dialsMax) return err(TOO_MANY_DIALS);
      dialling++;
      const dialled = await this.#dial(endpoint, name, later);
      dialling--;
      return dialled;
    };
    return {
      peerName,
      open: () => later.answer('signaling open', 1, 6, () => this.#open(peerName, endpoint)),
      claim: (rendezvousId) => later.answer('signaling claim', 1, 6, () => this.#claim(rendezvousId, endpoint)),
      release: (rendezvousId) => {
        if (this.#names.get(rendezvousId) === endpoint) this.#names.delete(rendezvousId);
      },
      dial,
      restart: (link, name) => this.#restart(endpoint, link, name, later),
    };
  }

  /** A tab is gone, and with it its socket. `later` belongs to the world: the tab cannot do this itself. */
  forget(endpoint: SimEndpoint, later: Later): void {
    later.act('signaling forgets', 0, FORGET_MS, () => {
      for (const [name, holder] of this.#names) if (holder === endpoint) this.#names.delete(name);
    });
  }

  #open(peerName: string, endpoint: SimEndpoint): Result<void, FabricFailure> {
    if (this.isDown) return err(DOWN);
    this.#names.set(peerName, endpoint);
    return ok(undefined);
  }

  #claim(name: string, endpoint: SimEndpoint): Result<'claimed' | 'taken', FabricFailure> {
    if (this.isDown) return err(DOWN);
    const holder = this.#names.get(name);
    if (holder && holder !== endpoint) return ok('taken');
    const kept = [...this.#names.values()].filter((other) => other === endpoint).length;
    if (!holder && kept >= LINK_LIMITS.namesMax) return err(TOO_MANY_NAMES);
    this.#names.set(name, endpoint);
    return ok('claimed');
  }

  /** Texts about a link that is there go through the service, if it knows the other end. */
  async #restart(
    from: SimEndpoint,
    dial: RunId,
    name: string | undefined,
    later: Later,
  ): Promise<Result<void, FabricFailure>> {
    const isTold = (): boolean => !this.isDown && name !== undefined && this.#names.has(name);
    const isAgreed = await later.answer('restarted', 5, 40, () => isTold() && from.restart(dial));
    if (isAgreed) return ok(undefined);
    return later.answer('restart gave up', MEND_LIMITS.agreeMs, 0, () => err(UNREACHABLE));
  }

  /** Offer, answer and candidates go through the service; then the two tabs open their channels. */
  async #dial(from: SimEndpoint, name: string, later: Later): Promise<Result<void, FabricFailure>> {
    const isMet = await later.answer('dialled', 5, 15, () => {
      const to = this.#names.get(name);
      return !this.isDown && to !== undefined && to !== from && from.dial(to);
    });
    if (isMet) return later.answer('channels open', 2, 10, () => ok(undefined));
    return later.answer('dial gave up', LINK_LIMITS.dialDeadlineMs, 0, () => err(UNREACHABLE));
  }
}

const TOO_MANY_DIALS = failure('capacity_exceeded', `more than ${LINK_LIMITS.dialsMax} dials are under way`);
const TOO_MANY_NAMES = failure('capacity_exceeded', `a cell keeps ${LINK_LIMITS.namesMax} names at most`);
const DOWN = failure('signaling_unreachable', 'the signaling service does not answer');
const UNREACHABLE = failure('peers_unreachable', 'nobody answered under that name');
