import type { TokenSession } from '../../capability/index.ts';
import {
  err,
  MEMORY_LIMITS,
  ok,
  toHex,
  type Bytes,
  type CellId,
  type Env,
  type LeaseId,
  type Result,
} from '../../core/index.ts';
import { freeLock, lockHolder, tabOfThread, type LocalRegion, type Thread } from '../../memory/index.ts';
import type { Refusal } from '../../wire/index.ts';
import { reachesAll } from './local-door.ts';
import type { NeighbourClaim } from './neighbours.ts';

export interface NeighbourDeskDeps {
  readonly env: Pick<Env, 'clock' | 'random' | 'timers'>;
  readonly thread: Thread;
  readonly isLinked: (cell: CellId) => boolean;
}

/** A region as one cell has it open. */
export interface OpenedByCell {
  readonly cell: CellId;
  readonly leaseId: LeaseId;
  readonly region: LocalRegion;
  readonly token: TokenSession;
}

interface Ticket extends OpenedByCell {
  readonly untilMs: number;
}

const TICKET_BYTES = 16;

/**
 * Where the cells beside this one get the buffers of its regions themselves. A ticket goes out over the authenticated
 * link and comes back through a window of this origin, which together prove who asks and where: good once, for seconds,
 * and only for those whose token leaves all that can be done with bytes.
 */
export class NeighbourDesk {
  readonly #deps: NeighbourDeskDeps;
  readonly #tickets = new Map<string, Ticket>();
  /** Which tabs share each region, by their cells. */
  readonly #sharers = new Map<LeaseId, Map<CellId, { readonly tab: number; readonly region: LocalRegion }>>();

  constructor(deps: NeighbourDeskDeps) {
    this.#deps = deps;
  }

  issue({ cell, leaseId, region, token }: OpenedByCell): Result<{ readonly ticket: Bytes }, Refusal> {
    if (region.buffer instanceof ArrayBuffer) return refusal('isolation_missing', 'this tab has no memory to share');
    if (!reachesAll(token, region.sizeBytes))
      return refusal('lease_denied', 'the token does not leave all of the region');
    this.#forgetLate();
    const isFull =
      [...this.#tickets.values()].filter((ticket) => ticket.cell === cell).length >= MEMORY_LIMITS.ticketsPerPeerMax;
    if (isFull) return refusal('capacity_exceeded', 'too many tickets not used yet');
    const { random, clock } = this.#deps.env;
    const ticket = random.bytes(TICKET_BYTES);
    const untilMs = clock.nowMs() + MEMORY_LIMITS.ticketMs;
    this.#tickets.set(toHex(ticket), { cell, leaseId, region, token, untilMs });
    return ok({ ticket });
  }

  /** The buffer that a ticket is for. Whatever is wrong with the claim, the ticket is used up. */
  redeem({ cell, leaseId, ticket, tab }: NeighbourClaim): SharedArrayBuffer | undefined {
    this.#forgetLate();
    const name = toHex(ticket);
    const issued = this.#tickets.get(name);
    this.#tickets.delete(name);
    if (issued?.cell !== cell || issued.leaseId !== leaseId) return undefined;
    const { region, token } = issued;
    const { buffer } = region;
    if (token.standing() !== undefined || buffer instanceof ArrayBuffer || !this.#isFreeTab(tab, cell))
      return undefined;
    const sharers = this.#sharers.get(leaseId) ?? new Map<CellId, { tab: number; region: LocalRegion }>();
    this.#sharers.set(leaseId, sharers.set(cell, { tab, region }));
    return buffer;
  }

  leaseEnded(leaseId: LeaseId): void {
    this.#sharers.delete(leaseId);
    for (const [name, ticket] of this.#tickets) if (ticket.leaseId === leaseId) this.#tickets.delete(name);
  }

  /** A tab that ended while one of its threads was inside a structure would keep all others out. */
  cellLeft(cell: CellId): void {
    for (const sharers of this.#sharers.values()) {
      const sharer = sharers.get(cell);
      if (sharer) this.#afterAWhile(() => this.#freeGone(cell, sharer.tab, sharer.region));
    }
  }

  /** Frees the lock if the same thread of a tab that is gone is inside, now and a while later. */
  #freeGone(cell: CellId, tab: number, { buffer }: LocalRegion): void {
    const inside = lockHolder(buffer);
    if (tabOfThread(inside) !== tab) return;
    this.#afterAWhile(() => {
      if (!this.#deps.isLinked(cell)) freeLock(buffer, inside);
    });
  }

  #afterAWhile(action: () => void): void {
    this.#deps.env.timers.after(MEMORY_LIMITS.goneThreadMs, action);
  }

  /** Two tabs of one number could be inside a structure at once, and neither would know. */
  #isFreeTab(tab: number, cell: CellId): boolean {
    if (tab === tabOfThread(this.#deps.thread.number)) return false;
    const others = [...this.#sharers.values()].flatMap((sharers) => [...sharers]);
    return others.every(([sharer, taken]) => sharer === cell || taken.tab !== tab);
  }

  #forgetLate(): void {
    const nowMs = this.#deps.env.clock.nowMs();
    for (const [name, { untilMs }] of this.#tickets) if (untilMs <= nowMs) this.#tickets.delete(name);
  }
}

function refusal(code: Refusal['code'], message: string): Result<never, Refusal> {
  return err({ code, message });
}
