import { MEND_LIMITS, type CellId, type Env } from '../../core/index.ts';
import type { Switchboard } from '../../transport/index.ts';
import { EVENT } from '../../wire/index.ts';
import type { Signaling } from '../signaling.ts';

export interface MenderDeps {
  readonly env: Env;
  readonly board: Switchboard;
  readonly signaling: Signaling;
  /** Under what name the service knows that cell. */
  readonly peerNameOf: (cell: CellId) => string | undefined;
  /** Opens another link to a cell that is linked. */
  readonly dialBesides: (cell: CellId) => void;
}

/**
 * Mends links below which the network has changed: both ends agree on another way, over whatever still carries a text, and the
 * link goes on as it was; when it does not, a fresh one is dialled besides it. Only an answer of the other end, or a change of
 * this cell's own network, makes its silence borne for longer than anybody else's.
 */
export class Mender {
  readonly #deps: MenderDeps;
  /** Links that are to be mended, and when each may be tried next. */
  readonly #wanted = new Map<CellId, number>();
  readonly #underWay = new Set<CellId>();

  constructor(deps: MenderDeps) {
    this.#deps = deps;
    deps.board.listen({
      joined: () => undefined,
      left: (cell) => this.#wanted.delete(cell),
      refused: () => undefined,
      troubled: (cell) => this.#want(cell),
    });
  }

  /** The way of this cell to the network is another. */
  networkChanged(): void {
    const { board } = this.#deps;
    for (const cell of board.peers()) {
      if (board.dialOf(cell) === undefined) continue;
      if (this.#silentMs(cell) < MEND_LIMITS.silenceMsMax) board.bear(cell, MEND_LIMITS.graceMs);
      this.#wanted.set(cell, 0);
    }
    this.#mendSome();
  }

  /** To be called about once a heartbeat. */
  tend(): void {
    const { board } = this.#deps;
    for (const cell of board.peers()) {
      const isSilent = this.#silentMs(cell) > MEND_LIMITS.afterMs;
      if (isSilent && board.dialOf(cell) !== undefined) this.#wanted.set(cell, this.#wanted.get(cell) ?? 0);
      else if (!isSilent && !this.#underWay.has(cell)) this.#wanted.delete(cell);
    }
    this.#mendSome();
  }

  #want(cell: CellId): void {
    this.#wanted.set(cell, this.#wanted.get(cell) ?? 0);
    this.#mendSome();
  }

  #mendSome(): void {
    const nowMs = this.#deps.env.clock.nowMs();
    for (const [cell, dueMs] of this.#wanted) {
      if (this.#underWay.size >= MEND_LIMITS.atOnceMax) return;
      if (this.#underWay.has(cell) || nowMs < dueMs) continue;
      const nextMs = nowMs + MEND_LIMITS.everyMs;
      this.#wanted.set(cell, nextMs);
      this.#underWay.add(cell);
      void this.#mend(cell).then((isBack) => {
        this.#underWay.delete(cell);
        // The network may have changed again meanwhile.
        if (isBack && this.#wanted.get(cell) === nextMs) this.#wanted.delete(cell);
        this.#mendSome();
      });
    }
  }

  /** Answers whether the link has come back. */
  async #mend(cell: CellId): Promise<boolean> {
    const { board, signaling, peerNameOf, dialBesides, env } = this.#deps;
    const dial = board.dialOf(cell);
    if (dial === undefined || !signaling.restart) return false;
    const startedMs = env.clock.nowMs();
    const carriers = board.peers().filter((peer) => peer !== cell && this.#silentMs(peer) < MEND_LIMITS.afterMs);
    const restarted = await signaling.restart(dial, peerNameOf(cell), (text) => {
      for (const carrier of carriers.slice(0, MEND_LIMITS.carriersMax)) {
        board.notify(carrier, EVENT.cellIntroduced, { from: board.self, to: cell, dial, text });
      }
    });
    if (!restarted.ok || !this.#bear(cell)) return false;
    await this.#pause(MEND_LIMITS.waitMs / 2);
    const isBack = (board.lastHeardMs(cell) ?? 0) > startedMs;
    if (!isBack && this.#bear(cell)) dialBesides(cell);
    return isBack;
  }

  /** Waits a little longer for a link whose other end has answered elsewhere. False when there is none, or that was long enough. */
  #bear(cell: CellId): boolean {
    const { board } = this.#deps;
    const isDue = board.isLinked(cell) && this.#silentMs(cell) < MEND_LIMITS.silenceMsMax;
    if (isDue) board.bear(cell, MEND_LIMITS.waitMs);
    return isDue;
  }

  #silentMs(cell: CellId): number {
    const nowMs = this.#deps.env.clock.nowMs();
    return nowMs - (this.#deps.board.lastHeardMs(cell) ?? nowMs);
  }

  #pause(pauseMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#deps.env.timers.after(pauseMs, () => resolve());
    });
  }
}
