import {
  err,
  failure,
  LINK_LIMITS,
  ok,
  RELAY_LIMITS,
  type CellId,
  type Env,
  type FabricFailure,
  type Result,
  type Signer,
} from '../core/index.ts';
import type { Secrecy, SessionEnd, Switchboard } from '../transport/index.ts';
import { REQUEST, type Refusal } from '../wire/index.ts';
import { Detours } from './detours.ts';
import { Introducer } from './introducer.ts';
import { Mender } from './mending/index.ts';
import type { Roster } from './roster.ts';
import { isNamed, type Signaling } from './signaling.ts';
import type { Entry } from './swim/index.ts';

export interface LinksDeps {
  readonly env: Env;
  readonly board: Switchboard;
  readonly roster: Roster;
  readonly signaling: Signaling;
  /** Whether leases or runs hang on the link to that cell. */
  readonly isBusy: (cell: CellId) => boolean;
  /** What links through other cells need; there are none without. */
  readonly secrecy?: Secrecy;
  readonly signer?: Signer;
}

interface Attempt {
  readonly peerName: string;
  attempts: number;
  nextDialAtMs: number;
}

/** Of two that should be linked, the lower id dials at once and the other waits this long. */
const COURTESY_MS = 1_500;
const MEND_COURTESY_MS = 500;
const REDIAL_MS = 2_000;
const REDIAL_MS_MAX = 30_000;
/** Many at once are each slower, and none is sooner done. */
const DIALS_MAX = 4;
/** A cell that could not be dialled so often in a row is doubted: perhaps nobody watches it. */
const DOUBT_ATTEMPTS = 3;
/** How often a cell exchanges one link of its view for another, which also finds the dead whom nobody watched. */
const SHUFFLE_MS = 60_000;
/** A link is not given up in its first moments, nor this soon after somebody asked for it. */
const WANTED_MS = 30_000;
const FRESH_MS = 3_000;
/** Who is asked to part and has this many others agrees, and draws another: a meeting point has to get rid of newcomers. */
const LINKS_TO_KEEP = 4;
/** Ends of a link whose cell may be well: whoever carried it is not, or should not carry anything. */
const CARRIER_FAILED: ReadonlySet<SessionEnd> = new Set(['stranded', 'tampered']);
const UNNAMED = failure('signaling_unreachable', 'one of the two is known to no signaling service');
const NO_WAY = failure('peers_unreachable', 'no link to that cell could be opened');
const NOT_NOW: Refusal = { code: 'capacity_exceeded', message: 'this link is needed' };

/**
 * Whom this cell is linked to: everybody, up to `meshMax` cells; beyond that a view of a few cells drawn by lot, and
 * besides whomever somebody here wants to reach. Never two dials to one cell at a time, backed off, bounded.
 */
export class Links {
  readonly #deps: LinksDeps;
  readonly #attempts = new Map<CellId, Attempt>();
  readonly #dialling = new Set<string>();
  readonly #wantedAtMs = new Map<CellId, number>();
  readonly #linkedAtMs = new Map<CellId, number>();
  readonly #introducer: Introducer;
  readonly #mender: Mender;
  readonly #detours: Detours | undefined;
  #shuffleAtMs: number;

