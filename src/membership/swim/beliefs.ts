import { LINK_LIMITS, type CellId, type Env, type Timer } from '../../core/index.ts';
import type { Switchboard } from '../../transport/index.ts';
import { EVENT, type Announcement, type FateOf } from '../../wire/index.ts';
import { Gossip } from './gossip.ts';
import { overdue, suspicionMs } from './suspicion.ts';
import { isPresent, MemberTable, type Entry } from './table.ts';

export interface BeliefsDeps {
  /** Cells of which nothing is to be heard. */
  readonly isBarred?: (cell: CellId) => boolean;
  readonly env: Env;
  readonly board: Switchboard;
  /** Somebody says this of this cell. */
  readonly toldOfSelf: (incarnation: number, announcement?: Announcement) => void;
  /** A cell is there that was not, or says something new of itself. */
  readonly learned: (entry: Entry, isArrival: boolean) => void;
  readonly departed: (entry: Entry, fate: 'dead' | 'left') => void;
}

/** Beats with another digest before two cells compare what they know, and the least time between two comparisons. */
const MISMATCHES = 3;
const COMPARE_GAP_MS = 5_000;

/** What this cell believes of all others, kept in step with what they believe (PROTOCOL.md §5). */
export class Beliefs {
  readonly table = new MemberTable();
  readonly #deps: BeliefsDeps;
  readonly #gossip: Gossip;
  readonly #mismatches = new Map<CellId, number>();
  #compareAtMs = 0;
  #doubtTimer: Timer | undefined;
  #isClosed = false;

