import { ok, type FabricFailure, type Result, type RunId } from '../../../core/index.ts';
import type { Meeting } from '../../../membership/index.ts';
import type { LocalDoor } from './local-door.ts';
import type { PeerDoor } from './peer-server/index.ts';
import type { SignalingDoor } from './signaling-door.ts';

type Done = Result<void, FabricFailure>;

/** How the tabs of this browser find each other beside the service. */
export interface Beside {
  readonly door: LocalDoor;
  /** The name under which one of them is met. */
  readonly meetingPoint: string;
  /** Whether a tab may be met there before it is a member: where nobody has to be let in. */
  readonly isOpen: boolean;
}

/**
 * A PeerServer, and a shorter way to tabs of the same browser: who finds one of those needs nothing of the service to get in,
 * and dials of such tabs go past it. The service is there for everybody else, and meanwhile opens by itself.
 */
export class BesideDoor implements SignalingDoor {
  readonly #far: PeerDoor;
  readonly #beside: Beside;
  /** Whether a tab of this browser was found, once that was looked for. */
  #found: Promise<boolean> | undefined;

  constructor(far: PeerDoor, beside: Beside) {
    this.#far = far;
    this.#beside = beside;
  }

  /** Open as soon as the service is, or somebody is found without it. */
  async open(): Promise<Done> {
    void this.#beside.door.open();
    const opened = this.#far.open();
    const isFound = new Promise<Done>((resolve) => {
      queueMicrotask(() => void this.#found?.then((found) => found && resolve(ok(undefined))));
    });
    const first = await Promise.race([opened, isFound]);
    return first.ok || (await this.#found) !== true ? first : ok(undefined);
  }

  async meet(rendezvousIds: readonly string[]): Promise<Result<Meeting, FabricFailure>> {
    this.#found = this.#isSomebodyThere();
    if (!(await this.#found)) return this.#far.meet(rendezvousIds);
    return ok({ taken: [this.#beside.meetingPoint], isWhole: false });
  }

  claim(rendezvousId: string): Promise<Result<'claimed' | 'taken', FabricFailure>> {
    return this.#far.claim(rendezvousId);
  }

  release(rendezvousId: string): void {
    this.#far.release(rendezvousId);
  }

  keptElsewhere(rendezvousIds: readonly string[]): void {
    this.#far.keptElsewhere(rendezvousIds);
  }

  async dial(name: string): Promise<Done> {
    const { door, meetingPoint } = this.#beside;
    if (name === meetingPoint) return door.dial(name, this.#far.takeEarly());
    if (!(await door.isKept(name))) return this.#far.dial(name);
    const dialled = await door.dial(name);
    return dialled.ok ? dialled : this.#far.dial(name);
  }

  say(name: string, dial: RunId, text: string): void {
    const { door } = this.#beside;
    void door.isKept(name).then((isHere) => (isHere ? door : this.#far).say(name, dial, text));
  }

  networkChanged(): void {
    this.#far.networkChanged();
  }

  /** This tab is a member now: others may meet it when whoever they meet before is gone. */
  joined(): void {
    this.#beside.door.inherit(this.#beside.meetingPoint);
  }

  close(): void {
    this.#far.close();
    this.#beside.door.close();
  }

  /** Whoever comes first is met by those after it, at once where all may come in. */
  async #isSomebodyThere(): Promise<boolean> {
    const { door, meetingPoint, isOpen } = this.#beside;
    if (!isOpen) return door.isKept(meetingPoint);
    const claimed = await door.claim(meetingPoint);
    return claimed.ok && claimed.value === 'taken';
  }
}
