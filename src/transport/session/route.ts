import { LINK_LIMITS, RELAY_LIMITS, type Clock, type Timers } from '../../core/index.ts';
import { FRAME_KIND, LINK, type ChannelName, type Frame } from '../../wire/index.ts';
import type { LinkEnd, RawLink } from '../transport.ts';
import { isOfMove, Move, say, type MoveEnd } from './move.ts';
import type { Outbox } from './outbox.ts';
import { isLater, Spares, type ProvenLink } from './spares.ts';

export interface RouteDeps {
  readonly env: { readonly clock: Pick<Clock, 'nowMs'>; readonly timers: Timers };
  readonly outbox: Outbox;
  /** The former link is of no use any more: nothing that was under way on it is waited for. */
  begunAnew(): void;
  /** No link is left. */
  lost(end: LinkEnd): void;
}

/** Silence after which a link is not worth moving from. */
const STALE_MS = LINK_LIMITS.silenceMsMax / 2;

/**
 * Which of the links to one tab its session is on. There are several when both ends dial at once, when one dials again since it
 * has lost a link that the other still has, or when a direct one comes about besides one through another cell.
 * 1. Both ends end up on the latest that both have proven, in whatever order they prove them.
 * 2. Nothing is lost or overtaken where the former link still works; where it does not, the session begins anew on the other.
 * 3. No link is closed while it may be the only one that the other end has.
 */
export class Route {
  readonly #deps: RouteDeps;
  readonly #spares: Spares;
  /** Channels of each link on which the other end has said that it sends no more there. */
  readonly #marks = new WeakMap<RawLink, Set<ChannelName>>();
  /** Links on which this end sends no more, it has said. */
  readonly #ended = new WeakSet<RawLink>();
  /** Spares that the other end goes to, which this end follows to when its own move is over. */
  readonly #awaited = new WeakSet<RawLink>();
  #on: ProvenLink;
  #move: Move | undefined;
  /** Where the move goes. */
  #movingTo: ProvenLink | undefined;
  /** Whether the other end has said anything on the link that this end is on; on that or one before, since it began anew. */
  #hasHeard = false;
  #hasEverHeard = false;
  #lastHeardMs: number;

  constructor(first: ProvenLink, deps: RouteDeps) {
    this.#on = first;
    this.#deps = deps;
    this.#spares = new Spares(deps.env.timers);
    this.#lastHeardMs = deps.env.clock.nowMs();
  }

  get on(): ProvenLink {
    return this.#on;
  }

  /** When anything last arrived, on this cell's clock. */
  get lastHeardMs(): number {
    return this.#lastHeardMs;
  }

