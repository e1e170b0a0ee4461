import { LINK_LIMITS, type CellId, type Env, type Timer } from '../core/index.ts';
import type { SessionEnd, Switchboard } from '../transport/index.ts';
import { EVENT, REQUEST, type Announcement } from '../wire/index.ts';

/** What is known of one other cell. */
export interface Member {
  readonly cell: CellId;
  readonly announcement: Announcement | undefined;
  /** `suspect`: silent for more than half the bound; `gone`: kept a moment for people to see. */
  readonly state: 'alive' | 'suspect' | 'gone';
  readonly roundTripMs: number | undefined;
  readonly end: SessionEnd | undefined;
}

export interface RosterDeps {
  readonly env: Env;
  readonly board: Switchboard;
  /** What this cell says of itself, but for the sequence. */
  readonly describe: () => Omit<Announcement, 'sequence'>;
  /** A member has said who it is, for the first time. */
  readonly introduced: (cell: CellId, announcement: Announcement) => void;
  readonly changed: () => void;
}

interface Entry {
  announcement?: Announcement;
  roundTripMs?: number;
  goneAtMs?: number;
  end?: SessionEnd;
}

/** How long a departed cell is still shown. */
const GONE_SHOWN_MS = 5_000;
/** Announcements in answer to changes are not closer than this, so that a burst of runs does not flood the links. */
const ANNOUNCE_GAP_MS = 50;
const PING_EVERY_BEATS = 3;

/**
 * Who is here. Announces this cell once a heartbeat and soon after a change, and keeps the latest word of every other.
 * A cell is alive while its link is; it has no say over links, which the switchboard ends when they fall silent.
 */
export class Roster {
  /** Settles when some member has first said who it is. */
  readonly heardFirst: Promise<void>;
  readonly #deps: RosterDeps;
  #tellHeard: () => void = () => undefined;
  readonly #entries = new Map<CellId, Entry>();
  #sequence = 0;
  /** What everyone was last told, as text. */
  #said = '';
  #beats = 0;
  #beatTimer: Timer;
  #soonTimer: Timer | undefined;

  constructor(deps: RosterDeps) {
    this.#deps = deps;
    this.heardFirst = new Promise((resolve) => {
      this.#tellHeard = resolve;
    });
    const { board, env } = deps;
    board.handlers.onEvent(EVENT.cellAnnounced, (from, announcement) => this.#heard(from, announcement));
    board.handlers.onRequest(REQUEST.cellPing, () => ({ ok: true, value: {} }));
    board.listen({
      joined: (cell) => this.#joined(cell),
      left: (cell, end) => this.#left(cell, end),
      refused: () => undefined,
    });
    this.#beatTimer = env.timers.after(LINK_LIMITS.heartbeatMs, () => this.#beat());
  }

  /** Every cell linked now or a moment ago, in the order they came. */
  members(): readonly Member[] {
    const nowMs = this.#deps.env.clock.nowMs();
    return [...this.#entries].map(([cell, entry]) => ({
      cell,
      announcement: entry.announcement,
      state: this.#stateOf(cell, entry, nowMs),
      roundTripMs: entry.roundTripMs,
      end: entry.end,
    }));
  }

  /** Something about this cell may have changed: announces it soon if it has. */
  announceSoon(): void {
    this.#soonTimer ??= this.#deps.env.timers.after(ANNOUNCE_GAP_MS, () => {
      this.#soonTimer = undefined;
      if (JSON.stringify(this.#deps.describe()) !== this.#said) this.#announce();
    });
  }

  close(): void {
    this.#beatTimer.cancel();
    this.#soonTimer?.cancel();
  }

  #stateOf(cell: CellId, entry: Entry, nowMs: number): Member['state'] {
    if (entry.goneAtMs !== undefined) return 'gone';
    const silentMs = nowMs - (this.#deps.board.lastHeardMs(cell) ?? nowMs);
    return silentMs > LINK_LIMITS.silenceMsMax / 2 ? 'suspect' : 'alive';
  }

  #heard(from: CellId, announcement: Announcement): void {
    const entry = this.#entries.get(from);
    if (!entry || (entry.announcement && announcement.sequence <= entry.announcement.sequence)) return;
    const isFirst = entry.announcement === undefined;
    entry.announcement = announcement;
    this.#tellHeard();
    if (isFirst) this.#deps.introduced(from, announcement);
    this.#deps.changed();
  }

  #joined(cell: CellId): void {
    this.#entries.delete(cell);
    this.#entries.set(cell, {});
    this.#deps.board.notify(cell, EVENT.cellAnnounced, this.#announcement());
    void this.#ping(cell);
    this.#deps.changed();
  }

  #left(cell: CellId, end: SessionEnd): void {
    const entry = this.#entries.get(cell);
    if (!entry) return;
    entry.goneAtMs = this.#deps.env.clock.nowMs();
    entry.end = end;
    this.#deps.changed();
  }

  #beat(): void {
    const { env, board, changed } = this.#deps;
    this.#announce();
    if (this.#beats++ % PING_EVERY_BEATS === 0) for (const cell of board.peers()) void this.#ping(cell);
    const nowMs = env.clock.nowMs();
    for (const [cell, entry] of this.#entries) {
      if (entry.goneAtMs !== undefined && nowMs - entry.goneAtMs > GONE_SHOWN_MS) this.#entries.delete(cell);
    }
    changed();
    this.#beatTimer = env.timers.after(LINK_LIMITS.heartbeatMs, () => this.#beat());
  }

  async #ping(cell: CellId): Promise<void> {
    const { board, env } = this.#deps;
    const sentAtMs = env.clock.nowMs();
    const answer = await board.call(cell, REQUEST.cellPing, {}, LINK_LIMITS.silenceMsMax);
    const entry = this.#entries.get(cell);
    if (answer.ok && entry) entry.roundTripMs = env.clock.nowMs() - sentAtMs;
  }

  #announce(): void {
    this.#said = JSON.stringify(this.#deps.describe());
    this.#deps.board.broadcast(EVENT.cellAnnounced, this.#announcement());
  }

  #announcement(): Announcement {
    return { ...this.#deps.describe(), sequence: ++this.#sequence };
  }
}
