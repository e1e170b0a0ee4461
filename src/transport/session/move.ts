import { RELAY_LIMITS, type Env, type Timer } from '../../core/index.ts';
import { encodeFrame, FRAME_KIND, LINK, type ChannelName, type EventType } from '../../wire/index.ts';
import type { RawLink } from '../transport.ts';

/** `kept`: the session stays where it is; `lost`: something may not have come through. */
export type MoveEnd = 'done' | 'kept' | 'lost';

export interface MoveDeps {
  readonly env: Pick<Env, 'timers'>;
  readonly from: RawLink;
  readonly to: RawLink;
  /** Sends nothing more until `resume`. */
  hold(): void;
  resume(link: RawLink): void;
  ended(end: MoveEnd): void;
}

/**
 * Moves a session from its link to a better one (PROTOCOL.md §3), each way for itself:
 * once both ends have the new link, a sender ends the old one with a mark on each channel, and sends on over the new one when
 * the other end has said that it got there. So nothing is lost, doubled or overtaken, and no more than one round trip waits.
 */
export class Move {
  readonly to: RawLink;
  readonly #deps: MoveDeps;
  readonly #marked = new Set<ChannelName>();
  #deadline: Timer;
  #isHolding = false;
  /** The other end has all of the old link; this end has. */
  #hasResumed = false;
  #hasAll = false;
  #isOver = false;

  constructor(deps: MoveDeps) {
    this.#deps = deps;
    this.to = deps.to;
    this.#deadline = deps.env.timers.after(RELAY_LIMITS.readyMs, () => this.#end('kept'));
    say(deps.to, 'control', LINK.ready);
  }

  /** What the other end says on one of the two links. */
  heard(link: RawLink, channel: ChannelName, code: number): void {
    if (this.#isOver) return;
    const { from, to } = this.#deps;
    if (link === to && code === LINK.ready.code) this.#leave();
    else if (link === from && code === LINK.moved.code) this.#mark(channel);
    else if (link === to && code === LINK.left.code && this.#isHolding) this.#resume();
  }

  closed(link: RawLink): void {
    if (this.#isOver) return;
    if (link === this.#deps.to) return this.#end(this.#hasResumed ? 'lost' : 'kept');
    // The other end closes it when it has everything, which it may still be about to say.
    if (!this.#hasAll || !this.#isHolding) this.#end('lost');
  }

  /** The session has ended. */
  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#deadline.cancel();
    this.#deps.to.close();
  }

  #leave(): void {
    if (this.#isHolding) return;
    this.#isHolding = true;
    this.#deps.hold();
    for (const channel of ['control', 'data'] as const) say(this.#deps.from, channel, LINK.moved);
    this.#deadline.cancel();
    this.#deadline = this.#deps.env.timers.after(RELAY_LIMITS.moveMs, () => this.#end('lost'));
  }

  #mark(channel: ChannelName): void {
    this.#marked.add(channel);
    if (this.#marked.size < 2 || this.#hasAll) return;
    this.#hasAll = true;
    say(this.#deps.to, 'control', LINK.left);
    this.#look();
  }

  #resume(): void {
    if (this.#hasResumed) return;
    this.#hasResumed = true;
    this.#deps.resume(this.#deps.to);
    this.#look();
  }

  #look(): void {
    if (this.#hasResumed && this.#hasAll) this.#end('done');
  }

  #end(end: MoveEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#deadline.cancel();
    const { from, to } = this.#deps;
    if (end === 'done') from.close();
    else to.close();
    if (end === 'kept' && this.#isHolding) this.#deps.resume(from);
    this.#deps.ended(end);
  }
}

/** Whether a message of that code belongs to a move. */
export function isOfMove(code: number): boolean {
  return Object.values(LINK).some((type) => type.code === code);
}

function say(link: RawLink, channel: ChannelName, type: EventType<Record<string, never>>): void {
  link.send(channel, encodeFrame({ kind: FRAME_KIND.event, type: type.code, id: 0, payload: type.write({}) }));
}
