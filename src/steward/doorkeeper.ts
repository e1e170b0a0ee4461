import {
  forgetOldest,
  sha256,
  concatBytes,
  STEWARD_LIMITS,
  utf8,
  type CellId,
  type Env,
  type Timer,
} from '../core/index.ts';
import type { Gatekeeper, LinkRole, Newcomer, Standing, Switchboard, Unwelcome } from '../transport/index.ts';
import { STEWARD, type PolicyMessage } from '../wire/index.ts';
import { isMember } from './rules.ts';
import type { Stewards } from './stewards.ts';
import type { PolicyTerms } from './terms.ts';

/** A cell that waits to be let in, as the steward sees it. */
export interface WaitingView {
  readonly cell: CellId;
  readonly name: string;
  /** What its page shows too. Two that show the same are not told apart by it. */
  readonly code: string;
  readonly waitedMs: number;
}

export interface DoorkeeperDeps {
  readonly env: Pick<Env, 'clock' | 'timers'>;
  readonly board: Switchboard;
  readonly stewards: Stewards;
  readonly terms: () => PolicyTerms;
  /** Whether this is the steward's own cell. */
  readonly isSteward: () => boolean;
  /** Cells that are believed to be here. */
  readonly present: () => readonly CellId[];
  /** What this cell says of itself where a policy of this version keeps it waiting. */
  readonly introduction: (version: number) => Newcomer;
  /** A cell that is kept waiting says that another policy holds. */
  readonly told: (cell: CellId, policy: PolicyMessage) => void;
  readonly changed: () => void;
}

interface Report {
  readonly heardAtMs: number;
  readonly waiting: readonly WaitingView[];
}

/** Members tell the steward who waits at them this often, and are believed for a while longer. */
const TELL_MS = 2_000;
const REPORT_MS = 3 * TELL_MS;
/** Members whose reports the steward keeps. */
const REPORTS_MAX = 64;

/**
 * The door of a fabric with a lobby, at every member: who comes in, who waits, and who is turned away. It tells the
 * steward's cells who waits here; at these it gathers what the others tell.
 */
export class Doorkeeper implements Gatekeeper {
  /** Whether this cell is a member. Before, it lets nobody in who comes to it. */
  isIn = true;
  /** Whether it waits to be let in: then it keeps no link that it has already. */
  isInLobby = false;
  readonly #deps: DoorkeeperDeps;
  readonly #turnedAway = new Map<CellId, number>();
  readonly #reports = new Map<CellId, Report>();
  #tellTimer: Timer | undefined;