  constructor(deps: BeliefsDeps) {
    const { env, board } = deps;
    this.#deps = deps;
    this.#gossip = new Gossip(env, board, this.table);
    board.handlers.onEvent(EVENT.cellGossiped, (from, { members, fates }) => {
      for (const { cell, announcement } of members) this.learn(from, cell, announcement);
      for (const fate of fates) this.fated(fate);
    });
    board.handlers.onEvent(EVENT.cellBeat, (from, { digest }) => this.#compare(from, digest));
    board.handlers.onEvent(EVENT.cellDigested, (from, { buckets }) => {
      const mask = this.table.differing(buckets);
      if (mask !== 0) board.notify(from, EVENT.cellCompared, { buckets: mask, versions: this.table.versions(mask) });
    });
    board.handlers.onEvent(EVENT.cellCompared, (from, { buckets, versions }) => {
      for (const cell of this.table.newerThan(buckets, versions)) this.#gossip.tell(from, cell);
    });
  }

  /** The other cells that are believed to be there, linked or not. */
  present(): readonly Entry[] {
    const { self } = this.#deps.board;
    return [...this.table.entries()].filter((entry) => entry.cell !== self && isPresent(entry));
  }

  /** `from` tells what `cell` said of itself. */
  learn(from: CellId, cell: CellId, announcement: Announcement): void {
    const { board, env, toldOfSelf, learned } = this.#deps;
    if (this.#isClosed || this.#deps.isBarred?.(cell) === true) return;
    if (cell === board.self) return toldOfSelf(announcement.incarnation, announcement);
    const before = this.table.get(cell);
    const isNews = this.table.learn(cell, announcement, env.clock.nowMs());
    const entry = this.table.get(cell);
    if (entry && entry.incarnation <= announcement.incarnation) this.#gossip.knows(from, cell);
    if (entry && isNews) {
      const isHeardByAll = from === cell && this.#isMere(before, announcement);
      for (const peer of board.peers()) {
        if (peer !== from && peer !== cell && !isHeardByAll) this.#gossip.tell(peer, cell);
      }
      learned(entry, !before || !isPresent(before));
    } else if (entry && from === cell && !isWordOf(entry, announcement)) {
      // It does not know what is said of it.
      this.#gossip.tell(cell, cell);
    }
  }

  /**
   * Whether a cell says something new of itself that nobody waits for. Where all are linked it tells all; those whom it does
   * not reach find the difference by their digests.
   */
  #isMere(before: Entry | undefined, { peerName, warrant }: Announcement): boolean {
    if (before?.belief !== 'alive' || this.table.present > LINK_LIMITS.meshMax) return false;
    const known = before.announcement;
    return known.peerName === peerName && JSON.stringify(known.warrant) === JSON.stringify(warrant);
  }

  /** This cell knows that another left, or cannot reach it. */
  judge(cell: CellId, fate: FateOf['fate']): void {
    const entry = this.table.get(cell);
    if (!entry || !isPresent(entry)) return;
    this.fated({ cell, fate, incarnation: entry.incarnation, by: this.#deps.board.self });
  }

  fated(fate: FateOf): void {
    const { board, env, toldOfSelf, departed } = this.#deps;
    if (this.#isClosed) return;
    if (fate.cell === board.self) return toldOfSelf(fate.incarnation);
    if (!this.table.fated(fate, env.clock.nowMs())) return;
    this.#gossip.spread(fate.cell);
    const entry = this.table.get(fate.cell);
    if (!entry) return;
    if (fate.fate === 'suspect') this.#endDoubts();
    else departed(entry, fate.fate);
  }

  /** What this cell says of itself. */
  restate(announcement: Announcement): void {
    const { board, env } = this.#deps;
    this.table.learn(board.self, announcement, env.clock.nowMs());
  }

  /** A link has come about: its two ends tell each other what they know, as far as it differs. */
  greet(cell: CellId): void {
    const { board } = this.#deps;
    this.#mismatches.delete(cell);
    board.notify(cell, EVENT.cellDigested, { buckets: this.table.buckets() });
  }

  /** To be called once a heartbeat. */
  beat(): void {
    const { board, env } = this.#deps;
    board.broadcast(EVENT.cellBeat, { digest: this.table.digest });
    this.table.forget(env.clock.nowMs());
  }

  close(): void {
    this.#isClosed = true;
    this.#doubtTimer?.cancel();
    this.#gossip.close();
  }

  /** Declares dead who has been suspect for long enough, and comes back when the next one is due. */
  #endDoubts(): void {
    const { env, board } = this.#deps;
    const nowMs = env.clock.nowMs();
    for (const cell of overdue(this.table.entries(), this.table.present, nowMs)) {
      if (!board.isLinked(cell)) this.judge(cell, 'dead');
    }
    const dueMs = [...this.table.entries()].flatMap((entry) =>
      entry.belief === 'suspect' && !board.isLinked(entry.cell)
        ? [entry.sinceMs + suspicionMs(entry, this.table.present)]
        : [],
    );
    this.#doubtTimer?.cancel();
    this.#doubtTimer = undefined;
    if (dueMs.length === 0) return;
    this.#doubtTimer = env.timers.after(Math.max(1, Math.min(...dueMs) - nowMs), () => this.#endDoubts());
  }

  /** Two cells that keep knowing different things compare them: news may be lost with the link that carried it. */
  #compare(from: CellId, digest: number): void {
    const { board, env } = this.#deps;
    const mismatches = digest === this.table.digest ? 0 : (this.#mismatches.get(from) ?? 0) + 1;
    this.#mismatches.set(from, mismatches);
    const nowMs = env.clock.nowMs();
    if (mismatches < MISMATCHES || nowMs < this.#compareAtMs) return;
    this.#compareAtMs = nowMs + COMPARE_GAP_MS;
    this.#mismatches.set(from, 0);
    board.notify(from, EVENT.cellDigested, { buckets: this.table.buckets() });
  }
}

/** Whether what is believed of a cell is what it says itself. */
function isWordOf({ belief, incarnation, announcement }: Entry, said: Announcement): boolean {
  return belief === 'alive' && incarnation <= said.incarnation && announcement.peerName === said.peerName;
}
