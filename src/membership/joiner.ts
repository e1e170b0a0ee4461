import {
  err,
  failure,
  LINK_LIMITS,
  ok,
  type CellId,
  type Env,
  type FabricFailure,
  type Result,
  type Timer,
} from '../core/index.ts';
import type { HelloFault, Switchboard } from '../transport/index.ts';
import { EVENT } from '../wire/index.ts';
import type { Roster } from './roster.ts';
import type { Signaling } from './signaling.ts';

export interface JoinerDeps {
  readonly env: Env;
  readonly board: Switchboard;
  readonly roster: Roster;
  readonly signaling: Signaling;
  readonly rendezvousIds: readonly string[];
  readonly changed: () => void;
}

interface Known {
  readonly peerName: string;
  attempts: number;
  nextDialAtMs: number;
}

/** A newcomer dials those it hears of; the others wait this long for it before they dial themselves. */
const NEWCOMER_GRACE_MS = 1_500;
const REDIAL_MS = 2_000;
const REDIAL_MS_MAX = 30_000;
const DIAL_ATTEMPTS_MAX = 6;
const TEND_EVERY_MS = 1_000;
const GOSSIP_EVERY_TENDS = 5;
/** A slot that looks free and is taken this often in a row has somebody behind it whom we should know. */
const STRANGER_SIGHTINGS = 3;
/** A keeper that never answers is asked ever more seldom, down to this. */
const STRANGER_SIGHTINGS_MAX = 30;

/**
 * How a cell gets in and stays in.
 * 1. It claims the rendezvous names of its fabric; a name that is taken has a member behind it, which it dials.
 * 2. Once linked to one member it hears of the others and dials them, never twice at a time, backed off, bounded.
 * 3. It keeps at most one rendezvous name, and when one stands empty, the member of lowest id without one takes it.
 * 4. Parts of a fabric that have lost each other, down to a single cell, meet again at the rendezvous names.
 */
export class Joiner {
  readonly #deps: JoinerDeps;
  readonly #known = new Map<CellId, Known>();
  readonly #dialling = new Set<string>();
  /** By the rendezvous name they keep: how often seen since last dialled, and how often dialled in vain. */
  readonly #strangers = new Map<string, { sightings: number; dials: number }>();
  #slot: number | undefined;
  #isTendingSlots = false;
  #tends = 0;
  #tendTimer: Timer | undefined;
  #helloFault: HelloFault | undefined;
  #refused: () => void = () => undefined;
  #isClosed = false;

  constructor(deps: JoinerDeps) {
    this.#deps = deps;
    const { board } = deps;
    board.handlers.onEvent(EVENT.cellListed, (_from, { cells }) => {
      for (const { cell, peerName } of cells) this.#heardOf(cell, peerName, 0);
    });
    board.listen({
      joined: (cell) => this.#joined(cell),
      left: (cell) => this.#known.delete(cell),
      refused: (fault, role) => {
        if (role !== 'dialer') return;
        this.#helloFault = fault;
        this.#refused();
      },
    });
  }

  /** The rendezvous slot this cell keeps for newcomers. */
  get slot(): number | undefined {
    return this.#slot;
  }

