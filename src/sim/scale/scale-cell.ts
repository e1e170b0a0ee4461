import { LINK_LIMITS, type CellId, type Env } from '../../core/index.ts';
import { Joiner, Roster } from '../../membership/index.ts';
import { Switchboard } from '../../transport/index.ts';
import type { SimEndpoint, SimNetwork } from '../network/index.ts';
import type { SimKeyring, SimSignalingHub } from '../ports/index.ts';
import type { Prng } from '../prng.ts';
import { Later, SimClock, SimTimers, type EventQueue, type TimerHost } from '../time/index.ts';

export interface ScaleWorld {
  readonly queue: EventQueue;
  readonly network: SimNetwork;
  readonly hub: SimSignalingHub;
  readonly keyring: SimKeyring;
  /** For what outlives a cell. */
  readonly later: Later;
  /** The chance that a dial comes to nothing. */
  readonly loss: number;
  departed(at: ScaleCell, cell: CellId): void;
}

const DRIFT = 50e-6;
const MIB = 1024 * 1024;
export const FABRIC = { helloKey: new Uint8Array(32).fill(7), rendezvousIds: ['r0', 'r1', 'r2'] } as const;

/** A cell that lends nothing and runs nothing: the switchboard, the roster and the joiner of every cell, and no more. */
export class ScaleCell implements TimerHost {
  readonly name: string;
  readonly isHidden = false;
  readonly board: Switchboard;
  readonly roster: Roster;
  readonly endpoint: SimEndpoint;
  state: 'running' | 'gone' = 'running';
  joinedAfterMs: number | undefined;
  joinFailures = 0;
  readonly #world: ScaleWorld;
  readonly #joiner: Joiner;
  readonly #env: Env;

  constructor(world: ScaleWorld, index: number, prng: Prng) {
    const { queue, network, hub, keyring, loss } = world;
    this.#world = world;
    this.name = `c${index}`;
    const clock = new SimClock(queue, prng.between(0, 1_000_000), 1 + prng.between(-DRIFT, DRIFT));
    const timers = new SimTimers(queue, clock, prng.split('timers'), this);
    const env = { clock, timers, random: prng.split('random'), log: { write: () => undefined } };
    const later = new Later(queue, this, prng.split('ports'));
    this.#env = env;
    this.endpoint = network.endpoint(this);
    const signer = keyring.signer(keyring.create(prng.split('key')), later);
    this.board = new Switchboard(env, this.endpoint, { helloKey: FABRIC.helloKey, signer, session: prng.bytes(8) });
    const { board, name } = this;
    const changed = (): void => undefined;
    const capacity = { slotsTotal: 4, slotsFree: 4, memoryBytesTotal: 1024 * MIB, memoryBytesFree: 1024 * MIB };
    this.roster = new Roster({
      env,
      board,
      changed,
      introduced: changed,
      departed: (cell) => world.departed(this, cell),
      describe: () => {
        const slot = this.#joiner.slot;
        return { name, ...capacity, isVisible: true, peerName: name, ...(slot === undefined ? {} : { slot }) };
      },
    });
    const door = hub.door(name, this.endpoint, later);
    const lost = prng.split('dials');
    const { rendezvousIds } = FABRIC;
    const signaling = {
      ...door,
      // A dial that is lost goes where nobody is, and takes as long as that does.
      dial: (to: string) => door.dial(lost.chance(loss) ? 'nobody' : to),
    };
    this.#joiner = new Joiner({ env, board, roster: this.roster, signaling, rendezvousIds, changed });
  }

  hold(): void {
    // It is never frozen.
  }

  /** Joins, and tries again as a person would. */
  async open(): Promise<void> {
    const openedAtMs = this.#env.clock.nowMs();
    this.#beat();
    for (;;) {
      const joined = await this.#joiner.join();
      if (joined.ok) break;
      this.joinFailures++;
      await new Promise<void>((resolve) => void this.#env.timers.after(1_000, resolve));
    }
    this.joinedAfterMs = this.#env.clock.nowMs() - openedAtMs;
  }

  /** Closed by its user: says goodbye. */
  close(): void {
    this.#joiner.close();
    this.roster.close();
    this.board.close();
    this.vanish();
  }

  /** Gone without a word. */
  vanish(): void {
    this.state = 'gone';
    const { network, hub, later } = this.#world;
    network.vanish(this.endpoint);
    hub.forget(this.endpoint, later);
  }

  #beat(): void {
    this.board.tick();
    this.#env.timers.after(LINK_LIMITS.heartbeatMs, () => this.#beat());
  }
}
