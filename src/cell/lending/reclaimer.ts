import type { CellId, Env, LeaseId, Timer } from '../../core/index.ts';
import type { Lease, Lessor, RevokeReason, RevokeResult } from '../../lease/index.ts';
import type { Switchboard } from '../../transport/index.ts';
import { EVENT } from '../../wire/index.ts';
import type { Access } from './access.ts';
import { Teardown, type TeardownDeps } from './teardown.ts';

export interface ReclaimerDeps {
  readonly env: Env;
  readonly board: Switchboard;
  readonly lessor: Lessor;
  readonly access: Access;
  readonly stop: TeardownDeps['stop'];
}

/**
 * Ends leases: on time, at a goodbye, by revoke. Tears down first, gives the capacity back after, and then tells everyone
 * who held the lease or had it open.
 */
export class Reclaimer {
  readonly #deps: ReclaimerDeps;
  readonly #teardown: Teardown;
  /** Who waits for the end of a lease that is being taken back. */
  readonly #waiting = new Map<LeaseId, ((result: RevokeResult) => void)[]>();
  #dueTimer: Timer | undefined;
  #dueMs = Infinity;

  constructor(deps: ReclaimerDeps) {
    this.#deps = deps;
    this.#teardown = new Teardown(deps);
  }

  /** Tears down leases that have ended. `told` is who knows already. */
  conclude(ended: readonly Lease[], told?: CellId): void {
    for (const lease of ended) {
      this.#deps.access.ended(lease.leaseId);
      this.#teardown.begin(lease, (result, concluded) => {
        this.#tell(concluded, told);
        for (const resolve of this.#waiting.get(lease.leaseId) ?? []) resolve(result);
        this.#waiting.delete(lease.leaseId);
      });
    }
  }

  /**
   * Takes a lease back: at once, or after its holders had `graceMs` to save their work. Answers at most a second after
   * that.
   */
  revoke(leaseId: LeaseId, graceMs: number, reason: RevokeReason): Promise<RevokeResult> {
    const { lessor } = this.#deps;
    const known = lessor.lease(leaseId);
    if (!known) return Promise.resolve('not_found');
    if (known.revokeState === 'fenced') return Promise.resolve('fenced');
    return new Promise((resolve) => {
      this.#waiting.set(leaseId, [...(this.#waiting.get(leaseId) ?? []), resolve]);
      const revoked = lessor.revoke(leaseId, graceMs, reason);
      if (revoked?.state === 'revoked') this.conclude([revoked]);
      else if (revoked) this.#warn(revoked, reason);
    });
  }

  /** Looks again when the next lease is due. */
  schedule(): void {
    const dueMs = this.#deps.lessor.nextDueMs();
    if (dueMs === undefined || (this.#dueTimer && this.#dueMs <= dueMs)) return;
    this.#dueTimer?.cancel();
    const { clock, timers } = this.#deps.env;
    this.#dueMs = dueMs;
    this.#dueTimer = timers.after(Math.max(0, dueMs - clock.nowMs()), () => this.#tick());
  }

  close(): void {
    this.#dueTimer?.cancel();
  }

  #tick(): void {
    this.#dueTimer = undefined;
    this.conclude(this.#deps.lessor.tick());
    this.schedule();
  }

  #warn(lease: Lease, reason: RevokeReason): void {
    const { board, lessor } = this.#deps;
    const graceMs = Math.floor(lease.graceMs ?? 0);
    for (const cell of [lease.holder, ...lease.openers]) {
      board.notify(cell, EVENT.leaseWarned, { leaseId: lease.leaseId, graceMs, reason });
    }
    lessor.warned(lease.leaseId);
    this.schedule();
  }

  #tell(lease: Lease, told: CellId | undefined): void {
    const { leaseId, state, revokeReason } = lease;
    if (state === 'active') return;
    const reason = revokeReason === undefined || state !== 'revoked' ? {} : { reason: revokeReason };
    for (const cell of [lease.holder, ...lease.openers]) {
      if (cell !== told) this.#deps.board.notify(cell, EVENT.leaseEnded, { leaseId, state, ...reason });
    }
  }
}
