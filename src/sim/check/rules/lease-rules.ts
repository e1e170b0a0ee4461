import { shortId, type CellId, type LeaseId } from '../../../core/index.ts';
import type { FabricSnapshot, LeaseView } from '../../../sdk/index.ts';
import type { SimTab } from '../../tab.ts';
import type { Violations } from '../violations.ts';

/** A timer of a tab in front is at most this late by the tab's own clock, with the work before it. */
const TEARDOWN_MS_MAX = 10;
const ROUNDING_MS = 0.01;
/** A heartbeat and a late timer. */
const HELD_OVER_MS_MAX = 1_010;

/** A lease as its lessor last showed it. */
export interface GrantedLease {
  readonly holder: CellId;
  readonly kind: LeaseView['kind'];
  readonly quantity: number;
  readonly generation: number;
  readonly state: LeaseView['state'];
  /** On the lessor's clock. */
  readonly expiresAtMs: number;
  /** In simulated time, as the lessor's clock ran when it was seen. */
  readonly expiresAtSimMs: number;
}

/** What an ended lease had is free again from these states on; before, and in quarantine, nobody else gets it. */
const RECLAIMED: ReadonlySet<string> = new Set(['torndown', 'failed_closed']);

/**
 * The rules of leases (DESIGN §4), as they can be seen from outside: what has ended stays ended, only a renewal moves a
 * deadline and only before it, the holder's deadline comes first, capacity adds up, and the end comes on time.
 */
export class LeaseRules {
  readonly #violations: Violations;
  readonly #granted = new Map<SimTab, Map<LeaseId, GrantedLease>>();
  /** Deadlines of held leases, on the holder's clock. */
  readonly #held = new Map<SimTab, Map<LeaseId, number>>();
  readonly #everyGrant = new Map<LeaseId, GrantedLease>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  /** A lease of this lessor, as it was last seen. */
  granted(tab: SimTab, leaseId: LeaseId): GrantedLease | undefined {
    return this.#granted.get(tab)?.get(leaseId);
  }

  observe(tab: SimTab, snapshot: FabricSnapshot): void {
    const book = this.#granted.get(tab) ?? new Map<LeaseId, GrantedLease>();
    this.#granted.set(tab, book);
    // What a cell lent that was sent away ended with its links; nobody tends its book any more.
    if (snapshot.phase === 'failed') return;
    for (const lease of snapshot.leases) {
      if (lease.lessor === snapshot.self) this.#lent(tab, book, lease);
      else if (lease.state === 'active') this.#heldBy(tab, lease);
    }
    this.#count(tab, snapshot);
  }

  gone(tab: SimTab): void {
    this.#granted.delete(tab);
    this.#held.delete(tab);
  }

