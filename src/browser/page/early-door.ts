import type { FabricFailure, Result } from '../../core/index.ts';
import { knockOrder } from '../../membership/index.ts';
import type { SignalingDoor } from './signaling/index.ts';

type Claim = Result<'claimed' | 'taken', FabricFailure>;
type Done = Result<void, FabricFailure>;

/**
 * A door that begins what every join begins with while the cell's worker is still starting: it opens, claims the meeting
 * points, and dials the one that this newcomer knocks at first. Each of these is the answer to the first question for it;
 * whatever is asked after that goes to the door behind.
 */
export class EarlyDoor implements SignalingDoor {
  readonly #door: SignalingDoor;
  readonly #claims: Map<string, Promise<Claim>>;
  #opened: Promise<Done> | undefined;
  #knocked: Promise<{ readonly name: string; readonly dialled: Promise<Done> } | undefined>;
  #isClosed = false;

  constructor(door: SignalingDoor, peerName: string, rendezvousIds: readonly string[]) {
    this.#door = door;
    this.#opened = door.open();
    this.#claims = new Map(rendezvousIds.map((rendezvousId) => [rendezvousId, door.claim(rendezvousId)]));
    this.#knocked = this.#knock(peerName, this.#opened, [...this.#claims]);
  }

  open(): Promise<Done> {
    const opened = this.#opened ?? this.#door.open();
    this.#opened = undefined;
    return opened;
  }

  claim(rendezvousId: string): Promise<Claim> {
    const claimed = this.#claims.get(rendezvousId) ?? this.#door.claim(rendezvousId);
    this.#claims.delete(rendezvousId);
    return claimed;
  }

  release(rendezvousId: string): void {
    this.#door.release(rendezvousId);
  }

  async dial(name: string): Promise<Done> {
    const knocked = await this.#knocked;
    if (knocked?.name !== name) return this.#door.dial(name);
    this.#knocked = Promise.resolve(undefined);
    return knocked.dialled;
  }

  close(): void {
    this.#isClosed = true;
    this.#door.close();
  }

  async #knock(
    peerName: string,
    opened: Promise<Done>,
    claims: readonly (readonly [string, Promise<Claim>])[],
  ): Promise<{ readonly name: string; readonly dialled: Promise<Done> } | undefined> {
    const taken: string[] = [];
    for (const [rendezvousId, claimed] of claims) {
      const claim = await claimed;
      if (claim.ok && claim.value === 'taken') taken.push(rendezvousId);
    }
    const [name] = knockOrder(peerName, taken);
    if (name === undefined || !(await opened).ok || this.#isClosed) return undefined;
    return { name, dialled: this.#door.dial(name) };
  }
}
