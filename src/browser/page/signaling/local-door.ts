import * as v from 'valibot';
import {
  err,
  failure,
  freshId,
  isRunId,
  LINK_LIMITS,
  ok,
  type FabricFailure,
  type Random,
  type Result,
  type RunId,
} from '../../../core/index.ts';
import type { Offers } from './offers.ts';
import type { Meeting } from '../../../membership/index.ts';
import { claimEach, TOO_MANY_DIALS, TOO_MANY_NAMES, type SignalingDoor } from './signaling-door.ts';

/** The address that stands for no service at all: tabs of this browser find each other themselves. */
export const LOCAL_SIGNALING = 'local:';

const letter = v.strictObject({ to: v.string(), from: v.string(), dial: v.string(), text: v.string() });
type Letter = v.InferOutput<typeof letter>;

/**
 * Signaling between tabs of one browser profile, with no server and no network: a name is a Web Lock, so it is free again
 * the moment its tab is gone, and offers travel over a BroadcastChannel whose name nobody outside the fabric can guess.
 */
export class LocalDoor implements SignalingDoor {
  readonly #name: string;
  readonly #offers: Offers;
  readonly #random: Random;
  readonly #channel: BroadcastChannel;
  /** How to give each name back. */
  readonly #names = new Map<string, () => void>();
  #claiming = 0;
  #dialling = 0;

  constructor(name: string, fabric: string, offers: Offers, random: Random) {
    this.#name = name;
    this.#offers = offers;
    this.#random = random;
    this.#channel = new BroadcastChannel(`grafos-web/${fabric}`);
    this.#channel.onmessage = (event: MessageEvent<unknown>) => this.#received(event.data);
  }

  async open(): Promise<Result<void, FabricFailure>> {
    const claimed = await this.claim(this.#name);
    return claimed.ok ? ok(undefined) : claimed;
  }

  meet(names: readonly string[]): Promise<Result<Meeting, FabricFailure>> {
    return claimEach(this, names);
  }

  claim(name: string): Promise<Result<'claimed' | 'taken', FabricFailure>> {
    if (this.#names.has(name)) return Promise.resolve(ok('claimed'));
    if (this.#names.size + this.#claiming >= LINK_LIMITS.namesMax) return Promise.resolve(err(TOO_MANY_NAMES));
    this.#claiming++;
    return new Promise<Result<'claimed' | 'taken', FabricFailure>>((resolve) => {
      navigator.locks
        .request(lockOf(name), { ifAvailable: true }, (lock) => {
          if (!lock) return resolve(ok('taken'));
          return new Promise<void>((release) => {
            this.#names.set(name, release);
            resolve(ok('claimed'));
          });
        })
        .catch(() => resolve(err(failure('signaling_unreachable', 'this browser offers no locks to its tabs'))));
    }).finally(() => this.#claiming--);
  }

  release(name: string): void {
    this.#names.get(name)?.();
    this.#names.delete(name);
  }

  async dial(name: string): Promise<Result<void, FabricFailure>> {
    if (this.#dialling >= LINK_LIMITS.dialsMax) return err(TOO_MANY_DIALS);
    this.#dialling++;
    try {
      return await this.#dialled(name);
    } finally {
      this.#dialling--;
    }
  }

  say(name: string, dial: RunId, text: string): void {
    this.#post({ to: name, from: this.#name, dial, text });
  }

  close(): void {
    for (const release of this.#names.values()) release();
    this.#names.clear();
    this.#channel.close();
  }

  async #dialled(name: string): Promise<Result<void, FabricFailure>> {
    const { held = [] } = await navigator.locks.query();
    if (!held.some((lock) => lock.name === lockOf(name))) {
      return err(failure('peers_unreachable', 'nobody is under that name any more'));
    }
    const dial = freshId(this.#random, isRunId);
    return this.#offers.dial(dial, (text) => this.#post({ to: name, from: this.#name, dial, text }));
  }

  #received(data: unknown): void {
    const read = v.safeParse(letter, data);
    if (!read.success || !this.#names.has(read.output.to)) return;
    const { to, from, dial, text } = read.output;
    void this.#offers.received(dial, text, (answer) => this.#post({ to: from, from: to, dial, text: answer }));
  }

  #post(message: Letter): void {
    // Texts of a dial may still come when this tab has left.
    if (this.#names.size > 0) this.#channel.postMessage(message);
  }
}

function lockOf(name: string): string {
  return `grafos-web/name/${name}`;
}
