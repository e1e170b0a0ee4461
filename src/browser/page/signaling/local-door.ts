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
import type { EarlyDial, Offers } from './offers/index.ts';
import type { Meeting } from '../../../membership/index.ts';
import { claimEach, TOO_MANY_DIALS, TOO_MANY_NAMES, type SignalingDoor } from './signaling-door.ts';

/** The address that stands for no service at all: tabs of this browser find each other themselves. */
export const LOCAL_SIGNALING = 'local:';

const letter = v.strictObject({ from: v.string(), dial: v.string(), text: v.string() });
type Letter = v.InferOutput<typeof letter>;

/** A name that this tab has. */
interface Kept {
  readonly channel: BroadcastChannel;
  release(): void;
}

/** Channels to other tabs that are kept open, the one used longest ago making room. */
const CHANNELS_MAX = 32;
/** Letters kept for a name that is only just claimed. */
const EARLY_MAX = 32;

/**
 * Signaling between tabs of one browser profile, with no server and no network: a name is a Web Lock, so it is free again
 * the moment its tab is gone, and offers travel over a BroadcastChannel for each name, which nobody outside the fabric can guess.
 */
export class LocalDoor implements SignalingDoor {
  readonly #name: string;
  readonly #fabric: string;
  readonly #offers: Offers;
  readonly #random: Random;
  readonly #names = new Map<string, Kept>();
  readonly #channels = new Map<string, BroadcastChannel>();
  /** Ends waiting for names when this tab leaves. */
  readonly #left = new AbortController();
  #claiming = 0;
  #dialling = 0;

  constructor(name: string, fabric: string, offers: Offers, random: Random) {
    this.#name = name;
    this.#fabric = fabric;
    this.#offers = offers;
    this.#random = random;
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
    return this.#lock(name, { ifAvailable: true }).finally(() => this.#claiming--);
  }

  /** Has a name as soon as whoever has it, and waits for it longer, is gone. */
  inherit(name: string): void {
    if (!this.#names.has(name)) void this.#lock(name, { signal: this.#left.signal });
  }

  /** Whether some tab of this browser has this name. */
  async isKept(name: string): Promise<boolean> {
    const { held = [] } = await navigator.locks.query();
    return held.some((lock) => lock.name === lockOf(name));
  }

  release(name: string): void {
    const kept = this.#names.get(name);
    this.#names.delete(name);
    kept?.channel.close();
    kept?.release();
  }

  /** With `early`, to somebody who was found there just now. */
  async dial(name: string, early?: EarlyDial): Promise<Result<void, FabricFailure>> {
    if (this.#dialling >= LINK_LIMITS.dialsMax) return err(TOO_MANY_DIALS);
    this.#dialling++;
    try {
      const isThere = early !== undefined || (await this.isKept(name));
      if (!isThere) return err(failure('peers_unreachable', 'nobody is under that name any more'));
      const dial = early?.dial ?? freshId(this.#random, isRunId);
      const say = (text: string): void => this.#post(name, { from: this.#name, dial, text });
      early?.answeredBy(name, say, false);
      return await (early?.ended ?? this.#offers.dial(dial, say));
    } finally {
      this.#dialling--;
    }
  }

  say(name: string, dial: RunId, text: string): void {
    this.#post(name, { from: this.#name, dial, text });
  }

  close(): void {
    this.#left.abort();
    for (const name of [...this.#names.keys()]) this.release(name);
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
  }

  #lock(name: string, options: LockOptions): Promise<Result<'claimed' | 'taken', FabricFailure>> {
    // Others may see that the name is taken, and call, before this tab hears that it has it.
    const early: unknown[] = [];
    const channel = new BroadcastChannel(this.#channelOf(name));
    channel.onmessage = ({ data }: MessageEvent<unknown>) => early.length < EARLY_MAX && early.push(data);
    return new Promise((resolve) => {
      navigator.locks
        .request(lockOf(name), options, (lock) => {
          if (!lock || this.#left.signal.aborted) {
            channel.close();
            return resolve(ok('taken'));
          }
          return new Promise<void>((release) => {
            this.#names.set(name, { channel, release });
            channel.onmessage = ({ data }: MessageEvent<unknown>) => this.#heard(name, data);
            if (options.ifAvailable === true) for (const data of early) this.#heard(name, data);
            resolve(ok('claimed'));
          });
        })
        .catch(() => {
          channel.close();
          resolve(err(failure('signaling_unreachable', 'this browser offers no locks to its tabs')));
        });
    });
  }

  #heard(name: string, data: unknown): void {
    const read = v.safeParse(letter, data);
    if (!read.success) return;
    const { from, dial, text } = read.output;
    void this.#offers.received(dial, text, (answer) => this.#post(from, { from: name, dial, text: answer }));
  }

  #post(to: string, message: Letter): void {
    // Texts of a dial may still come when this tab has left.
    if (this.#left.signal.aborted) return;
    const channel = this.#channels.get(to) ?? new BroadcastChannel(this.#channelOf(to));
    this.#channels.delete(to);
    this.#channels.set(to, channel);
    channel.postMessage(message);
    const [oldest] = this.#channels;
    if (this.#channels.size <= CHANNELS_MAX || !oldest) return;
    this.#channels.delete(oldest[0]);
    oldest[1].close();
  }

  #channelOf(name: string): string {
    return `grafos-web/${this.#fabric}/${name}`;
  }
}

function lockOf(name: string): string {
  return `grafos-web/name/${name}`;
}
