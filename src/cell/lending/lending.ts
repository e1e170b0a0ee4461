import type { Presentation, TokenKey, TokenSession } from '../../capability/index.ts';
import { err, ok, type CellId, type Env, type LeaseId, type Result } from '../../core/index.ts';
import {
  Lessor,
  type Lease,
  type LeaseEvent,
  type LeaseKind,
  type LeasePolicy,
  type ResourceCapacity,
  type ResourceProvider,
  type RevokeResult,
} from '../../lease/index.ts';
import type { Switchboard } from '../../transport/index.ts';
import type { Refusal } from '../../wire/index.ts';
import { Access } from './access.ts';
import { GrantDesk } from './grant-desk.ts';
import { Reclaimer } from './reclaimer.ts';
import type { TeardownDeps } from './teardown.ts';
import { LeaseWitness, type EndedLease, type WitnessDeps } from './witness.ts';

export interface LendingDeps extends Omit<WitnessDeps, 'env'> {
  readonly env: Env;
  readonly board: Switchboard;
  readonly providers: readonly ResourceProvider[];
  readonly tokenKey: TokenKey;
  readonly policy?: LeasePolicy;
  readonly stop: TeardownDeps['stop'];
  /** Hears of everything that happens to a lease, after it was sealed. */
  readonly heard: (event: LeaseEvent) => void;
}

/** What a cell lends: the only way into it for runs, for the page and for what other cells ask. */
export class Lending {
  readonly #lessor: Lessor;
  readonly #witness: LeaseWitness;
  readonly #access: Access;
  readonly #reclaimer: Reclaimer;
  readonly #desk: GrantDesk;

  constructor(deps: LendingDeps) {
    const { env, board, providers, tokenKey, policy, stop, heard } = deps;
    const witness = new LeaseWitness(deps);
    const observe = (event: LeaseEvent): void => {
      witness.observe(event);
      heard(event);
    };
    const lessor = new Lessor(env, providers, policy ? { policy, observe } : { observe });
    const access = new Access(board.self, tokenKey, env, witness);
    const reclaimer = new Reclaimer({ env, board, lessor, access, stop });
    this.#witness = witness;
    this.#lessor = lessor;
    this.#access = access;
    this.#reclaimer = reclaimer;
    this.#desk = new GrantDesk({ env, board, lessor, access, reclaimer, witness });
  }

  capacity(kind: LeaseKind): ResourceCapacity {
    return this.#lessor.capacity(kind);
  }

  /** Leases that are not yet reclaimed, fenced ones too, and those that ended a moment ago. */
  leases(): { readonly granted: readonly Lease[]; readonly ended: readonly EndedLease[] } {
    return { granted: this.#lessor.leases(), ended: this.#witness.ended() };
  }

  /** Whether `cell` may use a lease now; no token is looked at. */
  check(cell: CellId, leaseId: LeaseId, kind: LeaseKind): Result<Lease, Refusal> {
    return this.#lessor.check(cell, leaseId, kind);
  }

  /** Whether a cell may run a module on a lease: it holds it or has it open, and its token says so (`run` for a slot,
   * `write` for memory). */
  async admitRun(
    shown: Presentation,
    leaseId: LeaseId,
    kind: LeaseKind,
    token: Uint8Array,
  ): Promise<Result<Lease, Refusal>> {
    const operation = kind === 'cpu' ? 'run' : 'write';
    const held = this.#lessor.check(shown.presenter, leaseId, kind);
    const admitted = held.ok ? await this.#access.admit(leaseId, shown, token, operation) : held;
    // Once more, for the lease may have ended while the token was looked at.
    const usable = admitted.ok ? this.#lessor.check(shown.presenter, leaseId, kind) : admitted;
    return usable.ok ? usable : this.refused(shown.presenter, usable.error);
  }

  /** Opens a memory lease as a region, for a cell that holds it or has it open, as far as its token reaches. */
  async admitRegion(
    shown: Presentation,
    leaseId: LeaseId,
    token: Uint8Array,
  ): Promise<Result<{ readonly lease: Lease; readonly session: TokenSession }, Refusal>> {
    const held = this.#lessor.check(shown.presenter, leaseId, 'mem');
    const admitted = held.ok ? await this.#access.admit(leaseId, shown, token, undefined) : held;
    // Once more, for the lease may have ended while the token was looked at.
    const usable = admitted.ok ? this.#lessor.check(shown.presenter, leaseId, 'mem') : admitted;
    if (!usable.ok) return this.refused(shown.presenter, usable.error);
    return admitted.ok ? ok({ lease: usable.value, session: admitted.value }) : admitted;
  }

  /** A refusal, sealed. */
  refused(cell: CellId, refusal: Refusal): Result<never, Refusal> {
    this.#witness.denied(cell, refusal.code, refusal.message);
    return err(refusal);
  }

  revoke(leaseId: LeaseId, graceMs: number): Promise<RevokeResult> {
    return this.#reclaimer.revoke(leaseId, graceMs, 'lessor');
  }

  /** As `revoke`, by the steward's order. */
  revokeForSteward(leaseId: LeaseId, graceMs: number): Promise<RevokeResult> {
    return this.#reclaimer.revoke(leaseId, graceMs, 'steward');
  }

  /** Ends what cells have here that may not be here any more. */
  expel(isMember: (cell: CellId) => boolean): void {
    this.#desk.expel(isMember);
  }

  /** Whether there was a fence to take down. */
  unfence(leaseId: LeaseId): boolean {
    return this.#lessor.unfence(leaseId) !== undefined;
  }

  holderLeft(cell: CellId): void {
    this.#desk.holderLeft(cell);
  }

  close(): void {
    this.#reclaimer.close();
  }
}
