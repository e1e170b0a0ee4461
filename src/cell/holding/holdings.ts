import {
  err,
  forgetOldest,
  ok,
  type Bytes,
  type CellId,
  type ContentHash,
  type Env,
  type LeaseId,
  type Result,
  type RunId,
  type Timer,
} from '../../core/index.ts';
import {
  LeaseHolder,
  RenewalManager,
  type HeldLease,
  type LeaseState,
  type LeaseWish,
  type RevokeReason,
} from '../../lease/index.ts';
import type { Switchboard } from '../../transport/index.ts';
import { EVENT, REQUEST, type Refusal, type WireGrant } from '../../wire/index.ts';
import { endOf, newsOf, notHeld, type UsableLease } from './words.ts';

/** Why a lease was lost, when its time was not simply over: the lessor's reason, or that it is no longer there. */
export type LossReason = RevokeReason | 'lessor_gone';

/** What happened to a lease this cell holds. */
export type HoldingNews =
  | { readonly kind: 'taken' | 'renewed'; readonly held: HeldLease }
  | { readonly kind: 'warned'; readonly held: HeldLease; readonly graceMs: number; readonly reason: RevokeReason }
  | { readonly kind: 'ended'; readonly held: HeldLease; readonly reason?: LossReason };

export interface HoldingsDeps {
  readonly env: Env;
  readonly board: Switchboard;
  readonly heard: (news: HoldingNews) => void;
  readonly changed: () => void;
}

const ENDS_KEPT = 256;
/** Refusals after which asking again is no use. */
const FINAL: ReadonlySet<Refusal['code']> = new Set([
  'lease_expired',
  'revoked',
  'fenced',
  'not_found',
  'lease_denied',
  'invalid_argument',
]);

/**
 * The leases this cell took from others or has open there.
 * 1. Its own deadline comes before the lessor's; from then on nothing is asked under the lease, whatever the lessor says.
 * 2. Each lease ends once, with one piece of news.
 * 3. Leases that are to be kept alive are renewed by the renewal policy, until that is refused for good.
 */
export class Holdings {
  readonly #deps: HoldingsDeps;
  readonly #holder: LeaseHolder;
  readonly #renewals = new RenewalManager();
  readonly #tokens = new Map<LeaseId, Bytes>();
  /** For which module a lease was opened, where that was for runs. */
  readonly #modules = new Map<LeaseId, ContentHash>();
  /** How the latest leases ended, so that who comes late hears why. */
  readonly #ends = new Map<LeaseId, Refusal>();
  #timer: Timer | undefined;
  #timerMs = Infinity;

