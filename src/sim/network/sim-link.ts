import { WIRE_LIMITS, type Bytes, type RunId } from '../../core/index.ts';
import type { LinkListener, LinkRole, RawLink } from '../../transport/index.ts';
import type { ChannelName } from '../../wire/index.ts';
import type { Prng } from '../prng.ts';
import type { EventQueue } from '../time/index.ts';
import type { Conditions } from './conditions.ts';
import type { SimEndpoint } from './sim-network.ts';

/** A browser calls a silent connection failed after about this long. */
export const ICE_FAILED_MS = 15_000;
const WAY_MS_MIN = 0.5;
const REORDER_MS = 40;

/** What somebody who watches the network sees, frame by frame, as it is sent. */
export type FrameWatch = (from: SimEndpoint, to: SimEndpoint, channel: ChannelName, frame: Bytes) => string;

export interface LinkWorld {
  readonly queue: EventQueue;
  readonly prng: Prng;
  /** Sees every frame sent and answers what to call it in the trace. */
  readonly watch: FrameWatch;
  /** A frame was delivered twice or overtaken. */
  injected(kind: 'frameDuplicated' | 'frameReordered'): void;
  /** What losses below a reliable channel cost one frame. */
  readonly resentMs?: () => number;
}

interface Waiting {
  readonly channel: ChannelName;
  readonly frame: Bytes;
  readonly text: string;
}

/**
 * One end of a link: two reliable, ordered channels. What goes wrong below them shows as delay, as a full buffer, or as
 * the end of the link; only the raw attacks, duplicates and overtaking, break the channel's own promise.
 */
export class SimLinkEnd implements RawLink {
  readonly role: LinkRole;
  readonly home: SimEndpoint;
  readonly dial: RunId;
  readonly #world: LinkWorld;
  readonly #away: SimEndpoint;
  readonly #conditions: Conditions;
  readonly #wayMsMean: number;
  readonly #buffered: Record<ChannelName, number> = { control: 0, data: 0 };
  readonly #lastArrivalMs: Record<ChannelName, number> = { control: 0, data: 0 };
  readonly #waiting: Waiting[] = [];
  #early: Waiting[] | undefined = [];
  #peer: SimLinkEnd | undefined;
  #listener: LinkListener | undefined;
  #isClosed = false;
  #isLost = false;
  /** The way below it is gone: it was found before one of its machines got another address. */
  #isStranded = false;

  constructor(
    world: LinkWorld,
    dial: RunId,
    role: LinkRole,
    home: SimEndpoint,
    away: SimEndpoint,
    conditions: Conditions,
  ) {
    this.#world = world;
    this.dial = dial;
    this.role = role;
    this.home = home;
    this.#away = away;
    this.#conditions = conditions;
    this.#wayMsMean = world.prng.between(0.5, 12);
    conditions.whenCleared(() => this.#flush());
  }

  get localFingerprint(): Bytes {
    return this.home.fingerprint;
  }

  get remoteFingerprint(): Bytes {
    return this.#away.fingerprint;
  }

  get isOpen(): boolean {
    return !this.#isClosed;
  }

  join(peer: SimLinkEnd): void {
    this.#peer = peer;
  }

  attach(listener: LinkListener): void {
    this.#listener = listener;
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const { channel, frame } of early) listener.frame(channel, frame);
  }

  send(channel: ChannelName, frame: Bytes): void {
    if (this.#isClosed) return;
    const copy = frame.slice();
    const text = this.#world.watch(this.home, this.#away, channel, copy);
    this.#buffered[channel] += copy.length;
    if (this.#isHeld || this.#waiting.length > 0) this.#waiting.push({ channel, frame: copy, text });
    else this.#dispatch({ channel, frame: copy, text });
  }

  bufferedBytes(channel: ChannelName): number {
    const fullBytes = this.#conditions.isPressed ? WIRE_LIMITS.channelBufferedHighBytes : 0;
    return this.#buffered[channel] + fullBytes;
  }

  get #isHeld(): boolean {
    return this.#conditions.isHeld || this.#isStranded;
  }

  /** What is sent from now on waits for another way; this end's browser says so `afterMs` later, if there is none by then. */
  strand(afterMs: number): void {
    this.#isStranded = true;
    this.#world.queue.after(afterMs, 'link', this.home.place, `troubled ${this.#away.name}`, () => {
      if (this.#isStranded && !this.#isClosed) this.#listener?.troubled?.();
    });
  }

