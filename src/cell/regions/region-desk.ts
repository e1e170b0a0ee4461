import { failureOfDenial, type Presentation, type TokenDenialCode, type TokenSession } from '../../capability/index.ts';
import {
  err,
  freshNumber,
  MEMORY_LIMITS,
  ok,
  type Bytes,
  type CellId,
  type Env,
  type LeaseId,
  type Result,
} from '../../core/index.ts';
import type { Lease, LeaseEvent } from '../../lease/index.ts';
import {
  BatchTurns,
  failureOfStatus,
  LocalRegion,
  type RegionBuffer,
  type RegionMemory,
  type Thread,
  type WaitEnd,
} from '../../memory/index.ts';
import type { Switchboard } from '../../transport/index.ts';
import { REQUEST, type Refusal } from '../../wire/index.ts';
import type { Lending } from '../lending/index.ts';
import { NeighbourDesk, type OpenedByCell } from './neighbour-desk.ts';
import type { NeighbourClaim } from './neighbours.ts';

export interface RegionDeskDeps {
  readonly env: Pick<Env, 'clock' | 'random' | 'timers'>;
  readonly board: Switchboard;
  readonly lending: Lending;
  readonly memory: RegionMemory;
  readonly thread: Thread;
}

/** A token, and who shows it. */
export interface ShownToken extends Presentation {
  readonly token: Uint8Array;
}

/** A region of this cell as one cell has it open, under the token it has shown. */
interface RegionSession extends OpenedByCell {
  readonly id: number;
  readonly turns: BatchTurns;
}

/** A region of this cell, opened by somebody who may. */
export interface OpenedRegion {
  readonly lease: Lease;
  readonly buffer: RegionBuffer;
  readonly region: LocalRegion;
  readonly turns: BatchTurns;
  readonly token: TokenSession;
}

/** What a session has died of that its holder can mend by opening the region again. */
const RENEWED: ReadonlySet<TokenDenialCode> = new Set(['stale_generation', 'expired', 'session_closed']);

/**
 * Where other cells use the regions this cell lends. A token is checked in full when a region is opened; from then on an
 * operation costs a look at the lease. A session is its cell's alone, and dies with the generation and with the lease.
 */
export class RegionDesk {
  readonly #deps: RegionDeskDeps;
  readonly #sessions = new Map<number, RegionSession>();
  readonly #byCell = new Map<CellId, Map<LeaseId, RegionSession>>();
  readonly #regions = new Map<LeaseId, { readonly region: LocalRegion; readonly turns: BatchTurns }>();
  readonly #waits = new Map<CellId, number>();
  readonly #neighbours: NeighbourDesk;