  #lent(tab: SimTab, book: Map<LeaseId, GrantedLease>, lease: LeaseView): void {
    const nowMs = tab.clock.nowMs();
    const known = book.get(lease.leaseId);
    const { holder, kind, quantity, generation, state, revokeState, remainingMs } = lease;
    // While grace runs, what is left of it is shown. That is news which reaches the holder late; its deadline stands.
    const isLive = state === 'active' && revokeState === 'active' && remainingMs > 0;
    const expiresAtMs = isLive ? nowMs + remainingMs : (known?.expiresAtMs ?? nowMs);
    const expiresAtSimMs = isLive ? tab.simMsIn(remainingMs) : (known?.expiresAtSimMs ?? tab.simMsIn(0));
    const seen = { holder, kind, quantity, generation, state, expiresAtMs, expiresAtSimMs };
    if (known) this.#change(tab, lease, known, expiresAtMs);
    if (state === 'active' && nowMs - expiresAtMs > TEARDOWN_MS_MAX && tab.steadyMs() > nowMs - expiresAtMs) {
      this.#add('lease ended on time', tab, lease, `${Math.round(nowMs - expiresAtMs)} ms over its deadline`);
    }
    book.set(lease.leaseId, seen);
    this.#everyGrant.set(lease.leaseId, seen);
  }

  #change(tab: SimTab, lease: LeaseView, known: GrantedLease, expiresAtMs: number): void {
    const { state, generation, holder, kind, quantity } = lease;
    if (known.state !== 'active' && state === 'active')
      this.#add('ended stays ended', tab, lease, `was ${known.state}`);
    if (known.state !== 'active' && state !== known.state && state !== 'active') {
      this.#add('ends once', tab, lease, `${known.state}, then ${state}`);
    }
    if (generation < known.generation)
      this.#add('generations grow', tab, lease, `${known.generation} to ${generation}`);
    if (holder !== known.holder || kind !== known.kind || quantity !== known.quantity) {
      this.#add('a lease keeps its terms', tab, lease, 'holder, kind or quantity changed');
    }
    if (state !== 'active' || expiresAtMs <= known.expiresAtMs + ROUNDING_MS) return;
    if (generation === known.generation) this.#add('only renewal extends', tab, lease, 'without a new generation');
    if (tab.clock.nowMs() >= known.expiresAtMs) this.#add('expired is never renewed', tab, lease, 'after its deadline');
  }

  /** The holder's word on its own deadline, against the lessor's. A clock that stood still is nobody's promise. */
  #heldBy(tab: SimTab, lease: LeaseView): void {
    this.#heldInTime(tab, lease);
    const grant = this.#everyGrant.get(lease.leaseId);
    if (grant?.generation !== lease.generation || lease.remainingMs === 0 || tab.hasSlept) return;
    const overMs = tab.simMsIn(lease.remainingMs) - grant.expiresAtSimMs;
    if (overMs >= 0) this.#add('the holder stops first', tab, lease, `${overMs.toFixed(1)} ms after the lessor`);
  }

  /** A holder drops a lease when its own deadline has passed, at its next heartbeat at the latest. */
  #heldInTime(tab: SimTab, { leaseId, kind, remainingMs }: LeaseView): void {
    const book = this.#held.get(tab) ?? new Map<LeaseId, number>();
    this.#held.set(tab, book);
    const nowMs = tab.clock.nowMs();
    if (remainingMs > 0) book.set(leaseId, nowMs + remainingMs);
    const overMs = nowMs - (book.get(leaseId) ?? nowMs);
    if (overMs <= HELD_OVER_MS_MAX || tab.steadyMs() <= overMs) return;
    const text = `${tab.name}: ${kind} lease ${shortId(leaseId)} is held ${Math.round(overMs)} ms after its deadline`;
    this.#violations.add('the holder lets go', text);
  }

  #count(tab: SimTab, snapshot: FabricSnapshot): void {
    const self = snapshot.cells.find(({ isSelf }) => isSelf);
    if (!self) return;
    const lent = { cpu: 0, mem: 0 };
    for (const { lessor, revokeState, kind, quantity } of snapshot.leases) {
      if (lessor === snapshot.self && !RECLAIMED.has(revokeState)) lent[kind] += quantity;
    }
    const { slotsTotal, slotsFree, memoryBytesTotal, memoryBytesFree } = self;
    for (const [kind, taken, free, total] of [
      ['cpu', lent.cpu, slotsFree, slotsTotal],
      ['mem', lent.mem, memoryBytesFree, memoryBytesTotal],
    ] as const) {
      if (taken > total) this.#violations.add('leases never overlap', `${tab.name}: ${taken} ${kind} lent of ${total}`);
      if (taken + free !== total) {
        this.#violations.add('capacity adds up', `${tab.name}: ${taken} ${kind} lent and ${free} free of ${total}`);
      }
    }
  }

  #add(rule: string, tab: SimTab, lease: LeaseView, text: string): void {
    this.#violations.add(rule, `${tab.name}: ${lease.kind} lease ${shortId(lease.leaseId)}: ${text}`);
  }
}