  /** Whether another way could be found now: both tabs take part in it. */
  get canRestart(): boolean {
    return !this.#isClosed && this.home.place.state === 'running' && !this.#conditions.isBlocked;
  }

  restarted(): void {
    this.#isStranded = false;
    this.#flush();
  }

  /** Closed from here: the other end hears of it, after what is under way or instead of it. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { prng } = this.#world;
    if (prng.chance(0.5)) this.#isLost = true;
    const afterMs = this.#conditions.isBlocked || this.#isStranded ? ICE_FAILED_MS : this.#wayMs();
    this.#peer?.fail(Math.max(afterMs, this.#lastArrivalMs.control - this.#world.queue.nowMs));
  }

  /** The tab died, or the way between the machines broke: this end sends no more and says nothing. */
  vanish(): void {
    this.#isClosed = true;
    this.#isLost = this.#world.prng.chance(0.5);
  }

  /** What is sent from here goes nowhere any more; neither end is told. */
  mute(): void {
    this.#isLost = true;
  }

  /** This end hears, `afterMs` from now, that the link is gone. */
  fail(afterMs: number): void {
    this.#world.queue.after(afterMs, 'link', this.home.place, `closed ${this.#away.name}`, () => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      this.#listener?.closed();
    });
  }

  #flush(): void {
    while (this.#waiting.length > 0 && !this.#isHeld) {
      const next = this.#waiting.shift();
      if (next) this.#dispatch(next);
    }
    if (this.#isClosed || !this.#listener) return;
    for (const channel of ['control', 'data'] as const) this.#drained(channel);
  }

  #dispatch(waiting: Waiting): void {
    const { queue } = this.#world;
    const { channel } = waiting;
    const wayMs = this.#wayMs();
    const arrivalMs = Math.max(queue.nowMs + wayMs, this.#lastArrivalMs[channel]);
    if (this.#conditions.reorders > 0) {
      this.#conditions.reorders--;
      this.#world.injected('frameReordered');
      this.#carry(waiting, wayMs + REORDER_MS);
    } else {
      this.#lastArrivalMs[channel] = arrivalMs;
      this.#carry(waiting, arrivalMs - queue.nowMs);
    }
    if (this.#conditions.duplicates === 0) return;
    this.#conditions.duplicates--;
    this.#world.injected('frameDuplicated');
    this.#buffered[channel] += waiting.frame.length;
    this.#carry({ ...waiting, text: `${waiting.text} again` }, wayMs * 2);
  }

  #carry(waiting: Waiting, delayMs: number): void {
    const { channel, frame, text } = waiting;
    this.#world.queue.after(delayMs, 'frame', this.#away.place, text, () => {
      const beforeBytes = this.#buffered[channel];
      this.#buffered[channel] -= frame.length;
      const low = WIRE_LIMITS.channelBufferedLowBytes;
      if (beforeBytes > low && this.#buffered[channel] <= low) this.#drained(channel);
      if (!this.#isLost) this.#peer?.receive(waiting);
    });
  }

  receive(waiting: Waiting): void {
    if (this.#isClosed) return;
    if (this.#early) this.#early.push(waiting);
    else this.#listener?.frame(waiting.channel, waiting.frame);
  }

  #drained(channel: ChannelName): void {
    this.#world.queue.after(0, 'link', this.home.place, `drained ${this.#away.name}`, () => {
      if (!this.#isClosed) this.#listener?.drained(channel);
    });
  }

  #wayMs(): number {
    const { prng, resentMs } = this.#world;
    const lostMs = resentMs?.() ?? 0;
    return WAY_MS_MIN + prng.exponential(this.#wayMsMean) + this.#conditions.extraDelayMs + lostMs;
  }
}