  /** Another link to the same tab has been proven. */
  offer(proven: ProvenLink): void {
    this.#spares.add(proven);
    if (isLater(proven, this.#latest)) say(proven.link, 'control', LINK.ready);
  }

  /** Something has come; what it was is not known yet. Answers whether that is news after a long silence. */
  heardAtAll(): boolean {
    const nowMs = this.#deps.env.clock.nowMs();
    const isStale = nowMs - this.#lastHeardMs > STALE_MS;
    this.#lastHeardMs = nowMs;
    return isStale;
  }

  /** A frame of one of the links. Whether it is for the session to read. */
  heard(link: RawLink, channel: ChannelName, frame: Frame, isStale: boolean): boolean {
    if (frame.kind === FRAME_KIND.event && isOfMove(frame.type)) {
      if (frame.type === LINK.ready.code) this.#heardReady(link, isStale);
      else if (frame.type === LINK.left.code) this.#heardLeft(link, isStale);
      else this.#heardMark(link, channel);
      return false;
    }
    this.#follow(link, isStale);
    this.#hasEverHeard = true;
    if (link === this.#on.link) this.#hasHeard = true;
    else if (link !== this.#movingTo?.link && link !== this.#move?.from && !this.#spares.hears(link)) return false;
    // A mark after which more comes was taken back.
    this.#marks.get(link)?.delete(channel);
    return true;
  }

  closed(link: RawLink, end: LinkEnd): void {
    if (this.#spares.take(link)) return;
    if (this.#move) this.#move.closed(link);
    else if (link === this.#on.link) this.#lose(end);
  }

  /** Gives up all links but the one it is on. */
  end(): void {
    this.#move?.cancel();
    this.#movingTo?.link.close();
    this.#spares.closeAll();
  }

  get #latest(): ProvenLink {
    return this.#movingTo ?? this.#on;
  }

  #laterSpare(link: RawLink): ProvenLink | undefined {
    const spare = this.#spares.get(link);
    return spare && isLater(spare, this.#latest) ? spare : undefined;
  }

  /** The other end has proven that link too, and is on another. */
  #heardReady(link: RawLink, isStale: boolean): void {
    // Who says so is on one that this end never had, or has no more.
    if (link === this.#on.link && !this.#move) return say(link, 'control', LINK.left);
    const spare = this.#laterSpare(link);
    if (!spare) return;
    const before = this.#movingTo;
    if (this.#move && before && !isStale) {
      if (!this.#move.turnTo(link)) return void this.#awaited.add(link);
      this.#movingTo = this.#spares.take(link);
      this.#spares.add(before);
      return;
    }
    this.#spares.take(link);
    if (isStale) this.#beginAnew(spare);
    else this.#moveTo(spare);
  }

  /** The other end has all of the link that this one leaves, or nothing but that one. */
  #heardLeft(link: RawLink, isStale: boolean): void {
    if (this.#move) this.#move.hasLeft();
    else this.#follow(link, isStale);
  }

  /** The other end sends no more on this channel of that link. */
  #heardMark(link: RawLink, channel: ChannelName): void {
    const marks = this.#marksOf(link).add(channel);
    if (link === (this.#move?.from ?? this.#on.link)) return this.#move?.look();
    if (link === this.#on.link || marks.size < 2) return;
    // This end is not there any more, or never was: nothing of it is under way.
    if (!this.#ended.has(link)) for (const each of marks) say(link, each, LINK.moved);
    this.#ended.add(link);
    marks.clear();
    say(this.#latest.link, 'control', LINK.left);
  }

  #marksOf(link: RawLink): Set<ChannelName> {
    const marks = this.#marks.get(link) ?? new Set();
    this.#marks.set(link, marks);
    return marks;
  }

  /** The other end talks on a later link than this one's, without having moved there: it never was here, or is no more. */
  #follow(link: RawLink, isStale: boolean): void {
    const isGone = this.#hasHeard || isStale;
    const isAhead = isGone && link === this.#movingTo?.link && this.#move?.isOpen === true;
    const ahead = isAhead ? this.#movingTo : this.#laterSpare(link);
    if (!ahead || this.#awaited.has(link)) return;
    this.#spares.take(link);
    if (isGone || this.#move) this.#beginAnew(ahead);
    else this.#moveTo(ahead);
  }

  /** Goes over to a link that both ends have, without losing anything. */
  #moveTo(next: ProvenLink): void {
    const { env, outbox } = this.#deps;
    this.#movingTo = next;
    this.#move = new Move({
      env,
      from: this.#on.link,
      to: next.link,
      marked: this.#marksOf(this.#on.link),
      deadlineMs: this.#hasEverHeard ? RELAY_LIMITS.moveMs : RELAY_LIMITS.blindMoveMs,
      hold: () => {
        this.#ended.add(this.#on.link);
        outbox.hold();
      },
      resume: (onto) => {
        this.#ended.delete(onto);
        if (this.#movingTo?.link === onto) {
          this.#on = this.#movingTo;
          this.#hasHeard = false;
        }
        outbox.resume(onto);
      },
      ended: (end) => this.#moved(end),
    });
  }

  #moved(end: MoveEnd): void {
    const next = this.#movingTo;
    this.#move = undefined;
    this.#movingTo = undefined;
    if (end === 'broken' && next) return this.#hasEverHeard ? this.#beginAnew(next) : this.#take(next);
    if (end === 'lost') return this.#lose('closed');
    const further = this.#spares.takeWhere(({ link }) => this.#awaited.has(link));
    if (further && isLater(further, this.#on)) this.#moveTo(further);
  }

  /** Leaves a link that nothing was ever heard on. */
  #take(next: ProvenLink): void {
    this.#on.link.close();
    this.#on = next;
    this.#deps.outbox.resume(next.link);
  }

  #lose(end: LinkEnd): void {
    const next = this.#spares.takeWhere(() => true);
    if (next) this.#beginAnew(next);
    else this.#deps.lost(end);
  }

  #beginAnew(next: ProvenLink): void {
    this.#move?.cancel();
    for (const former of [this.#on, this.#movingTo]) if (former && former !== next) former.link.close();
    this.#move = undefined;
    this.#movingTo = undefined;
    this.#on = next;
    this.#hasHeard = false;
    this.#hasEverHeard = false;
    this.#spares.deafen();
    this.#deps.outbox.restart(next.link);
    this.#deps.begunAnew();
  }
}
