import {
  err,
  LEASE_LIMITS,
  ok,
  type Bytes,
  type CellId,
  type ContentHash,
  type Env,
  type LeaseId,
  type Result,
  type RunId,
} from '../../core/index.ts';
import type { Lease, LeaseDenial, LeaseWish, Lessor } from '../../lease/index.ts';
import type { Switchboard } from '../../transport/index.ts';
import { EVENT, REQUEST, type Refusal, type WireGrant } from '../../wire/index.ts';
import type { Access } from './access.ts';
import type { Reclaimer } from './reclaimer.ts';
import type { LeaseWitness } from './witness.ts';

export interface GrantDeskDeps {
  readonly env: Env;
  readonly board: Switchboard;
  readonly lessor: Lessor;
  readonly access: Access;
  readonly reclaimer: Reclaimer;
  readonly witness: LeaseWitness;
}

/**
 * Where other cells come for leases: to take, renew, share, give back and find them again. Every answer carries a token
 * of the lease as it stands; what needs a token is done only for one that verifies.
 */
export class GrantDesk {
  readonly #deps: GrantDeskDeps;

  constructor(deps: GrantDeskDeps) {
    this.#deps = deps;
    const { handlers, self } = deps.board;
    handlers.onRequest(REQUEST.leaseRequest, (from, { wishes, runId }) => this.#grant(from, wishes, runId));
    handlers.onRequest(REQUEST.leaseFree, (from, { leaseIds }) => ok({ freed: this.#free(from, leaseIds) }));
    handlers.onRequest(REQUEST.leaseRenew, (from, asked) => this.#renew(from, asked));
    handlers.onRequest(REQUEST.leaseOpen, (from, asked) => this.#open(from, asked));
    handlers.onRequest(REQUEST.leaseClose, (from, { leaseId }) => this.#close(from, leaseId));
    handlers.onRequest(REQUEST.leaseCheckpointed, (from, { leaseId }) => this.#checkpointed(from, leaseId));
    handlers.onRequest(REQUEST.leaseQuery, (from, { leaseId }) => this.#query(from, leaseId));
    handlers.onRequest(REQUEST.leaseAttach, (from, { leaseId }) => this.#attach(from, leaseId));
    handlers.onRequest(REQUEST.leaseRevoke, async (from, { leaseId, graceMs }) =>
      from === self
        ? ok({ result: await deps.reclaimer.revoke(leaseId, graceMs, 'lessor') })
        : err({ code: 'lease_denied', message: 'only the lessor itself takes a lease back' }),
    );
  }

  /** Frees everything a departed holder had but what it wants to find again, and closes what it had open. */
  holderLeft(cell: CellId): void {
    const { lessor, reclaimer, access } = this.#deps;
    const { ended, closed } = lessor.holderLeft(cell);
    for (const { leaseId } of closed) access.close(leaseId, cell);
    reclaimer.conclude(ended, cell);
  }

  /** Takes back, as the steward's revoke, what cells hold that may not be here, and closes what they have open. */
  expel(isMember: (cell: CellId) => boolean): void {
    const { lessor, reclaimer } = this.#deps;
    for (const { leaseId, holder, openers } of lessor.leases()) {
      for (const opener of openers) if (!isMember(opener)) this.#close(opener, leaseId);
      if (!isMember(holder)) void reclaimer.revoke(leaseId, 0, 'steward');
    }
  }

  async #grant(
    from: CellId,
    wishes: readonly LeaseWish[],
    runId: RunId | undefined,
  ): Promise<Result<{ grants: WireGrant[] }, Refusal>> {
    const { lessor, reclaimer } = this.#deps;
    const room = lessor.claim(from, wishes);
    const granted = room ? await this.#preempt(from, wishes, runId, room) : lessor.grant(from, wishes, runId);
    if (!granted.ok) return err(granted.error);
    reclaimer.schedule();
    return ok({ grants: await Promise.all(granted.value.map((lease) => this.#grantOf(lease))) });
  }

  /** Takes leases of lower tiers back, with grace, and grants what then has room. */
  async #preempt(
    from: CellId,
    wishes: readonly LeaseWish[],
    runId: RunId | undefined,
    room: NonNullable<ReturnType<Lessor['claim']>>,
  ): Promise<Result<readonly Lease[], LeaseDenial>> {
    const { lessor, reclaimer } = this.#deps;
    const { preemptGraceMs } = LEASE_LIMITS;
    const ends = room.victims.map(({ leaseId }) => reclaimer.revoke(leaseId, preemptGraceMs, 'preempted'));
    await Promise.all(ends);
    const granted = lessor.grant(from, wishes, runId, room.claim);
    lessor.unclaim(room.claim);
    return granted;
  }

  async #renew(
    from: CellId,
    asked: { leaseId: LeaseId; generation: number; ttlMs?: number; token: Bytes },
  ): Promise<Result<{ grant: WireGrant }, Refusal>> {
    const { lessor, access, board, reclaimer } = this.#deps;
    const { leaseId, generation, ttlMs, token } = asked;
    const admitted = await access.admit(leaseId, { presenter: from }, token, 'renew');
    if (!admitted.ok) return this.#refused(from, admitted.error);
    const renewed = lessor.renew(from, leaseId, generation, ttlMs);
    if (!renewed.ok) return renewed;
    reclaimer.schedule();
    const lease = renewed.value;
    for (const { opener, token: fresh } of await access.reissue(lease)) {
      board.notify(opener, EVENT.leaseRenewed, { leaseId, generation: lease.generation, token: fresh });
    }
    return ok({ grant: await this.#grantOf(lease) });
  }

  async #open(
    from: CellId,
    asked: { leaseId: LeaseId; token: Bytes; module?: ContentHash },
  ): Promise<Result<{ grant: WireGrant }, Refusal>> {
    const { leaseId, token, module } = asked;
    const shown = { presenter: from, ...(module === undefined ? {} : { module }) };
    const admitted = await this.#deps.access.admit(leaseId, shown, token, undefined);
    if (!admitted.ok) return this.#refused(from, admitted.error);
    const opened = this.#deps.lessor.open(from, leaseId);
    if (!opened.ok) return opened;
    return ok({ grant: this.#answer(opened.value, token) });
  }

  #close(from: CellId, leaseId: LeaseId): Result<object, Refusal> {
    if (this.#deps.lessor.close(from, leaseId)) this.#deps.access.close(leaseId, from);
    return ok({});
  }

  #free(holder: CellId, leaseIds: readonly LeaseId[]): number {
    const freed = leaseIds.flatMap((leaseId) => this.#deps.lessor.free(holder, leaseId) ?? []);
    this.#deps.reclaimer.conclude(freed, holder);
    return freed.length;
  }

  #checkpointed(from: CellId, leaseId: LeaseId): Result<object, Refusal> {
    const ended = this.#deps.lessor.checkpointed(from, leaseId);
    if (!ended) return err({ code: 'not_found', message: 'that lease of yours is not being taken back' });
    this.#deps.reclaimer.conclude([ended]);
    return ok({});
  }

  #query(from: CellId, leaseId: LeaseId) {
    const lease = this.#deps.lessor.known(from, leaseId);
    if (!lease) return err({ code: 'not_found' as const, message: 'there is no such lease of yours here' });
    const { kind, quantity, ttlMs, generation, tier, revokeState, openers } = lease;
    const remainingMs = this.#remainingMs(lease);
    return ok({ kind, quantity, ttlMs, remainingMs, generation, tier, revokeState, openers: openers.length });
  }

  async #attach(from: CellId, leaseId: LeaseId): Promise<Result<{ grant: WireGrant }, Refusal>> {
    const { lessor } = this.#deps;
    const lease = lessor.known(from, leaseId);
    if (lease?.holder !== from) return err({ code: 'not_found', message: 'there is no such lease of yours here' });
    const usable = lessor.check(from, leaseId, lease.kind);
    return usable.ok ? ok({ grant: await this.#grantOf(usable.value) }) : usable;
  }

  async #grantOf(lease: Lease): Promise<WireGrant> {
    return this.#answer(lease, await this.#deps.access.mint(lease));
  }

  #answer(lease: Lease, token: Bytes): WireGrant {
    const { leaseId, kind, quantity, ttlMs, generation, epoch, tier } = lease;
    return { leaseId, kind, quantity, ttlMs, remainingMs: this.#remainingMs(lease), generation, epoch, tier, token };
  }

  #remainingMs({ expiresAtMs, state }: Lease): number {
    return state === 'active' ? Math.max(0, Math.floor(expiresAtMs - this.#deps.env.clock.nowMs())) : 0;
  }

  #refused(from: CellId, refusal: Refusal): Result<never, Refusal> {
    this.#deps.witness.denied(from, refusal.code, refusal.message);
    return err(refusal);
  }
}
