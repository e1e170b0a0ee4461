import { LINK_LIMITS, type CellId, type Env, type Timer } from '../../core/index.ts';
import type { Switchboard } from '../../transport/index.ts';
import { EVENT, type Announcement, type FateOf } from '../../wire/index.ts';
import type { MemberTable } from './table.ts';

/** News waits this long for company; in a large fabric longer, for there is more of it. */
const SMALL_DELAY_MS = 20;
const LARGE_DELAY_MS = 200;

/** News on its way: each piece goes once over each link, and not back to whoever told it. */
export class Gossip {
  readonly #env: Env;
  readonly #board: Switchboard;
  readonly #table: MemberTable;
  readonly #waiting = new Map<CellId, Set<CellId>>();
  #timer: Timer | undefined;

  constructor(env: Env, board: Switchboard, table: MemberTable) {
    this.#env = env;
    this.#board = board;
    this.#table = table;
  }

  /** What is known of `cell` goes to everyone linked. */
  spread(cell: CellId): void {
    for (const peer of this.#board.peers()) this.tell(peer, cell);
  }

  /** What is known of `cell` goes to one peer. */
  tell(peer: CellId, cell: CellId): void {
    const waiting = this.#waiting.get(peer) ?? new Set();
    this.#waiting.set(peer, waiting);
    waiting.add(cell);
    const delayMs = this.#table.present > LINK_LIMITS.meshMax ? LARGE_DELAY_MS : SMALL_DELAY_MS;
    this.#timer ??= this.#env.timers.after(delayMs, () => this.flush());
  }

  /** The peer has just said as much itself. */
  knows(peer: CellId, cell: CellId): void {
    this.#waiting.get(peer)?.delete(cell);
  }

  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [peer, cells] of waiting) this.#send(peer, [...cells]);
  }

  close(): void {
    this.#timer?.cancel();
    this.#waiting.clear();
  }

  #send(peer: CellId, cells: readonly CellId[]): void {
    const members: { cell: CellId; announcement: Announcement }[] = [];
    const fates: FateOf[] = [];
    for (const cell of cells) {
      const entry = this.#table.get(cell);
      if (!entry) continue;
      const { announcement, belief, incarnation, doubters } = entry;
      if (belief === 'alive') members.push({ cell, announcement });
      else if (belief === 'suspect') for (const by of doubters) fates.push({ cell, fate: belief, incarnation, by });
      else fates.push({ cell, fate: belief, incarnation, by: this.#board.self });
    }
    const { gossipMax } = LINK_LIMITS;
    for (let at = 0; at < Math.max(members.length, fates.length); at += gossipMax) {
      const part = { members: members.slice(at, at + gossipMax), fates: fates.slice(at, at + gossipMax) };
      this.#board.notify(peer, EVENT.cellGossiped, part);
    }
  }
}