  constructor(deps: HoldingsDeps) {
    this.#deps = deps;
    this.#holder = new LeaseHolder(deps.env.clock);
    const { handlers } = deps.board;
    handlers.onEvent(EVENT.leaseEnded, (from, { leaseId, state, reason }) => {
      if (this.#isFrom(from, leaseId)) this.#end(leaseId, state, reason);
    });
    handlers.onEvent(EVENT.leaseWarned, (from, { leaseId, graceMs, reason }) => {
      if (this.#isFrom(from, leaseId)) this.#warned(leaseId, graceMs, reason);
    });
    handlers.onEvent(EVENT.leaseRenewed, (from, { leaseId, generation, token }) => {
      const held = this.#holder.get(leaseId);
      if (held?.lessor === from && generation > held.generation)
        void this.open(from, leaseId, token, this.#modules.get(leaseId));
    });
  }

  leases(): readonly HeldLease[] {
    return this.#holder.leases();
  }

  /** A lease that may be used now, with its token. */
  usable(leaseId: LeaseId): Result<UsableLease, Refusal> {
    const held = this.#holder.get(leaseId);
    const token = this.#tokens.get(leaseId);
    if (!held || !token) return err(this.#ends.get(leaseId) ?? notHeld(leaseId));
    if (!this.#holder.isActive(leaseId)) return err({ code: 'lease_expired', message: `lease ${leaseId} ran out` });
    const module = this.#modules.get(leaseId);
    return ok({ held, token, ...(module === undefined ? {} : { module }) });
  }

  /** Takes leases from a cell: all of them, or none. */
  async take(lessor: CellId, wishes: readonly LeaseWish[], runId?: RunId): Promise<Result<HeldLease[], Refusal>> {
    const { board, env } = this.#deps;
    const askedAtMs = env.clock.nowMs();
    const request = { wishes: [...wishes], ...(runId === undefined ? {} : { runId }) };
    const answer = await board.call(lessor, REQUEST.leaseRequest, request);
    if (!answer.ok) return answer;
    const { grants } = answer.value;
    const isAsAsked = grants.length === wishes.length && grants.every(({ kind }, at) => kind === wishes[at]?.kind);
    if (!isAsAsked) {
      return err({ code: 'protocol_violation', message: 'the cell granted something else than was asked' });
    }
    const held = grants.map((grant) => {
      this.#tokens.set(grant.leaseId, grant.token);
      return this.#holder.granted(lessor, newsOf(grant), askedAtMs, runId);
    });
    for (const lease of held) this.#deps.heard({ kind: 'taken', held: lease });
    this.#settled();
    return ok(held);
  }

  /** Finds a lease of this cell again at its lessor, as after a reload. */
  attach(lessor: CellId, leaseId: LeaseId): Promise<Result<HeldLease, Refusal>> {
    return this.#ask(lessor, leaseId, () => this.#deps.board.call(lessor, REQUEST.leaseAttach, { leaseId }), true);
  }

  /** Opens a lease that another cell took, by its token; for a module when runs are to use it. */
  async open(
    lessor: CellId,
    leaseId: LeaseId,
    token: Bytes,
    module?: ContentHash,
  ): Promise<Result<HeldLease, Refusal>> {
    const opened = await this.#ask(lessor, leaseId, () => this.prove(lessor, leaseId, token, module), false);
    if (opened.ok && module !== undefined) this.#modules.set(leaseId, module);
    return opened;
  }

  /** Has a token checked by the lessor; what this cell holds stays as it is. */
  prove(lessor: CellId, leaseId: LeaseId, token: Bytes, module?: ContentHash) {
    const forModule = module === undefined ? {} : { module };
    return this.#deps.board.call(lessor, REQUEST.leaseOpen, { leaseId, token, ...forModule });
  }

  /** Extends a lease of this cell; one whose own deadline has passed is not even asked for. */
  async renew(leaseId: LeaseId, ttlMs?: number): Promise<Result<HeldLease, Refusal>> {
    const { board, env } = this.#deps;
    const usable = this.usable(leaseId);
    if (!usable.ok) return usable;
    const { held, token } = usable.value;
    const askedAtMs = env.clock.nowMs();
    const request = { leaseId, generation: held.generation, token, ...(ttlMs === undefined ? {} : { ttlMs }) };
    const answer = await board.call(held.lessor, REQUEST.leaseRenew, request);
    if (!answer.ok) return answer;
    const { grant } = answer.value;
    const renewed = this.#holder.renewed(leaseId, newsOf(grant), askedAtMs);
    if (!renewed)
      return err({ code: 'lease_expired', message: `lease ${leaseId} ran out before its renewal was here` });
    this.#tokens.set(leaseId, grant.token);
    this.#renewed(renewed);
    return ok(renewed);
  }

  /** Renews a lease in time from now on, or no longer. */
  keepAlive(leaseId: LeaseId, isKeptAlive: boolean): void {
    const held = this.#holder.get(leaseId);
    if (held?.isOwn && isKeptAlive) this.#renewals.register(leaseId, held.fromMs, held.deadlineMs);
    else this.#renewals.unregister(leaseId);
    this.#schedule();
  }

  /** Gives leases back: its own are freed, others' are closed. Harmless when they have ended. Resolves when they know. */
  async give(leaseIds: readonly LeaseId[]): Promise<void> {
    const { board } = this.#deps;
    const freed = new Map<CellId, LeaseId[]>();
    const calls: Promise<unknown>[] = [];
    for (const leaseId of leaseIds) {
      const held = this.#end(leaseId, 'freed');
      if (!held || !(held.lessor === board.self || board.isLinked(held.lessor))) continue;
      if (held.isOwn) freed.set(held.lessor, [...(freed.get(held.lessor) ?? []), leaseId]);
      else calls.push(board.call(held.lessor, REQUEST.leaseClose, { leaseId }));
    }
    for (const [lessor, ids] of freed) calls.push(board.call(lessor, REQUEST.leaseFree, { leaseIds: ids }));
    await Promise.all(calls);
  }

  /** Tells the lessor that takes a lease back that its work is saved. */
  async checkpointed(leaseId: LeaseId): Promise<Result<object, Refusal>> {
    const held = this.#holder.get(leaseId);
    if (!held) return err(this.#ends.get(leaseId) ?? notHeld(leaseId));
    return this.#deps.board.call(held.lessor, REQUEST.leaseCheckpointed, { leaseId });
  }

  lessorGone(lessor: CellId): void {
    for (const { leaseId } of this.leases().filter((held) => held.lessor === lessor)) {
      this.#end(leaseId, 'revoked', 'lessor_gone');
    }
  }

  /** Ends what is over by this cell's own clock and renews what is due. */
  tick(): void {
    const nowMs = this.#deps.env.clock.nowMs();
    for (const held of this.#holder.tick()) {
      this.#over(held, held.state === 'revoked' ? held.warning?.reason : undefined);
    }
    for (const leaseId of this.#renewals.tick(nowMs).due) void this.#renewInTime(leaseId);
    this.#schedule();
  }

  close(): void {
    this.#timer?.cancel();
  }

  async #ask(
    lessor: CellId,
    leaseId: LeaseId,
    call: () => Promise<Result<{ grant: WireGrant }, Refusal>>,
    isOwn: boolean,
  ): Promise<Result<HeldLease, Refusal>> {
    const askedAtMs = this.#deps.env.clock.nowMs();
    const answer = await call();
    if (!answer.ok) return answer;
    const { grant } = answer.value;
    if (grant.leaseId !== leaseId) return err({ code: 'protocol_violation', message: 'that is another lease' });
    const isKnown = this.#holder.get(leaseId) !== undefined;
    this.#tokens.set(leaseId, grant.token);
    const news = newsOf(grant);
    const held = isOwn ? this.#holder.granted(lessor, news, askedAtMs) : this.#holder.opened(lessor, news, askedAtMs);
    this.#deps.heard({ kind: isKnown ? 'renewed' : 'taken', held });
    this.#settled();
    return ok(held);
  }

  async #renewInTime(leaseId: LeaseId): Promise<void> {
    const renewed = await this.renew(leaseId);
    if (renewed.ok || !this.#renewals.has(leaseId)) return;
    if (FINAL.has(renewed.error.code)) this.#renewals.unregister(leaseId);
    else this.#renewals.failed(leaseId, this.#deps.env.clock.nowMs());
    this.#schedule();
  }

  #renewed(held: HeldLease): void {
    if (this.#renewals.has(held.leaseId)) this.#renewals.register(held.leaseId, held.fromMs, held.deadlineMs);
    this.#deps.heard({ kind: 'renewed', held });
    this.#settled();
  }

  #warned(leaseId: LeaseId, graceMs: number, reason: RevokeReason): void {
    const held = this.#holder.warned(leaseId, graceMs, reason);
    if (!held) return;
    this.#renewals.unregister(leaseId);
    this.#deps.heard({ kind: 'warned', held, graceMs, reason });
    this.#settled();
  }

  #end(leaseId: LeaseId, state: Exclude<LeaseState, 'active'>, reason?: LossReason): HeldLease | undefined {
    const held = this.#holder.ended(leaseId, state);
    return held && this.#over(held, reason);
  }

  #over(held: HeldLease, reason?: LossReason): HeldLease {
    this.#tokens.delete(held.leaseId);
    this.#modules.delete(held.leaseId);
    this.#renewals.unregister(held.leaseId);
    this.#ends.set(held.leaseId, endOf(held));
    forgetOldest(this.#ends, ENDS_KEPT);
    this.#deps.heard({ kind: 'ended', held, ...(reason === undefined ? {} : { reason }) });
    this.#deps.changed();
    return held;
  }

  #isFrom(cell: CellId, leaseId: LeaseId): boolean {
    return this.#holder.get(leaseId)?.lessor === cell;
  }

  #settled(): void {
    this.#schedule();
    this.#deps.changed();
  }

  /** Looks again when something is due; a timer that comes too early does no harm. */
  #schedule(): void {
    const dueMs = Math.min(this.#holder.nextDueMs() ?? Infinity, this.#renewals.nextDueMs() ?? Infinity);
    if (dueMs === Infinity || (this.#timer && this.#timerMs <= dueMs)) return;
    const { clock, timers } = this.#deps.env;
    this.#timer?.cancel();
    this.#timerMs = dueMs;
    this.#timer = timers.after(Math.max(0, dueMs - clock.nowMs()), () => {
      this.#timer = undefined;
      this.tick();
    });
  }
}
