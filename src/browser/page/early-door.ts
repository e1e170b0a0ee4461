import type { FabricFailure, Result, RunId } from '../../core/index.ts';
import { knockOrder, type Meeting } from '../../membership/index.ts';
import type { SignalingDoor } from './signaling/index.ts';

type Met = Result<Meeting, FabricFailure>;
type Done = Result<void, FabricFailure>;
interface Knocked {
  readonly name: string;
  readonly dialled: Promise<Done>;
}

/**
 * A door that begins what every join begins with while the cell's worker is still starting: it opens, looks whom it can
 * meet, and dials the one that this newcomer knocks at first. Each of these is the answer to the first question for it;
 * whatever is asked after that goes to the door behind.
 */
export class EarlyDoor implements SignalingDoor {
  readonly #door: SignalingDoor;
  #opened: Promise<Done> | undefined;
  #met: Promise<Met> | undefined;
  #knocked: Promise<Knocked | undefined>;
  #isClosed = false;

  /** `rendezvousIds` takes a moment to say, in which the door opens. */
  constructor(door: SignalingDoor, peerName: string, rendezvousIds: () => readonly string[]) {
    this.#door = door;
    this.#opened = door.open();
    this.#met = door.meet(rendezvousIds());
    this.#knocked = this.#knock(peerName, this.#opened, this.#met);
  }

  open(): Promise<Done> {
    const opened = this.#opened ?? this.#door.open();
    this.#opened = undefined;
    return opened;
  }

  meet(rendezvousIds: readonly string[]): Promise<Met> {
    const met = this.#met ?? this.#door.meet(rendezvousIds);
    this.#met = undefined;
    return met;
  }

  claim(rendezvousId: string): Promise<Result<'claimed' | 'taken', FabricFailure>> {
    return this.#door.claim(rendezvousId);
  }

  release(rendezvousId: string): void {
    this.#door.release(rendezvousId);
  }

  keptElsewhere(rendezvousIds: readonly string[]): void {
    this.#door.keptElsewhere?.(rendezvousIds);
  }

  async dial(name: string): Promise<Done> {
    const knocked = await this.#knocked;
    if (knocked?.name !== name) return this.#door.dial(name);
    this.#knocked = Promise.resolve(undefined);
    return knocked.dialled;
  }

  say(name: string, dial: RunId, text: string): void {
    this.#door.say(name, dial, text);
  }

  networkChanged(): void {
    this.#door.networkChanged?.();
  }

  close(): void {
    this.#isClosed = true;
    this.#door.close();
  }

  async #knock(peerName: string, opened: Promise<Done>, meeting: Promise<Met>): Promise<Knocked | undefined> {
    const met = await meeting;
    const [name] = met.ok ? knockOrder(peerName, met.value.taken) : [];
    if (name === undefined || !(await opened).ok || this.#isClosed) return undefined;
    return { name, dialled: this.#door.dial(name) };
  }
}
