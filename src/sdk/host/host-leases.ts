import {
  attenuate,
  decodeLeaseRef,
  decodeToken,
  encodeLeaseRef,
  encodeToken,
  isLayout,
  leaseRefOf,
  operationSet,
  type Caveat,
  type Token,
} from '../../capability/index.ts';
import type { Cell, HoldingNews, LeaseListener, NeighbourClaim } from '../../cell/index.ts';
import {
  err,
  failure,
  failureOf,
  LEASE_LIMITS,
  LINK_LIMITS,
  ok,
  type CellId,
  type Env,
  type FabricFailure,
  type LeaseId,
  type Result,
} from '../../core/index.ts';
import type { HeldLease, LeaseEvent as LentEvent, LeaseEventKind, Lease, RevokeResult } from '../../lease/index.ts';
import type { RegionDoor } from '../../memory/index.ts';
import { choose, type Candidate } from '../../placement/index.ts';
import type { Switchboard } from '../../transport/index.ts';
import type { LeaseEvent, LeaseOrder, LeaseView, RefLimits, RefOrder } from '../index.ts';
import { heldView } from './shown/index.ts';

export interface HostLeasesDeps {
  readonly self: CellId;
  readonly board: Pick<Switchboard, 'reach'>;
  readonly env: Pick<Env, 'clock' | 'timers' | 'random'>;
  /** Asked for late, for the cell is made with this as its listener. */
  readonly cell: () => Cell;
  readonly candidates: () => readonly Candidate[];
  readonly happened: (event: LeaseEvent) => void;
}

type Viewed = Promise<Result<LeaseView, FabricFailure>>;

/** Leases of a host, both sides: what a program asks for, and the news of what happened. */
export class HostLeases implements LeaseListener {
  readonly #deps: HostLeasesDeps;

  constructor(deps: HostLeasesDeps) {
    this.#deps = deps;
  }

