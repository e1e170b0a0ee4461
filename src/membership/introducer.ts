import {
  err,
  failure,
  freshId,
  isRunId,
  type CellId,
  type Env,
  type FabricFailure,
  type Result,
} from '../core/index.ts';
import type { Switchboard } from '../transport/index.ts';
import { EVENT } from '../wire/index.ts';
import type { Signaling } from './signaling.ts';

export interface IntroducerDeps {
  readonly env: Env;
  readonly board: Switchboard;
  readonly signaling: Signaling;
}

/** Neighbours asked to pass one dial's texts on; any that is linked to both ends will do. */
const CARRIERS_MAX = 3;
const CARRIED_MAX = 256;
const CARRIED_WINDOW_MS = 10_000;

/**
 * New links when the signaling service is gone: members carry the offers and answers of other members. Nobody on the
 * way is trusted with anything, for both ends prove themselves over their certificates.
 */
export class Introducer {
  readonly #deps: IntroducerDeps;
  readonly #carried = new Map<CellId, number>();
  #windowEndsAtMs = 0;

  constructor(deps: IntroducerDeps) {
    this.#deps = deps;
    const { board, signaling } = deps;
    board.handlers.onEvent(EVENT.cellIntroduced, (via, { from, to, dial, text }) => {
      if (to === board.self) {
        const reply = (answer: string): void =>
          board.notify(via, EVENT.cellIntroduced, { from: to, to: from, dial, text: answer });
        signaling.introductions?.received(dial, text, reply);
      } else if (board.isLinked(to) && to !== via && this.#mayCarry(via)) {
        board.notify(to, EVENT.cellIntroduced, { from, to, dial, text });
      }
    });
  }

  /** Opens a link to `to` over cells that are linked to both. */
  async dial(to: CellId): Promise<Result<void, FabricFailure>> {
    const { board, env, signaling } = this.#deps;
    // Whoever is linked through another cell can be told over that link.
    const carriers = board.isLinked(to) ? [to] : board.peers().slice(0, CARRIERS_MAX);
    if (!signaling.introductions || carriers.length === 0) {
      return err(failure('peers_unreachable', 'no member can carry an offer to that cell'));
    }
    const dial = freshId(env.random, isRunId);
    return signaling.introductions.dial(dial, (text) => {
      for (const carrier of carriers) board.notify(carrier, EVENT.cellIntroduced, { from: board.self, to, dial, text });
    });
  }

  #mayCarry(via: CellId): boolean {
    const nowMs = this.#deps.env.clock.nowMs();
    if (nowMs > this.#windowEndsAtMs) {
      this.#carried.clear();
      this.#windowEndsAtMs = nowMs + CARRIED_WINDOW_MS;
    }
    const carried = (this.#carried.get(via) ?? 0) + 1;
    this.#carried.set(via, carried);
    return carried <= CARRIED_MAX;
  }
}