  constructor(deps: RegionDeskDeps) {
    this.#deps = deps;
    const { board, env, thread } = deps;
    this.#neighbours = new NeighbourDesk({ env, thread, isLinked: (cell) => board.isLinked(cell) });
    const { handlers } = board;
    handlers.onRequest(REQUEST.memoryOpen, (from, { leaseId, ...shown }) =>
      this.#open(leaseId, { presenter: from, ...shown }),
    );
    handlers.onRequest(REQUEST.memoryClose, (from, { session }) => {
      const open = this.#sessions.get(session);
      if (open?.cell === from) this.#forget(open);
      return ok({});
    });
    handlers.onRequest(REQUEST.memoryOperate, (from, batch) => this.#operate(from, batch));
    handlers.onRequest(REQUEST.memoryWait, async (from, { session, offset, expected, timeoutMs }) => {
      const isAllowed = ({ token }: RegionSession): boolean => token.allows('atomic', offset, offset + 4);
      const end = await this.#wait(from, session, isAllowed, (region) => region.wait(offset, expected, timeoutMs));
      return end.ok ? ok({ end: end.value }) : end;
    });
    handlers.onRequest(REQUEST.memoryWatch, (from, asked) => this.#watch(from, asked));
    handlers.onRequest(REQUEST.memoryTicket, (from, { session: id }) => {
      const session = this.#standing(from, id);
      return session.ok ? this.#neighbours.issue(session.value) : session;
    });
  }

  /** Opens a region of this cell for a cell that holds its lease or has it open; makes its bytes when it is the first. */
  async admit(leaseId: LeaseId, shown: ShownToken): Promise<Result<OpenedRegion, Refusal>> {
    const { lending, memory, thread } = this.#deps;
    const admitted = await lending.admitRegion(shown, leaseId, shown.token);
    if (!admitted.ok) return admitted;
    const { lease, session } = admitted.value;
    const buffer = memory.open(lease, lease.generation);
    if (!buffer.ok) return buffer;
    const open = this.#regions.get(leaseId) ?? inTurns(new LocalRegion(buffer.value, lease.epoch, thread));
    this.#regions.set(leaseId, open);
    return ok({ lease, buffer: buffer.value, ...open, token: session });
  }

  /** The buffer of a region of this cell, for a tab beside this one that shows a ticket. */
  redeem(claim: NeighbourClaim): SharedArrayBuffer | undefined {
    return this.#neighbours.redeem(claim);
  }

  /** A lease of this cell has ended: its sessions die, and who waits on its region is answered. */
  leaseEnded({ leaseId, kind }: Lease): void {
    if (kind !== 'mem') return;
    const open = this.#regions.get(leaseId);
    if (!open) return;
    this.#regions.delete(leaseId);
    this.#neighbours.leaseEnded(leaseId);
    for (const session of [...this.#sessions.values()]) if (session.leaseId === leaseId) this.#forget(session);
    this.#deps.thread.waits.wakeAll(open.region.buffer);
  }

  heard(event: LeaseEvent): void {
    if (event.kind === 'denied') return;
    const { kind, lease, by } = event;
    if (kind === 'renewed') this.#deps.memory.renewed(lease, lease.generation);
    if (kind === 'closed' && by !== undefined) this.#drop(this.#byCell.get(by)?.get(lease.leaseId));
  }

  cellLeft(cell: CellId): void {
    for (const session of [...(this.#byCell.get(cell)?.values() ?? [])]) this.#forget(session);
    this.#neighbours.cellLeft(cell);
  }

  async #open(leaseId: LeaseId, shown: ShownToken) {
    const opened = await this.admit(leaseId, shown);
    if (!opened.ok) return opened;
    const { lease, region, turns } = opened.value;
    const from = shown.presenter;
    const sessions = this.#byCell.get(from) ?? new Map<LeaseId, RegionSession>();
    this.#drop(sessions.get(leaseId));
    if (sessions.size >= MEMORY_LIMITS.sessionsPerPeerMax) return tooMuch('regions open');
    const id = freshNumber(this.#deps.env.random, (drawn) => this.#sessions.has(drawn));
    const session = { id, cell: from, leaseId, region, turns, token: opened.value.token };
    this.#sessions.set(session.id, session);
    this.#byCell.set(from, sessions.set(leaseId, session));
    const { sizeBytes } = region;
    return ok({ session: session.id, sizeBytes, epoch: lease.epoch, generation: lease.generation });
  }

  #operate(from: CellId, batch: Bytes): Result<Bytes, Refusal> | Promise<Result<Bytes, Refusal>> {
    if (batch.length < 4) return malformed();
    const session = this.#standing(from, new DataView(batch.buffer, batch.byteOffset).getUint32(0, true));
    if (!session.ok) return session;
    const { turns, token } = session.value;
    const executed = turns.execute(batch, token);
    return executed instanceof Promise ? executed.then(answered) : answered(executed);
  }

  async #watch(from: CellId, asked: { session: number; seen?: number; timeoutMs: number }) {
    const { session: id, seen, timeoutMs } = asked;
    const isAllowed = ({ token }: RegionSession): boolean => token.allows('read', token.grant.from, token.grant.from);
    const session = this.#standing(from, id);
    if (!session.ok) return session;
    const { region } = session.value;
    const waited = await this.#wait(from, id, isAllowed, () =>
      seen === undefined ? Promise.resolve<WaitEnd>('not_equal') : region.waitNotices(seen, timeoutMs),
    );
    return waited.ok ? ok({ notices: region.notices }) : waited;
  }

  async #wait(
    from: CellId,
    id: number,
    isAllowed: (session: RegionSession) => boolean,
    wait: (region: LocalRegion) => Promise<WaitEnd | number>,
  ): Promise<Result<WaitEnd, Refusal>> {
    const session = this.#standing(from, id);
    if (!session.ok) return session;
    if (!isAllowed(session.value)) return err(refusalOf(failureOfDenial('widened')));
    const pending = this.#waits.get(from) ?? 0;
    if (pending >= MEMORY_LIMITS.waitsPerPeerMax) return tooMuch('waits pending');
    this.#waits.set(from, pending + 1);
    const end = await wait(session.value.region);
    const left = (this.#waits.get(from) ?? 1) - 1;
    if (left === 0) this.#waits.delete(from);
    else this.#waits.set(from, left);
    return typeof end === 'number' ? err(refusalOf(failureOfStatus(end))) : ok(end);
  }

  /** A session of this cell under which something may be done now. Refused with `not_found` when it is to be opened again. */
  #standing(from: CellId, id: number): Result<RegionSession, Refusal> {
    const session = this.#sessions.get(id);
    if (session?.cell !== from) return noSession();
    const denial = session.token.standing();
    if (denial === undefined) return ok(session);
    this.#forget(session);
    return RENEWED.has(denial) ? noSession() : err(refusalOf(failureOfDenial(denial)));
  }

  #drop(session: RegionSession | undefined): void {
    if (session) this.#forget(session);
  }

  #forget(session: RegionSession): void {
    this.#sessions.delete(session.id);
    const sessions = this.#byCell.get(session.cell);
    sessions?.delete(session.leaseId);
    if (sessions?.size === 0) this.#byCell.delete(session.cell);
  }
}

function inTurns(region: LocalRegion) {
  return { region, turns: new BatchTurns(region) };
}

function answered(executed: Result<Bytes, unknown>): Result<Bytes, Refusal> {
  return executed.ok ? executed : malformed();
}

function noSession(): Result<never, Refusal> {
  return err({ code: 'not_found', message: 'that session is over; open the region again' });
}

function malformed(): Result<never, Refusal> {
  return err({ code: 'protocol_violation', message: 'the batch could not be read' });
}

function tooMuch(what: string): Result<never, Refusal> {
  return err({ code: 'capacity_exceeded', message: `too many ${what} here` });
}

function refusalOf({ code, message }: Refusal): Refusal {
  return { code, message };
}