  /** Takes a lease at the best cell that gives it; a denial moves on to the next. */
  async acquire(order: LeaseOrder): Viewed {
    const { kind, quantity, ttlMs, tier, isKept, isKeptAlive, on } = order;
    const refusals = new Map<CellId, FabricFailure>();
    const memoryBytes = kind === 'mem' ? quantity : 0;
    for (;;) {
      const chosen = isCell(on) ? ok(on) : choose(this.#deps.candidates(), { target: on, memoryBytes, refusals });
      if (!chosen.ok) return chosen;
      const taken = await this.#holdings.take(chosen.value, [{ kind, quantity, ttlMs, tier, isKept }]);
      const held = taken.ok ? taken.value[0] : undefined;
      if (held) {
        if (isKeptAlive) this.#holdings.keepAlive(held.leaseId, true);
        return ok(this.#view(held));
      }
      const refusal = taken.ok ? failure('protocol_violation', 'nothing was granted') : failureOf(taken.error);
      if (isCell(on) || refusal.code === 'invalid_argument') return err(refusal);
      refusals.set(chosen.value, refusal);
    }
  }

  /** All of these, one after the other, or none. What cannot be had for want of room is asked for again, for up to `waitMs`. */
  async acquireAll(
    orders: readonly LeaseOrder[],
    waitMs: number,
  ): Promise<Result<readonly LeaseView[], FabricFailure>> {
    const { clock } = this.#deps.env;
    const untilMs = clock.nowMs() + waitMs;
    for (let tries = 1; ; tries++) {
      const taken: LeaseView[] = [];
      let refusal: FabricFailure | undefined;
      for (const order of orders) {
        const view = await this.acquire(order);
        if (view.ok) taken.push(view.value);
        else refusal = view.error;
        if (refusal) break;
      }
      if (!refusal) return ok(taken);
      await this.#holdings.give(taken.map(({ leaseId }) => leaseId));
      if (refusal.code !== 'capacity_exceeded' || clock.nowMs() >= untilMs) return err(refusal);
      await this.#pause(tries, untilMs);
    }
  }

  async renew(leaseId: LeaseId, ttlMs?: number): Viewed {
    return this.#viewed(await this.#holdings.renew(leaseId, ttlMs));
  }

  async open(text: string): Viewed {
    const ref = decodeLeaseRef(text.trim());
    if (!ref.ok) return err(failure('invalid_argument', `that is not a LeaseRef: ${ref.error}`));
    const { cell, leaseId, token } = ref.value;
    // A newcomer with a link in hand may not have met the lessor yet.
    await this.#deps.board.reach(cell, LINK_LIMITS.lessorWaitMs);
    return this.#viewed(await this.#holdings.open(cell, leaseId, encodeToken(token)));
  }

  /** Asks one cell, or all of them at once: only the lessor knows the lease. */
  async attach(leaseId: LeaseId, on?: CellId): Viewed {
    const cells = on === undefined ? this.#deps.candidates().flatMap((each) => (each.isAlive ? each.cell : [])) : [on];
    const answers = await Promise.all(cells.map((cell) => this.#holdings.attach(cell, leaseId)));
    const found = answers.find(({ ok: isFound }) => isFound);
    const telling = answers.find((answer) => !answer.ok && answer.error.code !== 'not_found');
    const answer = found ?? telling ?? answers[0];
    return answer ? this.#viewed(answer) : err(failure('not_found', 'no cell is here to ask for that lease'));
  }

  /** The lease as others may open it, narrowed as wished. */
  ref(leaseId: LeaseId, { layout = '', ...limits }: RefOrder = {}): Result<string, FabricFailure> {
    if (!isLayout(layout)) {
      return err(failure('invalid_argument', 'a layout is up to 32 characters of a-z, 0-9 and ./:-'));
    }
    const usable = this.#holdings.usable(leaseId);
    if (!usable.ok) return err(failureOf(usable.error));
    const token = decodeToken(usable.value.token);
    if (!token.ok) return err(failure('protocol_violation', 'the lessor gave a token that cannot be read'));
    let narrowed: Token = token.value;
    for (const caveat of caveatsOf(limits)) {
      const next = attenuate(narrowed, caveat);
      if (!next.ok) return err(failure('invalid_argument', `the token cannot be narrowed so: ${next.error}`));
      narrowed = next.value;
    }
    return ok(encodeLeaseRef(leaseRefOf(narrowed, layout)));
  }

  async checkpointed(leaseId: LeaseId): Promise<Result<void, FabricFailure>> {
    const told = await this.#holdings.checkpointed(leaseId);
    return told.ok ? ok(undefined) : err(failureOf(told.error));
  }

  openRegion(leaseId: LeaseId): Promise<Result<RegionDoor, FabricFailure>> {
    return this.#deps.cell().regions.openRegion(leaseId);
  }

  redeem(claim: NeighbourClaim): SharedArrayBuffer | undefined {
    return this.#deps.cell().regions.redeem(claim);
  }

  free(leaseId: LeaseId): Promise<void> {
    return this.#holdings.give([leaseId]);
  }

  /** Takes back a lease that this cell grants. */
  async revoke(leaseId: LeaseId, graceMs: number): Promise<Result<RevokeResult, FabricFailure>> {
    return ok(await this.#deps.cell().revoke(leaseId, graceMs));
  }

  unfence(leaseId: LeaseId): boolean {
    return this.#deps.cell().unfence(leaseId);
  }

  lent(event: LentEvent): void {
    if (event.kind === 'denied') return;
    const told = lentEvent(event.kind, event.lease, event.by);
    if (told) this.#deps.happened(told);
  }

  held(news: HoldingNews): void {
    this.#deps.happened(heldEvent(news));
  }

  /** Longer from try to try, and never in step with who wants the same. */
  #pause(tries: number, untilMs: number): Promise<void> {
    const { clock, random, timers } = this.#deps.env;
    const { acquireBackoffMsMin: least, acquireBackoffMsMax: most } = LEASE_LIMITS;
    const span = Math.min(most, least * 2 ** tries) - least;
    const [drawn = 0] = random.bytes(1);
    const delayMs = least + (span * drawn) / 256;
    return new Promise((resolve) => {
      timers.after(Math.max(0, Math.min(delayMs, untilMs - clock.nowMs())), resolve);
    });
  }

  get #holdings() {
    return this.#deps.cell().holdings;
  }

  #viewed(answer: Result<HeldLease, Pick<FabricFailure, 'code' | 'message'>>): Result<LeaseView, FabricFailure> {
    return answer.ok ? ok(this.#view(answer.value)) : err(failureOf(answer.error));
  }

  #view(held: HeldLease): LeaseView {
    return heldView(held, this.#deps.self, this.#deps.env.clock.nowMs());
  }
}

function isCell(on: LeaseOrder['on']): on is CellId {
  return on !== 'any' && on !== 'other';
}

function caveatsOf({ operations, holder, module }: RefLimits): readonly Caveat[] {
  return [
    ...(operations ? [{ kind: 'operations', operations: operationSet(operations) } as const] : []),
    ...(holder === undefined ? [] : [{ kind: 'holder', holder } as const]),
    ...(module === undefined ? [] : [{ kind: 'module', module } as const]),
  ];
}

/** What the lessor's own page hears. Ends are told when they begin; their teardown is seen in the snapshot. */
function lentEvent(kind: LeaseEventKind, lease: Lease, by: CellId | undefined): LeaseEvent | undefined {
  const about = { leaseId: lease.leaseId, side: 'lessor' } as const;
  const reason = lease.revokeReason ?? 'lessor';
  switch (kind) {
    case 'granted':
      return { ...about, type: 'LeaseTaken' };
    case 'renewed':
      return { ...about, type: 'LeaseRenewed', generation: lease.generation };
    case 'opened':
      return { ...about, type: 'LeaseOpened', cell: by ?? lease.holder };
    case 'closed':
      return { ...about, type: 'LeaseClosed', cell: by ?? lease.holder };
    case 'warned':
      return { ...about, type: 'LeaseWarned', graceMs: lease.graceMs ?? 0, reason };
    case 'freed':
      return { ...about, type: 'LeaseFreed' };
    case 'expired':
      return { ...about, type: 'LeaseExpired' };
    case 'revoked':
      return { ...about, type: 'LeaseRevoked', reason };
    case 'fenced':
      return { ...about, type: 'LeaseFenced' };
    case 'unfenced':
      return { ...about, type: 'LeaseUnfenced' };
    case 'checkpointed':
    case 'reclaimed':
      return undefined;
  }
}

function heldEvent(news: HoldingNews): LeaseEvent {
  const about = { leaseId: news.held.leaseId, side: 'holder' } as const;
  switch (news.kind) {
    case 'taken':
      return { ...about, type: 'LeaseTaken' };
    case 'renewed':
      return { ...about, type: 'LeaseRenewed', generation: news.held.generation };
    case 'warned':
      return { ...about, type: 'LeaseWarned', graceMs: news.graceMs, reason: news.reason };
    case 'ended':
      if (news.held.state === 'expired') return { ...about, type: 'LeaseExpired' };
      if (news.held.state === 'freed') return { ...about, type: 'LeaseFreed' };
      return { ...about, type: 'LeaseRevoked', reason: news.reason ?? 'lessor' };
  }
}
