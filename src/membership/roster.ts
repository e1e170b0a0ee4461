import { LINK_LIMITS, type CellId, type Env, type Timer } from '../core/index.ts';
import type { SessionEnd, Switchboard } from '../transport/index.ts';
import { EVENT, REQUEST, type Announcement } from '../wire/index.ts';
import { Beliefs, type Entry } from './swim/index.ts';

/** What is known of one other cell. */
export interface Member {
  readonly cell: CellId;
  readonly announcement: Announcement | undefined;
  /** `suspect`: silent for more than half the bound, or doubted; `gone`: kept a moment for people to see. */
  readonly state: 'alive' | 'suspect' | 'gone';
  readonly roundTripMs: number | undefined;
  readonly end: SessionEnd | undefined;
}

/** What a cell says of itself, but for the numbers. */
export type Description = Omit<Announcement, 'sequence' | 'incarnation'>;

export interface RosterDeps {
  readonly env: Env;
  readonly board: Switchboard;
  readonly describe: () => Description;
  /** Cells of which nothing is to be heard. */
  readonly isBarred?: (cell: CellId) => boolean;
  /** A member has said who it is, for the first time. */
  readonly introduced: (cell: CellId, announcement: Announcement) => void;
  /** A member is gone: by its own word, or because nobody hears of it any more. */
  readonly departed?: (cell: CellId, end: SessionEnd) => void;
  readonly changed: () => void;
}

/** Hears who has to be linked. */
export interface RosterListener {
  /** A cell not linked to this one is there, new or under another name. */
  appeared(entry: Entry): void;
  departed(entry: Entry): void;
}

interface Linked {
  announcement?: Announcement;
  roundTripMs?: number;
}

/** How long a departed cell is still shown. */
const GONE_SHOWN_MS = 5_000;
/** Announcements in answer to changes are not closer than this, so that a burst of runs does not flood the links. */
const ANNOUNCE_GAP_MS = 50;
const PING_EVERY_BEATS = 3;
/** In a large fabric a lost link is dialled again before anybody is told: a flood costs more than a dial. */
const REDIAL_GRACE_MS = 1_500;
/** Ends of a link after which its cell may be dead. */
const DOUBTFUL: ReadonlySet<SessionEnd> = new Set(['closed', 'silent', 'misbehaved', 'overloaded']);

/**
 * Who is here. Announces this cell to those it is linked to, hears of the others by gossip, and doubts a cell whose link
 * broke until somebody hears from it again (PROTOCOL.md §5).
 */
export class Roster {
  /** Settles when some member has first said who it is. */
  readonly heardFirst: Promise<void>;
  readonly #deps: RosterDeps;
  readonly #beliefs: Beliefs;
  readonly #linked = new Map<CellId, Linked>();
  readonly #ends = new Map<CellId, SessionEnd>();
  readonly #listeners = new Set<RosterListener>();
  #tellHeard: () => void = () => undefined;
  #sequence = 0;
  #incarnation: number;
  #said = '';
  #saidLasting = '';
  #beats = 0;
  #beatTimer: Timer;
  #soonTimer: Timer | undefined;

