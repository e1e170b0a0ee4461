import { type Env, type Timer } from '../../core/index.ts';
import { encodeFrame, FRAME_KIND, LINK, type ChannelName, type EventType } from '../../wire/index.ts';
import type { RawLink } from '../transport.ts';

/** `kept`: the session stays where it is; `broken`: the old link ended half-way; `lost`: the new one did. */
export type MoveEnd = 'done' | 'kept' | 'broken' | 'lost';

export interface MoveDeps {
  readonly env: Pick<Env, 'timers'>;
  readonly from: RawLink;
  readonly to: RawLink;
  /** Channels of the old link whose end has come; it is added to, and `look` is called then. */
  readonly marked: ReadonlySet<ChannelName>;
  readonly deadlineMs: number;
  /** Sends nothing more until `resume`. */
  hold(): void;
  resume(link: RawLink): void;
  ended(end: MoveEnd): void;
}

/**
 * Moves a session from its link to a later one that both ends have (PROTOCOL.md §3), each way for itself:
 * a sender ends the old link with a mark on each channel, and sends on over the new one when the other end has said that it got
 * there. So nothing is lost, doubled or overtaken, and no more than one round trip waits.
 */
export class Move {
  #to: RawLink;
  readonly #deps: MoveDeps;
  readonly #deadline: Timer;
  /** The other end has all of the old link; this end has. */
  #hasResumed = false;
  #hasAll = false;
  #isOver = false;

  constructor(deps: MoveDeps) {
    this.#deps = deps;
    this.#to = deps.to;
    this.#deadline = deps.env.timers.after(deps.deadlineMs, () => this.#end(this.#hasAll ? 'lost' : 'broken'));
    deps.hold();
    for (const channel of ['control', 'data'] as const) say(deps.from, channel, LINK.moved);
    this.look();
  }

  /** Whether neither end knows yet that the other has all of the old link. */
  get isOpen(): boolean {
    return !this.#hasAll && !this.#hasResumed;
  }

  /** Goes to another link instead, as the other end will. False when it is too late for that. */
  turnTo(link: RawLink): boolean {
    if (!this.#hasResumed) this.#to = link;
    return !this.#hasResumed;
  }

  get from(): RawLink {
    return this.#deps.from;
  }

  /** The other end has all of the old link. */
  hasLeft(): void {
    if (this.#hasResumed) return;
    this.#hasResumed = true;
    this.#deps.resume(this.#to);
    this.look();
  }

  /** To be called when a mark has come. */
  look(): void {
    if (!this.#hasAll && this.#deps.marked.size === 2) {
      this.#hasAll = true;
      say(this.#to, 'control', LINK.left);
    }
    if (this.#hasResumed && this.#hasAll) this.#end('done');
  }

  closed(link: RawLink): void {
    if (link === this.#to) return this.#end(this.#hasResumed ? 'lost' : 'kept');
    // The other end closes it when it has everything, which it may still be about to say.
    if (link === this.#deps.from && !this.#hasAll) this.#end('broken');
  }

  /** Stops, and leaves both links as they are. */
  cancel(): void {
    this.#isOver = true;
    this.#deadline.cancel();
  }

  #end(end: MoveEnd): void {
    if (this.#isOver) return;
    this.cancel();
    const { from } = this.#deps;
    if (end === 'done') from.close();
    if (end === 'kept') this.#deps.resume(from);
    if (end === 'kept' || end === 'lost') this.#to.close();
    this.#deps.ended(end);
  }
}

/** Whether a message of that code belongs to a move. */
export function isOfMove(code: number): boolean {
  return Object.values(LINK).some((type) => type.code === code);
}

export function say(link: RawLink, channel: ChannelName, type: EventType<Record<string, never>>): void {
  link.send(channel, encodeFrame({ kind: FRAME_KIND.event, type: type.code, id: 0, payload: type.write({}) }));
}
