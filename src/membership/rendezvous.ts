import { LINK_LIMITS, type FabricFailure, type Result } from '../core/index.ts';
import type { Switchboard } from '../transport/index.ts';
import type { Roster } from './roster.ts';
import { isNamed, type Meeting, type Signaling } from './signaling.ts';

export interface RendezvousDeps {
  readonly board: Switchboard;
  readonly roster: Roster;
  readonly signaling: Signaling;
  readonly rendezvousIds: readonly string[];
  readonly changed: () => void;
}

/** A slot that looks free and is taken this often in a row has somebody behind it whom we should know. */
const STRANGER_SIGHTINGS = 3;
/** A keeper that never answers is asked ever more seldom, down to this. */
const STRANGER_SIGHTINGS_MAX = 30;

/**
 * The names under which newcomers find a fabric. A cell keeps at most one; when one stands empty, the member of lowest id
 * without one takes it. One that is taken by nobody known leads to a part of the fabric that was lost.
 */
export class Rendezvous {
  readonly #deps: RendezvousDeps;
  /** By the name they keep: how often seen since last dialled, and how often dialled in vain. */
  readonly #strangers = new Map<string, { sightings: number; dials: number }>();
  readonly #dialling = new Set<string>();
  #slot: number | undefined;
  #saidElsewhere = '';
  #isTending = false;
  #isPaused = false;
  #isClosed = false;

  constructor(deps: RendezvousDeps) {
    this.#deps = deps;
    deps.board.listen({
      joined: () => this.#strangers.clear(),
      left: () => undefined,
      refused: () => undefined,
    });
  }

  get slot(): number | undefined {
    return this.#slot;
  }

  /** Finds somebody who keeps one of the names, or else claims them all and keeps one. */
  async meet(): Promise<Result<Meeting, FabricFailure>> {
    const { signaling, rendezvousIds } = this.#deps;
    // Where no service is, there is nobody to meet, and the cell is the first until somebody links it.
    if (!isNamed(signaling.peerName)) return { ok: true, value: { taken: [], isWhole: true } };
    if (!signaling.meet) return this.claimAll();
    const met = await signaling.meet(rendezvousIds);
    if (met.ok && met.value.claimed !== undefined) this.#keep(rendezvousIds.indexOf(met.value.claimed));
    return met;
  }

  /** Claims all names at once and keeps one. */
  async claimAll(): Promise<Result<Meeting, FabricFailure>> {
    const { signaling, rendezvousIds } = this.#deps;
    const claims = await Promise.all(rendezvousIds.map((rendezvousId) => signaling.claim(rendezvousId)));
    const refused = claims.find((claim) => !claim.ok);
    if (refused) return refused;
    const had = (wanted: 'claimed' | 'taken'): string[] =>
      rendezvousIds.filter((_, slot) => {
        const claim = claims[slot];
        return claim?.ok === true && claim.value === wanted;
      });
    const [kept, ...others] = had('claimed');
    for (const rendezvousId of others) signaling.release(rendezvousId);
    this.#keep(kept === undefined ? undefined : rendezvousIds.indexOf(kept));
    return { ok: true, value: { taken: had('taken'), isWhole: true } };
  }

  #keep(slot: number | undefined): void {
    this.#slot = slot;
    this.#deps.changed();
  }

  /** If it is this cell's turn: takes a slot that nobody here keeps, or looks who does. */
  async tend(): Promise<void> {
    const { signaling, rendezvousIds } = this.#deps;
    if (this.#isTending || !isNamed(signaling.peerName)) return;
    this.#sayElsewhere();
    const empty = this.#emptySlots();
    if (empty.length === 0) return;
    this.#isTending = true;
    for (const slot of empty) {
      const rendezvousId = rendezvousIds[slot] ?? '';
      const claim = await signaling.claim(rendezvousId);
      if (this.#isClosed || !claim.ok) break;
      if (this.#isPaused && claim.value === 'claimed') signaling.release(rendezvousId);
      if (this.#isPaused) break;
      if (claim.value === 'taken') this.#meetStranger(rendezvousId);
      else if (this.#slot !== undefined) signaling.release(rendezvousId);
      else this.#keep(slot);
    }
    this.#isTending = false;
  }

  #sayElsewhere(): void {
    const { signaling, roster, rendezvousIds } = this.#deps;
    const slots = roster.present().flatMap(({ announcement: { slot } }) => (slot === undefined ? [] : [slot]));
    const names = rendezvousIds.filter((_, slot) => slots.includes(slot));
    if (names.join() === this.#saidElsewhere) return;
    this.#saidElsewhere = names.join();
    signaling.keptElsewhere?.(names);
  }

  /** A cell that waits to be let in keeps no meeting point: who came there would meet it instead of a member. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (!isPaused || this.#slot === undefined) return;
    this.#deps.signaling.release(this.#deps.rendezvousIds[this.#slot] ?? '');
    this.#keep(undefined);
  }

  close(): void {
    this.#isClosed = true;
  }

  /** Slots for this cell to look after: of those without one, or else of all, the lowest id does. */
  #emptySlots(): readonly number[] {
    const { roster, board, rendezvousIds } = this.#deps;
    if (this.#isPaused) return [];
    const isLarge = roster.size > LINK_LIMITS.meshMax;
    const held = new Set([this.#slot]);
    for (const { cell, announcement, belief } of roster.present()) {
      // Where everyone is linked, whoever is not may be beyond a rift that only a meeting point heals.
      // Who is known to no service keeps no slot and takes none.
      if (!isNamed(announcement.peerName)) continue;
      if (belief !== 'alive' || !(isLarge || board.isLinked(cell))) continue;
      if (announcement.slot !== undefined) held.add(announcement.slot);
      const hasNone = announcement.slot === undefined;
      const isFirst = cell < board.self;
      if (this.#slot === undefined ? hasNone && isFirst : hasNone || isFirst) return [];
    }
    return rendezvousIds.flatMap((_, slot) => (held.has(slot) ? [] : [slot]));
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