  /** Settles once this cell is linked to a member, or knows that it is the first. */
  async join(): Promise<Result<void, FabricFailure>> {
    const { signaling, rendezvousIds } = this.#deps;
    const [opened, ...claims] = await Promise.all([
      signaling.open(),
      ...rendezvousIds.map((rendezvousId) => signaling.claim(rendezvousId)),
    ]);
    if (!opened.ok) return opened;
    const refused = claims.find((claim) => !claim.ok);
    if (refused) return refused;
    const taken = rendezvousIds.filter((_, slot) => isClaim(claims[slot], 'taken'));
    this.#keepOneSlot(rendezvousIds.filter((_, slot) => isClaim(claims[slot], 'claimed')));
    const joined = taken.length === 0 ? ok(undefined) : await this.#meet(taken);
    if (joined.ok && !this.#isClosed) this.#tendTimer = this.#deps.env.timers.after(TEND_EVERY_MS, () => this.#tend());
    return joined;
  }

  close(): void {
    this.#isClosed = true;
    this.#tendTimer?.cancel();
  }

  /** Dials the holders of taken names in turn until this cell is linked, by its own dial or by somebody else's. */
  async #meet(taken: readonly string[]): Promise<Result<void, FabricFailure>> {
    const { roster, signaling } = this.#deps;
    for (const name of taken) {
      const dialled = await Promise.race([signaling.dial(name), roster.heardFirst.then(() => ok(undefined))]);
      if (this.#isClosed) break;
      const isHeard = roster.members().some(({ announcement }) => announcement !== undefined);
      if (isHeard || (dialled.ok && (await this.#helloEnds()))) return ok(undefined);
    }
    const fault = this.#helloFault;
    if (fault && fault.code !== 'disconnected') return err(failure(fault.code, fault.message));
    return err(failure('peers_unreachable', `${taken.length} meeting points of this fabric are taken; none answered`));
  }

  /** Whether the hello on a link just opened makes this cell a member; false when it is refused or takes too long. */
  #helloEnds(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = this.#deps.env.timers.after(LINK_LIMITS.helloDeadlineMs, () => resolve(false));
      this.#refused = () => {
        timer.cancel();
        resolve(false);
      };
      void this.#deps.roster.heardFirst.then(() => {
        timer.cancel();
        resolve(true);
      });
    });
  }

  #joined(cell: CellId): void {
    this.#known.delete(cell);
    this.#strangers.clear();
    const { board } = this.#deps;
    board.notify(cell, EVENT.cellListed, { cells: this.#list().filter((known) => known.cell !== cell) });
  }

  #list(): { cell: CellId; peerName: string }[] {
    return this.#deps.roster
      .members()
      .flatMap(({ cell, announcement, state }) =>
        announcement && state !== 'gone' ? [{ cell, peerName: announcement.peerName }] : [],
      );
  }

  #heardOf(cell: CellId, peerName: string, graceMs: number): void {
    const { board, env } = this.#deps;
    // A cell that was reloaded is to be dialled under its new name; the old one answers no more.
    if (cell === board.self || board.isLinked(cell) || this.#known.get(cell)?.peerName === peerName) return;
    if (this.#known.size >= 4 * LINK_LIMITS.linksMax) return;
    this.#known.set(cell, { peerName, attempts: 0, nextDialAtMs: env.clock.nowMs() + graceMs });
    if (graceMs === 0) this.#dialDue();
  }

  #tend(): void {
    const { env, board } = this.#deps;
    this.#dialDue();
    if (this.#tends++ % GOSSIP_EVERY_TENDS === 0) board.broadcast(EVENT.cellListed, { cells: this.#list() });
    void this.#tendSlots();
    this.#tendTimer = env.timers.after(TEND_EVERY_MS, () => this.#tend());
  }

  #dialDue(): void {
    const { env, board } = this.#deps;
    const nowMs = env.clock.nowMs();
    for (const [cell, known] of this.#known) {
      if (board.isLinked(cell) || known.attempts >= DIAL_ATTEMPTS_MAX) this.#known.delete(cell);
      else if (known.nextDialAtMs <= nowMs && board.peers().length < LINK_LIMITS.linksMax) void this.#dial(cell, known);
    }
  }

  async #dial(cell: CellId, known: Known): Promise<void> {
    if (this.#dialling.has(known.peerName)) return;
    this.#dialling.add(known.peerName);
    known.attempts++;
    const backoffMs = Math.min(REDIAL_MS * 2 ** known.attempts, REDIAL_MS_MAX);
    // Of two that dial each other, the higher id comes later, so that their dials do not cross.
    const courtesyMs = cell < this.#deps.board.self ? NEWCOMER_GRACE_MS : 0;
    known.nextDialAtMs = this.#deps.env.clock.nowMs() + backoffMs + courtesyMs;
    await this.#deps.signaling.dial(known.peerName);
    this.#dialling.delete(known.peerName);
  }

  #keepOneSlot(claimed: readonly string[]): void {
    const { signaling, rendezvousIds, changed } = this.#deps;
    const [kept, ...others] = claimed;
    for (const rendezvousId of others) signaling.release(rendezvousId);
    this.#slot = kept === undefined ? undefined : rendezvousIds.indexOf(kept);
    changed();
  }

  /**
   * If it is this cell's turn: takes a slot that nobody here keeps. Where such a slot is taken all the same, there are
   * members we have lost or never met; one of them is dialled, so that parts of a fabric find each other again.
   */
  async #tendSlots(): Promise<void> {
    const { roster, board, signaling, rendezvousIds } = this.#deps;
    const alive = roster.members().filter(({ state, announcement }) => state === 'alive' && announcement);
    const held = new Set([this.#slot, ...alive.map(({ announcement }) => announcement?.slot)]);
    const others = alive.filter(({ announcement }) => this.#slot !== undefined || announcement?.slot === undefined);
    const hasTaker = this.#slot !== undefined && alive.some(({ announcement }) => announcement?.slot === undefined);
    if (this.#isTendingSlots || hasTaker || others.some(({ cell }) => cell < board.self)) return;
    this.#isTendingSlots = true;
    for (const [slot, rendezvousId] of rendezvousIds.entries()) {
      if (held.has(slot)) continue;
      const claim = await signaling.claim(rendezvousId);
      if (this.#isClosed || !claim.ok) break;
      if (claim.value === 'taken') this.#meetStranger(rendezvousId);
      else if (this.#slot !== undefined) signaling.release(rendezvousId);
      else {
        this.#slot = slot;
        this.#deps.changed();
      }
    }
    this.#isTendingSlots = false;
  }

  /** Dials whoever keeps a slot that nobody here keeps; not at once, as a newcomer may be about to tell us itself. */
  #meetStranger(rendezvousId: string): void {
    const stranger = this.#strangers.get(rendezvousId) ?? { sightings: 0, dials: 0 };
    this.#strangers.set(rendezvousId, stranger);
    stranger.sightings++;
    const sightingsNeeded = Math.min(STRANGER_SIGHTINGS * 2 ** stranger.dials, STRANGER_SIGHTINGS_MAX);
    if (stranger.sightings < sightingsNeeded || this.#dialling.has(rendezvousId)) return;
    stranger.sightings = 0;
    stranger.dials++;
    this.#dialling.add(rendezvousId);
    void this.#deps.signaling.dial(rendezvousId).then(() => this.#dialling.delete(rendezvousId));
  }
}

function isClaim(claim: Result<'claimed' | 'taken', FabricFailure> | undefined, wanted: 'claimed' | 'taken'): boolean {
  return claim?.ok === true && claim.value === wanted;
}