  constructor(deps: DoorkeeperDeps) {
    const { board, stewards, env, changed } = deps;
    this.#deps = deps;
    board.handlers.onEvent(STEWARD.lobbyTold, (from, { waiting }) => {
      if (!deps.isSteward()) return;
      const seen = waiting.map(({ cell, session, name, waitedMs }) => ({
        ...{ cell, name, waitedMs },
        code: codeOf(cell, session),
      }));
      this.#reports.delete(from);
      this.#reports.set(from, { heardAtMs: env.clock.nowMs(), waiting: seen });
      forgetOldest(this.#reports, REPORTS_MAX);
      changed();
    });
    board.handlers.onEvent(STEWARD.lobbyRefused, (from, { cell }) => {
      if (stewards.has(from)) this.#turnAway(cell);
    });
    board.listen({
      joined: () => this.#tell(),
      left: (cell) => void this.#reports.delete(cell),
      refused: () => undefined,
      lobbyChanged: () => {
        changed();
        this.#tell();
      },
    });
  }

  welcome(cell: CellId, role: LinkRole): 'member' | 'waiting' | Unwelcome {
    const { terms, env, board } = this.#deps;
    if (terms().evicted.includes(cell)) return 'evicted';
    if (board.isLinked(cell) ? this.isInLobby : !this.isIn && role === 'answerer') return 'waiting';
    if (this.isMember(cell)) return 'member';
    return env.clock.nowMs() < (this.#turnedAway.get(cell) ?? -Infinity) ? 'not_admitted' : 'waiting';
  }

  /** Whether the rules let a cell be here: the steward's own cells need not be let in. */
  isMember(cell: CellId): boolean {
    const { terms, stewards } = this.#deps;
    return isMember(terms(), cell) || (stewards.has(cell) && !terms().evicted.includes(cell));
  }

  introduced(cell: CellId, { warrant, policy }: Newcomer): void {
    if (warrant) void this.#deps.stewards.shown(cell, warrant);
    if (policy) this.#deps.told(cell, policy);
  }

  introduction({ policy }: Standing): Newcomer {
    return this.#deps.introduction(policy);
  }

  standing(): Standing {
    return { isMember: this.isIn, isStewardHere: this.isStewardHere(), policy: this.#deps.terms().version };
  }

  isStewardHere(): boolean {
    const { isSteward, present, stewards } = this.#deps;
    return isSteward() || present().some((cell) => stewards.has(cell));
  }

  /** Everyone who waits, at this cell or at those that told of it, each once, longest first. */
  waiting(): readonly WaitingView[] {
    const { board, env } = this.#deps;
    const nowMs = env.clock.nowMs();
    const here = board.waiting().map(({ cell, name, session, sinceMs }) => ({
      ...{ cell, name, waitedMs: nowMs - sinceMs },
      code: codeOf(cell, session),
    }));
    const told = [...this.#reports.values()].flatMap(({ heardAtMs, waiting }) =>
      nowMs - heardAtMs > REPORT_MS
        ? []
        : waiting.map((each) => ({ ...each, waitedMs: each.waitedMs + nowMs - heardAtMs })),
    );
    const byCell = new Map([...told, ...here].map((each) => [each.cell, each]));
    return [...byCell.values()].toSorted((left, right) => right.waitedMs - left.waitedMs);
  }

  /** The steward does not want this cell now: it is turned away wherever it waits, and may knock again later. */
  refuse(cell: CellId): void {
    this.#deps.board.broadcast(STEWARD.lobbyRefused, { cell });
    for (const [from, { heardAtMs, waiting }] of this.#reports) {
      this.#reports.set(from, { heardAtMs, waiting: waiting.filter((each) => each.cell !== cell) });
    }
    this.#turnAway(cell);
    this.#deps.changed();
  }

  close(): void {
    this.#tellTimer?.cancel();
  }

  #turnAway(cell: CellId): void {
    const { board, env } = this.#deps;
    this.#turnedAway.delete(cell);
    this.#turnedAway.set(cell, env.clock.nowMs() + STEWARD_LIMITS.refusedMs);
    forgetOldest(this.#turnedAway, STEWARD_LIMITS.refusedMax);
    board.regate();
  }

  /** Tells the steward's cells who waits here, again and again while somebody does. */
  #tell(): void {
    const { board, stewards, env, present } = this.#deps;
    const nowMs = env.clock.nowMs();
    const waiting = board.waiting().map(({ cell, session, name, sinceMs }) => {
      return { cell, session, name, waitedMs: Math.round(nowMs - sinceMs) };
    });
    this.#tellTimer?.cancel();
    this.#tellTimer = waiting.length === 0 ? undefined : env.timers.after(TELL_MS, () => this.#tell());
    for (const cell of present()) {
      if (!stewards.has(cell)) continue;
      if (board.isLinked(cell)) board.notify(cell, STEWARD.lobbyTold, { waiting });
      else if (waiting.length > 0) void board.reach(cell, 0);
    }
  }
}

const CODE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 6;

/** Six characters for people to compare: of the cell and its tab, so that a reload shows another one. */
export function codeOf(cell: CellId, session: Uint8Array): string {
  const digest = sha256(concatBytes(utf8(`grafos-web/1\nlobby\n${cell}\n`), session));
  const letters = [...digest.slice(0, CODE_LENGTH)].map((byte) => CODE_ALPHABET[byte % CODE_ALPHABET.length] ?? '');
  return `${letters.slice(0, 3).join('')}-${letters.slice(3).join('')}`;
}
