import { STEWARD_LIMITS, type Bytes, type CellId, type Clock } from '../core/index.ts';
import type { PolicyMessage, StewardProof } from '../wire/index.ts';
import type { Hello } from './hello.ts';
import type { PeerIdentity } from './identity.ts';
import type { LinkRole } from './transport.ts';

/** Why a cell that has proven the key may still not come in. */
export type Unwelcome = 'evicted' | 'not_admitted' | 'capacity_exceeded';

/** What a cell says of itself while it waits. */
export interface Newcomer {
  readonly name: string;
  /** The steward's word that this cell is its own. */
  readonly warrant?: StewardProof;
  /** The policy it keeps to, where that is newer than the one it is kept out by. */
  readonly policy?: PolicyMessage;
}

/** How it stands where a cell waits. */
export interface Standing {
  /** Whether it waits at a member; else at a newcomer that does not know yet what it is. */
  readonly isMember: boolean;
  /** Whether somebody is here who could let others in. */
  readonly isStewardHere: boolean;
  /** Version of the policy that is kept to there; 0 for none. */
  readonly policy: number;
}

/** Decides who of those that hold the key comes in. `role` is this end's. */
export interface Gatekeeper {
  welcome(cell: CellId, role: LinkRole): 'member' | 'waiting' | Unwelcome;
  /** A waiting cell has said who it is. */
  introduced(cell: CellId, said: Newcomer): void;
  /** What this cell says of itself where it has to wait. */
  introduction(at: Standing): Newcomer;
  /** What a waiting cell is told. */
  standing(): Standing;
}

/** Who decides about the other end, and where it or this end waits meanwhile. */
export interface HelloGate extends Gatekeeper {
  /** The other end is to wait here. False when there is no room. */
  held(hello: Hello, peer: PeerIdentity): boolean;
  /** This cell is to wait at the other end. */
  waits(at: CellId, standing: Standing): void;
}

export const OPEN_GATE: Gatekeeper = {
  welcome: () => 'member',
  introduced: () => undefined,
  introduction: () => ({ name: '' }),
  standing: () => ({ isMember: true, isStewardHere: false, policy: 0 }),
};

/** A proven cell that waits here to be let in. */
export interface WaitingCell {
  readonly cell: CellId;
  readonly session: Bytes;
  readonly name: string;
  readonly sinceMs: number;
  /** This end's, of the link at which it waits. */
  readonly role: LinkRole;
}

interface Place {
  readonly role: LinkRole;
  readonly hello: Hello;
  readonly peer: PeerIdentity;
  readonly sinceMs: number;
  name: string;
}

/** The links of those who wait: one a cell, bounded, and so is how many come. They are sent nothing but hello messages. */
export class Lobby {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #changed: () => void;
  readonly #places = new Map<CellId, Place>();
  #knocks = 0;
  #windowEndsAtMs = 0;

  constructor(clock: Pick<Clock, 'nowMs'>, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  get size(): number {
    return this.#places.size;
  }

  waiting(): readonly WaitingCell[] {
    return [...this.#places].map(([cell, { peer, name, sinceMs, role }]) => ({
      ...{ cell, name, sinceMs, role },
      session: peer.session,
    }));
  }

  /** Gives a cell a place; its earlier link loses it. False when there is none. */
  enter(hello: Hello, peer: PeerIdentity, role: LinkRole): boolean {
    const nowMs = this.#clock.nowMs();
    if (nowMs >= this.#windowEndsAtMs) {
      this.#knocks = 0;
      this.#windowEndsAtMs = nowMs + STEWARD_LIMITS.knocksWithinMs;
    }
    const before = this.#places.get(peer.cell);
    const isFull = !before && this.#places.size >= STEWARD_LIMITS.waitingMax;
    if (isFull || ++this.#knocks > STEWARD_LIMITS.knocksMax) return false;
    this.#places.set(peer.cell, { hello, peer, role, sinceMs: before?.sinceMs ?? nowMs, name: before?.name ?? '' });
    before?.hello.closed();
    this.#changed();
    return true;
  }

  named(cell: CellId, name: string): void {
    const place = this.#places.get(cell);
    if (!place || place.name === name) return;
    place.name = name;
    this.#changed();
  }

  leave(hello: Hello): void {
    for (const [cell, place] of this.#places) {
      if (place.hello !== hello) continue;
      this.#places.delete(cell);
      this.#changed();
    }
  }

  /** Asks again of each whether it may come in. */
  judge(): void {
    for (const { hello } of [...this.#places.values()]) hello.judge();
  }
}