  constructor(deps: RosterDeps) {
    this.#deps = deps;
    this.heardFirst = new Promise((resolve) => {
      this.#tellHeard = resolve;
    });
    const { board, env, isBarred } = deps;
    // A reloaded tab is most likely later than its former self; where it is not, its first doubter will tell.
    this.#incarnation = Math.max(0, Math.floor(env.clock.wallMs() / 1_000));
    this.#beliefs = new Beliefs({
      env,
      board,
      ...(isBarred ? { isBarred } : {}),
      toldOfSelf: (incarnation, announcement) => this.#toldOfSelf(incarnation, announcement),
      learned: (entry, isArrival) => this.#learned(entry, isArrival),
      departed: (entry, fate) => this.#departed(entry, fate === 'left' ? 'bye' : 'silent'),
    });
    board.handlers.onEvent(EVENT.cellAnnounced, (from, announcement) => this.#heard(from, announcement));
    board.handlers.onRequest(REQUEST.cellPing, () => ({ ok: true, value: {} }));
    board.listen({
      joined: (cell) => this.#joined(cell),
      left: (cell, end) => this.#left(cell, end),
      relinked: (cell) => this.#greet(cell),
      refused: () => undefined,
    });
    this.#beatTimer = env.timers.after(LINK_LIMITS.heartbeatMs, () => this.#beat());
  }

  listen(listener: RosterListener): void {
    this.#listeners.add(listener);
  }

  /** Every cell known or linked, now or a moment ago. */
  members(): readonly Member[] {
    const nowMs = this.#deps.env.clock.nowMs();
    const linked = [...this.#linked].map(([cell, link]) => this.#linkedMember(cell, link, nowMs));
    const known = [...this.#beliefs.table.entries()].flatMap((entry) => this.#knownMember(entry, nowMs) ?? []);
    return [...linked, ...known];
  }

  /** The other cells that are believed to be there, linked or not. */
  present(): readonly Entry[] {
    return this.#beliefs.present();
  }

  /** How many cells are believed to be there, this one included. */
  get size(): number {
    return Math.max(this.#beliefs.table.present, 1 + this.#linked.size);
  }

  /** Something about this cell may have changed: announces it soon if it has. */
  announceSoon(): void {
    this.#soonTimer ??= this.#deps.env.timers.after(ANNOUNCE_GAP_MS, () => {
      this.#soonTimer = undefined;
      this.#announceChange();
    });
  }

  /** As `announceSoon`, where soon may be too late. */
  announceNow(): void {
    this.#announceChange();
  }

  /** This cell could not reach another that is believed to be there. */
  doubt(cell: CellId): void {
    if (!this.#deps.board.isLinked(cell)) this.#beliefs.judge(cell, 'suspect');
  }

  /** Cells that may not be here any more count as gone. */
  expel(isMember: (cell: CellId) => boolean): void {
    for (const { cell } of this.present()) {
      if (isMember(cell)) continue;
      this.#ends.set(cell, 'expelled');
      this.#beliefs.judge(cell, 'left');
    }
  }

  close(): void {
    this.#beatTimer.cancel();
    this.#soonTimer?.cancel();
    this.#beliefs.close();
  }

  #linkedMember(cell: CellId, linked: Linked, nowMs: number): Member {
    const silentMs = nowMs - (this.#deps.board.lastHeardMs(cell) ?? nowMs);
    const isSilent = silentMs > LINK_LIMITS.silenceMsMax / 2;
    const entry = this.#beliefs.table.get(cell);
    const known = entry?.belief === 'alive' ? entry.announcement : undefined;
    return {
      cell,
      announcement: linked.announcement ?? known,
      state: isSilent ? 'suspect' : 'alive',
      roundTripMs: linked.roundTripMs,
      end: undefined,
    };
  }

  #knownMember({ cell, announcement, belief, sinceMs }: Entry, nowMs: number): Member | undefined {
    const isGone = belief === 'dead' || belief === 'left';
    const isOver = isGone && nowMs - sinceMs > GONE_SHOWN_MS;
    if (cell === this.#deps.board.self || this.#linked.has(cell) || isOver) return undefined;
    const end = this.#ends.get(cell);
    return { cell, announcement, state: isGone ? 'gone' : belief, roundTripMs: undefined, end };
  }

  #heard(from: CellId, announcement: Announcement): void {
    const linked = this.#linked.get(from);
    if (!linked || (linked.announcement && announcement.sequence <= linked.announcement.sequence)) return;
    linked.announcement = announcement;
    this.#tellHeard();
    this.#beliefs.learn(from, from, announcement);
    this.#deps.changed();
  }

  #learned(entry: Entry, isArrival: boolean): void {
    const { cell, announcement } = entry;
    this.#ends.delete(cell);
    if (isArrival) this.#deps.introduced(cell, announcement);
    if (!this.#deps.board.isLinked(cell)) for (const listener of this.#listeners) listener.appeared(entry);
    this.#deps.changed();
  }

  #departed(entry: Entry, end: SessionEnd): void {
    const { cell } = entry;
    // Others may have lost it and we not; it will tell them.
    if (this.#deps.board.isLinked(cell)) return;
    const kept = this.#ends.get(cell) ?? end;
    this.#ends.set(cell, kept);
    this.#deps.departed?.(cell, kept);
    for (const listener of this.#listeners) listener.departed(entry);
    this.#deps.changed();
  }

  /** What is said of this cell and is not its present word is outdone by a later one. */
  #toldOfSelf(incarnation: number, said?: Announcement): void {
    const isWord = said?.peerName === this.#deps.describe().peerName && incarnation <= this.#incarnation;
    if (incarnation < this.#incarnation || isWord) return;
    this.#reincarnate(incarnation);
  }

  #reincarnate(above: number): void {
    this.#incarnation = Math.max(this.#incarnation, above) + 1;
    this.#announce();
  }

  #joined(cell: CellId): void {
    this.#linked.delete(cell);
    this.#linked.set(cell, {});
    this.#greet(cell);
    this.#deps.changed();
  }

  /** What is said first on a link. */
  #greet(cell: CellId): void {
    this.#deps.board.notify(cell, EVENT.cellAnnounced, this.#announcement());
    this.#beliefs.greet(cell);
    void this.#ping(cell);
  }

  #left(cell: CellId, end: SessionEnd): void {
    this.#linked.delete(cell);
    if (end === 'bye' || DOUBTFUL.has(end)) this.#ends.set(cell, end);
    const entry = this.#beliefs.table.get(cell);
    // Gossip of its end was quicker than its own goodbye.
    if (entry?.belief === 'dead' || entry?.belief === 'left') this.#departed(entry, end);
    else if (end === 'bye') this.#beliefs.judge(cell, 'left');
    else if (DOUBTFUL.has(end)) {
      if (this.size <= LINK_LIMITS.meshMax) this.doubt(cell);
      else this.#deps.env.timers.after(REDIAL_GRACE_MS, () => this.doubt(cell));
    }
    this.#deps.changed();
  }

  #beat(): void {
    const { env, board, changed } = this.#deps;
    this.#announceChange();
    this.#beliefs.beat();
    if (this.#beats++ % PING_EVERY_BEATS === 0) for (const cell of board.peers()) void this.#ping(cell);
    changed();
    this.#beatTimer = env.timers.after(LINK_LIMITS.heartbeatMs, () => this.#beat());
  }

  async #ping(cell: CellId): Promise<void> {
    const { board, env } = this.#deps;
    const sentAtMs = env.clock.nowMs();
    const answer = await board.call(cell, REQUEST.cellPing, {}, LINK_LIMITS.silenceMsMax);
    const linked = this.#linked.get(cell);
    if (answer.ok && linked) linked.roundTripMs = env.clock.nowMs() - sentAtMs;
  }

  #announceChange(): void {
    const description = this.#deps.describe();
    const isLasting = this.#saidLasting !== '' && lastingText(description) !== this.#saidLasting;
    if (isLasting) this.#incarnation++;
    if (JSON.stringify(description) !== this.#said) this.#announce();
  }

  /** Those linked hear it from this cell itself, and tell the others when the incarnation is new. */
  #announce(): void {
    this.#deps.board.broadcast(EVENT.cellAnnounced, this.#announcement());
  }

  #announcement(): Announcement {
    const description = this.#deps.describe();
    this.#said = JSON.stringify(description);
    this.#saidLasting = lastingText(description);
    const announcement = { ...description, sequence: ++this.#sequence, incarnation: this.#incarnation };
    this.#beliefs.restate(announcement);
    return announcement;
  }
}

/** What everybody is told of: all but the load, which only those linked need to know. */
function lastingText(description: Description): string {
  return JSON.stringify({ ...description, slotsFree: 0, memoryBytesFree: 0 });
}
