import {
  err,
  failure,
  RELAY_LIMITS,
  type CellId,
  type Env,
  type FabricFailure,
  type Result,
  type Signer,
} from '../core/index.ts';
import { Relay, type Secrecy, type Switchboard } from '../transport/index.ts';
import type { Roster } from './roster.ts';

export interface DetoursDeps {
  readonly env: Env;
  readonly board: Switchboard;
  readonly roster: Pick<Roster, 'members' | 'present'>;
  readonly signer: Signer;
  readonly secrecy: Secrecy;
  /** Links that cell for somebody else, where cells are not linked to all others. */
  readonly reach: (cell: CellId) => Promise<boolean>;
}

/** When a direct link is next tried to a cell that is linked through another. */
interface Retry {
  tries: number;
  atMs: number;
}

const NOBODY = failure('peers_unreachable', 'no cell here can carry a link to that one');

/**
 * Links through other cells, where nothing direct works: whom to ask to carry one, and when to try a direct one again. Nearer
 * cells are asked first, and nobody who has altered anything.
 */
export class Detours {
  readonly #deps: DetoursDeps;
  readonly #relay: Relay;
  readonly #dialling = new Set<CellId>();
  readonly #retries = new Map<CellId, Retry>();

  constructor(deps: DetoursDeps) {
    const { roster, board } = deps;
    this.#deps = deps;
    const isThere = (cell: CellId): boolean =>
      roster.present().some((entry) => entry.cell === cell && entry.belief === 'alive');
    this.#relay = new Relay({ ...deps, knows: (cell) => board.isLinked(cell) || isThere(cell) });
    board.listen({
      joined: () => undefined,
      left: (cell) => this.#retries.delete(cell),
      refused: () => undefined,
    });
  }

  /** Opens a link to `cell` through one that is linked to both; resolves when a circuit is there. */
  async dial(cell: CellId): Promise<Result<void, FabricFailure>> {
    if (this.#dialling.has(cell)) return err(NOBODY);
    this.#dialling.add(cell);
    let dialled: Result<void, FabricFailure> = err(NOBODY);
    for (const carrier of this.#carriersTo(cell)) {
      if (this.#deps.board.isLinked(cell)) break;
      dialled = await this.#relay.dial(cell, carrier);
      if (dialled.ok) break;
    }
    this.#dialling.delete(cell);
    return dialled;
  }

  isRelayed(cell: CellId): boolean {
    return this.#deps.board.linkOf(cell)?.path === 'relayed';
  }

  /** Cells linked through others to which a direct link is to be tried now. To be called about once a heartbeat. */
  dueForDirect(): readonly CellId[] {
    const nowMs = this.#deps.env.clock.nowMs();
    const relayed = this.#deps.board.peers().filter((cell) => this.isRelayed(cell));
    for (const cell of this.#retries.keys()) if (!this.isRelayed(cell)) this.#retries.delete(cell);
    return relayed.filter((cell) => {
      const retry = this.#retries.get(cell) ?? { tries: 0, atMs: nowMs + this.#pauseMs(0) };
      this.#retries.set(cell, retry);
      if (nowMs < retry.atMs) return false;
      retry.atMs = nowMs + this.#pauseMs(++retry.tries);
      return true;
    });
  }

  #carriersTo(cell: CellId): readonly CellId[] {
    const { board, roster } = this.#deps;
    const roundTrips = new Map(roster.members().map((member) => [member.cell, member.roundTripMs ?? Infinity]));
    return board
      .peers()
      .filter((peer) => peer !== cell && !this.isRelayed(peer) && this.#relay.isTrusted(peer))
      .sort((left, right) => Math.sign((roundTrips.get(left) ?? Infinity) - (roundTrips.get(right) ?? Infinity)))
      .slice(0, RELAY_LIMITS.carriersTriedMax);
  }

  /** Drawn by lot around a time that doubles, so that the two ends seldom try at once. */
  #pauseMs(tries: number): number {
    const [first = 0] = this.#deps.env.random.bytes(1);
    const pauseMs = Math.min(RELAY_LIMITS.directMsMin * 2 ** tries, RELAY_LIMITS.directMsMax);
    return pauseMs * (0.75 + first / 512);
  }
}
