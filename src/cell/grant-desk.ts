import { err, ok, type CellId, type Env, type LeaseId, type Timer } from '../core/index.ts';
import type { Lease, Lessor, LeaseState } from '../lease/index.ts';
import type { Switchboard } from '../transport/index.ts';
import { EVENT, REQUEST } from '../wire/index.ts';

export interface GrantDeskDeps {
  readonly env: Env;
  readonly board: Switchboard;
  readonly lessor: Lessor;
  /** Stops whatever uses the lease, before its capacity is lent again. */
  readonly tearDown: (lease: Lease) => void;
  readonly changed: () => void;
  readonly note: Note;
  /** What people call a cell. */
  readonly nameOf: (cell: CellId) => string;
}

/** Tells people that something happened: `kind` is noun.verb. */
export type Note = (level: 'info' | 'warn', kind: string, text: string) => void;

/** An ended lease, for people to see for a while. */
export interface EndedLease {
  readonly lease: Lease;
  readonly endedAtMs: number;
}

/** How long an ended lease is still shown. */
const ENDED_SHOWN_MS = 6_000;
const ENDED_SHOWN_MAX = 64;

/**
 * Where other cells come for leases. Grants and frees through the lessor, ends what is due on time, tears down first and
 * gives the capacity back after, and tells the holder.
 */
export class GrantDesk {
  readonly #deps: GrantDeskDeps;
  readonly #ended: EndedLease[] = [];
  #dueTimer: Timer | undefined;

  constructor(deps: GrantDeskDeps) {
    this.#deps = deps;
    const { board, lessor, env } = deps;
    board.handlers.onRequest(REQUEST.leaseRequest, (from, request) => {
      const granted = lessor.grant(from, request.wishes, request.runId);
      if (!granted.ok) return err(granted.error);
      this.#schedule();
      for (const lease of granted.value)
        deps.note('info', 'lease.granted', `${described(lease)} to ${deps.nameOf(from)}`);
      deps.changed();
      const nowMs = env.clock.nowMs();
      const grants = granted.value.map(({ leaseId, kind, quantity, ttlMs, expiresAtMs, generation, epoch }) => {
        const remainingMs = Math.max(0, Math.floor(expiresAtMs - nowMs));
        return { leaseId, kind, quantity, ttlMs, remainingMs, generation, epoch };
      });
      return ok({ grants });
    });
    board.handlers.onRequest(REQUEST.leaseFree, (from, { leaseIds }) => ok({ freed: this.#free(from, leaseIds) }));
  }

  /** Frees everything a departed holder had. */
  holderLeft(holder: CellId): void {
    this.#conclude(this.#deps.lessor.holderLeft(holder).ended);
  }

  /** Leases that ended a moment ago. */
  ended(): readonly EndedLease[] {
    const nowMs = this.#deps.env.clock.nowMs();
    return this.#ended.filter((ended) => nowMs - ended.endedAtMs < ENDED_SHOWN_MS);
  }

  close(): void {
    this.#dueTimer?.cancel();
  }

  #free(holder: CellId, leaseIds: readonly LeaseId[]): number {
    const freed = leaseIds.flatMap((leaseId) => this.#deps.lessor.free(holder, leaseId) ?? []);
    this.#conclude(freed);
    return freed.length;
  }

  #expire(): void {
    const expired = this.#deps.lessor.tick();
    this.#conclude(expired);
    for (const lease of expired) this.#tellHolder(lease, 'expired');
    this.#schedule();
  }

  #conclude(ended: readonly Lease[]): void {
    for (const lease of ended) {
      this.#deps.tearDown(lease);
      this.#deps.lessor.reclaim(lease.leaseId);
      this.#deps.note('info', `lease.${lease.state}`, `${described(lease)} of ${this.#deps.nameOf(lease.holder)}`);
      this.#ended.push({ lease, endedAtMs: this.#deps.env.clock.nowMs() });
    }
    this.#ended.splice(0, Math.max(0, this.#ended.length - ENDED_SHOWN_MAX));
    if (ended.length > 0) this.#deps.changed();
  }

  #tellHolder(lease: Lease, state: Exclude<LeaseState, 'active'>): void {
    this.#deps.board.notify(lease.holder, EVENT.leaseEnded, { leaseId: lease.leaseId, state });
  }

  #schedule(): void {
    this.#dueTimer?.cancel();
    const dueMs = this.#deps.lessor.nextDueMs();
    if (dueMs === undefined) return;
    const { clock, timers } = this.#deps.env;
    this.#dueTimer = timers.after(Math.max(0, dueMs - clock.nowMs()), () => this.#expire());
  }
}

function described(lease: Lease): string {
  return lease.kind === 'cpu'
    ? `${lease.quantity} worker slot`
    : `${Math.round(lease.quantity / 1_048_576)} MiB of memory`;
}