  constructor(deps: LinksDeps) {
    const { env, board, roster, signer, secrecy } = deps;
    this.#deps = deps;
    this.#introducer = new Introducer(deps);
    this.#mender = new Mender({
      ...deps,
      peerNameOf: (cell) => this.#nameOf(cell),
      dialBesides: (cell) => this.#dialBesides(cell),
    });
    const reach = (cell: CellId): Promise<boolean> =>
      this.#isLarge ? board.reach(cell, LINK_LIMITS.lessorWaitMs) : Promise.resolve(false);
    this.#detours = signer && secrecy && new Detours({ env, board, roster, signer, secrecy, reach });
    this.#shuffleAtMs = env.clock.nowMs() + SHUFFLE_MS * (1 + this.#chance());
    board.handlers.onRequest(REQUEST.cellPart, (from) => {
      if (!this.#isLarge || !this.#canPart(from, LINKS_TO_KEEP)) return { ok: false, error: NOT_NOW };
      board.part(from, 'them');
      return ok({});
    });
    board.listen({
      joined: (cell) => {
        this.#attempts.delete(cell);
        this.#linkedAtMs.set(cell, env.clock.nowMs());
      },
      left: (cell, end) => {
        this.#linkedAtMs.delete(cell);
        if (this.#isLarge && (end === 'closed' || end === 'silent')) this.#mend(cell);
        if (CARRIER_FAILED.has(end)) this.#afterCourtesy(cell, () => void this.#detour(cell));
      },
      refused: () => undefined,
      wanted: (cell) => this.#want(cell),
    });
    roster.listen({
      appeared: (entry) => {
        if (!this.#isLarge) this.#consider(entry);
      },
      departed: ({ cell }) => this.#attempts.delete(cell),
    });
  }

  /** The way of this cell to the network is another. */
  networkChanged(): void {
    this.#mender.networkChanged();
  }

  /** To be called about once a heartbeat. */
  tend(): void {
    this.#mender.tend();
    for (const cell of this.#detours?.dueForDirect() ?? []) this.#dialBesides(cell);
    if (this.#isLarge) this.#tendView();
    else this.#tendMesh();
  }

  /** In the order of their ids, in which each cell begins with another. */
  #tendMesh(): void {
    const { roster, board } = this.#deps;
    const missing = roster.present().filter(({ cell }) => !board.isLinked(cell));
    for (const entry of missing.sort((left, right) => (left.cell < right.cell ? -1 : 1))) this.#consider(entry);
  }

  get #isLarge(): boolean {
    return this.#deps.roster.size > LINK_LIMITS.meshMax;
  }

  #tendView(): void {
    const { board, env } = this.#deps;
    const nowMs = env.clock.nowMs();
    const links = board.peers().length;
    const missing = LINK_LIMITS.viewLinks - links - this.#dialling.size;
    const isShuffle = nowMs >= this.#shuffleAtMs;
    if (isShuffle) this.#shuffleAtMs = nowMs + SHUFFLE_MS * (0.5 + this.#chance());
    if (missing > 0 || isShuffle) this.#dialSome(Math.max(missing, 1));
    if (links > LINK_LIMITS.viewLinksMax) void this.#partWithSome(links - LINK_LIMITS.viewLinksMax);
  }

  #dialSome(count: number): void {
    const { roster, board } = this.#deps;
    const unlinked = roster.present().filter(({ cell }) => !board.isLinked(cell));
    for (let drawn = 0; drawn < count && unlinked.length > 0; drawn++) {
      const [entry] = unlinked.splice(Math.floor(this.#chance() * unlinked.length), 1);
      if (entry) this.#dialIfDue(entry, 0);
    }
  }

  /** Some cells, by lot, are asked to do without their link; those for whom it is one of few refuse. */
  async #partWithSome(excess: number): Promise<void> {
    const { board } = this.#deps;
    const parting = board.peers().filter((cell) => this.#canPart(cell, LINK_LIMITS.viewLinksMax));
    for (let asked = 0; asked < Math.max(2, excess / 2) && parting.length > 0; asked++) {
      const [cell] = parting.splice(Math.floor(this.#chance() * parting.length), 1);
      if (cell === undefined) return;
      const agreed = await board.call(cell, REQUEST.cellPart, {});
      if (agreed.ok && this.#canPart(cell, LINK_LIMITS.viewLinks)) board.part(cell, 'us');
    }
  }

  #canPart(cell: CellId, linksMin: number): boolean {
    const { board, env, isBusy } = this.#deps;
    const nowMs = env.clock.nowMs();
    const isWanted = nowMs - (this.#wantedAtMs.get(cell) ?? -Infinity) < WANTED_MS;
    const isFresh = nowMs - (this.#linkedAtMs.get(cell) ?? nowMs) < FRESH_MS;
    return board.peers().length > linksMin && !isWanted && !isFresh && !isBusy(cell);
  }

  /** A link broke: a dial tells whether the cell did, before anybody is told. Both ends know; one goes first. */
  #mend(cell: CellId): void {
    this.#afterCourtesy(cell, () => this.#want(cell));
  }

  /** Of two that both want a link again, one goes first; the other only when it is still missing. */
  #afterCourtesy(cell: CellId, act: () => void): void {
    const { board, env } = this.#deps;
    if (board.self < cell) act();
    else env.timers.after(MEND_COURTESY_MS, () => board.isLinked(cell) || act());
  }

  #want(cell: CellId): void {
    const nowMs = this.#deps.env.clock.nowMs();
    for (const [other, wantedAtMs] of this.#wantedAtMs) {
      if (nowMs - wantedAtMs > WANTED_MS) this.#wantedAtMs.delete(other);
    }
    this.#wantedAtMs.set(cell, nowMs);
    const entry = this.#deps.roster.present().find((each) => each.cell === cell);
    if (entry) this.#dialIfDue(entry, 0);
  }

  /** In a small fabric: a link to this cell is missing. */
  #consider(entry: Entry): void {
    const isLower = this.#deps.board.self < entry.cell;
    // Whoever is merely suspect may be dead: dialling it would cost a connection for nothing.
    this.#dialIfDue(entry, isLower && entry.belief === 'alive' ? 0 : COURTESY_MS);
  }

  #dialIfDue(entry: Entry, firstAfterMs: number): void {
    const { board, env } = this.#deps;
    const { cell, announcement } = entry;
    const nowMs = env.clock.nowMs();
    if (board.isLinked(cell)) return;
    let attempt = this.#attempts.get(cell);
    // A cell that was reloaded is to be dialled under its new name; the old one answers no more.
    if (attempt?.peerName !== announcement.peerName) {
      attempt = { peerName: announcement.peerName, attempts: 0, nextDialAtMs: nowMs + firstAfterMs };
      this.#attempts.set(cell, attempt);
    }
    const isFull = board.peers().length >= LINK_LIMITS.linksMax || this.#dialling.size >= DIALS_MAX;
    if (attempt.nextDialAtMs <= nowMs && !isFull) void this.#dial(cell, attempt);
  }

  async #dial(cell: CellId, attempt: Attempt): Promise<void> {
    const { peerName } = attempt;
    const { env, roster, board } = this.#deps;
    if (this.#dialling.has(peerName)) return;
    this.#dialling.add(peerName);
    attempt.attempts++;
    const backoffMs = Math.min(REDIAL_MS * 2 ** attempt.attempts, REDIAL_MS_MAX);
    attempt.nextDialAtMs = env.clock.nowMs() + backoffMs + (cell < board.self ? COURTESY_MS : 0);
    const patience = env.timers.after(RELAY_LIMITS.patienceMs, () => void this.#detour(cell));
    let dialled = await this.#dialDirect(cell, peerName);
    patience.cancel();
    if (!dialled.ok && !board.isLinked(cell)) dialled = await this.#detour(cell);
    this.#dialling.delete(peerName);
    if (!this.#isLarge) this.#tendMesh();
    const isAlone = board.peers().length === 0;
    if (!dialled.ok && (isAlone || attempt.attempts >= DOUBT_ATTEMPTS)) roster.doubt(cell);
  }

  #nameOf(cell: CellId): string | undefined {
    return this.#deps.roster.present().find((each) => each.cell === cell)?.announcement.peerName;
  }

  /** Tries a direct link to a cell whose link is no good; when it comes about, its session moves over to it. */
  #dialBesides(cell: CellId): void {
    const peerName = this.#nameOf(cell);
    if (peerName === undefined || this.#dialling.has(peerName) || this.#dialling.size >= DIALS_MAX) return;
    this.#dialling.add(peerName);
    void this.#dialDirect(cell, peerName).then(() => this.#dialling.delete(peerName));
  }

  async #dialDirect(cell: CellId, peerName: string): Promise<Result<void, FabricFailure>> {
    const { signaling, board } = this.#deps;
    const isNamedBoth = isNamed(peerName) && isNamed(signaling.peerName);
    const dialled: Result<void, FabricFailure> = isNamedBoth ? await signaling.dial(peerName) : err(UNNAMED);
    // A connection for somebody who may be dead would be wasted.
    const isMissing = !board.isLinked(cell) || this.#detours?.isRelayed(cell) === true;
    return dialled.ok || !isMissing || !this.#isBelieved(cell) ? dialled : this.#introducer.dial(cell);
  }

  /** A link through another cell; beyond a full mesh only to whomever somebody here wants to reach. */
  async #detour(cell: CellId): Promise<Result<void, FabricFailure>> {
    const isNeeded = !this.#isLarge || this.#wantedAtMs.has(cell) || this.#deps.isBusy(cell);
    if (!this.#detours || !isNeeded || this.#deps.board.isLinked(cell) || !this.#isBelieved(cell)) return err(NO_WAY);
    return this.#detours.dial(cell);
  }

  #isBelieved(cell: CellId): boolean {
    return this.#deps.roster.present().some((entry) => entry.cell === cell && entry.belief === 'alive');
  }

  #chance(): number {
    const [first = 0, second = 0] = this.#deps.env.random.bytes(2);
    return (first * 256 + second) / 65_536;
  }
}
