import {
  contentHash,
  err,
  failure,
  freshNumber,
  ok,
  WARM_LIMITS,
  type Bytes,
  type CellId,
  type FabricFailure,
  type LeaseId,
  type Result,
} from '../../core/index.ts';
import type { Lease, LeaseEvent } from '../../lease/index.ts';
import { encodeContext, failureOfCall, readBatch, writeAnswers, type AdmittedTasklet } from '../../tasklet/index.ts';
import {
  EVENT,
  REQUEST,
  type Refusal,
  type WarmOpened,
  type WarmOrderMessage,
  type WireWarmEnd,
} from '../../wire/index.ts';
import { leaseEndFailure, type ExecutorDeps, type HandedMemory } from '../running/index.ts';
import { signedEnd } from './receipt.ts';
import { takeCallsFrom } from './seat-channel.ts';
import { Seat } from './seat.ts';

export interface WarmDeskDeps extends Pick<
  ExecutorDeps,
  'env' | 'board' | 'lending' | 'audit' | 'engine' | 'materials' | 'memory' | 'signer' | 'changed'
> {
  /** Whether a run goes on under a lease. */
  readonly isRunning: (leaseId: LeaseId) => boolean;
}

/**
 * Where other cells have tasklets kept warm, and call them.
 * 1. Tokens and leases are checked in full when one is opened. From then on a call costs a look at a word that this cell
 *    changes when a lease ends, and at the deadline of the leases: no cryptography.
 * 2. A session is the cell's alone that opened it, and dies with its leases, with the link, and with an overrun.
 * 3. Each ends in one signed end, which its caller hears of.
 */
export class WarmDesk {
  readonly #deps: WarmDeskDeps;
  readonly #seats = new Map<number, Seat>();
  /** Leases that carry a warm tasklet, or are about to. */
  readonly #carrying = new Set<LeaseId>();
  readonly #ends = new Map<Seat, Promise<WireWarmEnd>>();
  readonly #opening = new Map<CellId, number>();

  constructor(deps: WarmDeskDeps) {
    this.#deps = deps;
    const { handlers } = deps.board;
    handlers.onRequest(REQUEST.warmOpen, (from, order) => this.#open(from, order));
    handlers.onRequest(REQUEST.warmCall, (from, batch) => this.#call(from, batch));
    handlers.onRequest(REQUEST.warmClose, (from, { session }) => this.#close(from, session));
  }

  carries(leaseId: LeaseId): boolean {
    return this.#carrying.has(leaseId);
  }

  /** The memory by which a caller in this tab meets its warm tasklet, where there is such. */
  shared(from: CellId, session: number): SharedArrayBuffer | undefined {
    const seat = this.#seats.get(session);
    return seat?.from === from ? seat.kept.shared : undefined;
  }

  /** A lease has ended: what is kept on it stops now. Answers what settles when it has. */
  leaseEnded(lease: Lease): readonly Promise<unknown>[] {
    return this.#on(lease.leaseId).map((seat) => {
      seat.kept.stop(leaseEndFailure(lease, 'warm tasklet'));
      return seat.kept.ended;
    });
  }

  heard(event: LeaseEvent): void {
    if (event.kind !== 'renewed' && event.kind !== 'closed') return;
    for (const seat of this.#on(event.lease.leaseId)) {
      if (event.kind === 'renewed') seat.kept.extend(this.#remainingMs(seat.from, seat.order) ?? 0);
      else if (event.by === seat.from) seat.kept.stop(failure('cancelled', 'the lease of the warm tasklet was closed'));
    }
  }

  cellLeft(cell: CellId): void {
    for (const seat of [...this.#seats.values()]) {
      if (seat.from === cell) seat.kept.stop(failure('disconnected', 'the caller of the warm tasklet left'));
    }
  }

  async #open(from: CellId, order: WarmOrderMessage): Promise<Result<WarmOpened, Refusal>> {
    const { cpuLease, memLease } = order;
    const refusal = this.#refusal(from, order);
    if (refusal) return this.#deps.lending.refused(from, refusal);
    this.#carrying.add(cpuLease).add(memLease);
    this.#opening.set(from, (this.#opening.get(from) ?? 0) + 1);
    const opened = await this.#opened(from, order);
    this.#count(from);
    if (opened.ok) return opened;
    this.#carrying.delete(cpuLease);
    this.#carrying.delete(memLease);
    return opened;
  }

  #count(from: CellId): void {
    const opening = (this.#opening.get(from) ?? 1) - 1;
    if (opening > 0) this.#opening.set(from, opening);
    else this.#opening.delete(from);
  }

  #refusal(from: CellId, { cpuLease, memLease }: WarmOrderMessage): Refusal | undefined {
    const open = [...this.#seats.values()].filter((seat) => seat.from === from).length;
    if (open + (this.#opening.get(from) ?? 0) >= WARM_LIMITS.perPeerMax) {
      return { code: 'capacity_exceeded', message: 'too many warm tasklets here' };
    }
    const isTaken = (leaseId: LeaseId): boolean => this.carries(leaseId) || this.#deps.isRunning(leaseId);
    if (!isTaken(cpuLease) && !isTaken(memLease)) return undefined;
    return { code: 'lease_denied', message: 'one of those leases already carries a run' };
  }

  async #opened(from: CellId, order: WarmOrderMessage): Promise<Result<WarmOpened, Refusal>> {
    const { lending, memory } = this.#deps;
    const shown = { presenter: from, module: order.module };
    const cpu = await lending.admitRun(shown, order.cpuLease, 'cpu', order.cpuToken);
    const mem = cpu.ok ? await lending.admitRun(shown, order.memLease, 'mem', order.memToken) : cpu;
    const tasklet = mem.ok ? await this.#admitted(from, order, mem.value.quantity) : mem;
    if (!tasklet.ok) return tasklet;
    const handed = await memory.open(order);
    if (!handed.ok) return handed;
    const kept = await this.#kept(from, order, tasklet.value, handed.value);
    if (!kept.ok) handed.value.close();
    return kept;
  }

  async #admitted(
    from: CellId,
    order: WarmOrderMessage,
    memoryBytesMax: number,
  ): Promise<Result<AdmittedTasklet, Refusal>> {
    const { materials, engine, lending, audit } = this.#deps;
    const bytes = await materials.module(from, { ...order, deadlineMs: WARM_LIMITS.openMsMax });
    if (!bytes.ok) return err(refusalOf(bytes.error));
    const admitted = await engine.admit({ hash: order.module, memoryBytesMax, bytes: bytes.value });
    if (!admitted.ok) return lending.refused(from, refusalOf(admitted.error));
    audit.append({ kind: 'module.admitted', tenant: from, runId: order.warmId, module: order.module });
    return admitted;
  }

  async #kept(
    from: CellId,
    order: WarmOrderMessage,
    tasklet: AdmittedTasklet,
    memory: HandedMemory,
  ): Promise<Result<WarmOpened, Refusal>> {
    const { engine, board, env } = this.#deps;
    // Once more, for a lease or the link may have ended meanwhile.
    const remainingMs = this.#remainingMs(from, order);
    const isThere = from === board.self || board.isLinked(from);
    if (remainingMs === undefined || !isThere)
      return err({ code: 'lease_expired', message: 'a lease ended meanwhile' });
    const { warmId, submittedWallMs, fuelLimit, callMs, isFresh } = order;
    const { regions } = memory;
    const { memoryPagesMax } = tasklet;
    const about = { ...order, runId: warmId, input: NO_INPUT, memoryPagesMax, leaseCount: regions.length };
    const context = encodeContext(about);
    const terms = { warmId, context, submittedWallMs, fuelLimit, callMs, isFresh, regions, remainingMs };
    const kept = engine.keep(tasklet, terms);
    const id = freshNumber(env.random, (drawn) => this.#seats.has(drawn));
    const seat = new Seat({ id, from, order, kept, memory });
    this.#seats.set(seat.id, seat);
    this.#ends.set(seat, this.#ended(seat));
    this.#deps.changed();
    const failed = failureOfCall(await kept.opened);
    if (!failed) return ok({ session: seat.id, ...((await this.#hasChannel(seat)) ? { hasChannel: true } : {}) });
    kept.stop(failed);
    return err(refusalOf(failed));
  }

  /** Whether there is the channel that its caller asks for. */
  async #hasChannel(seat: Seat): Promise<boolean> {
    const { channel } = seat.order;
    const channels = channel === undefined ? undefined : this.#deps.board.callChannelsOf(seat.from);
    if (channel === undefined || !channels) return false;
    const isThere = await takeCallsFrom(channels, channel, seat);
    if (this.#seats.get(seat.id) !== seat) seat.channel?.close();
    return isThere;
  }

  async #call(from: CellId, bytes: Bytes): Promise<Result<Bytes, Refusal>> {
    const batch = readBatch(bytes);
    if (!batch.ok) return err({ code: 'protocol_violation', message: 'the calls could not be read' });
    const seat = this.#seats.get(batch.value.session);
    if (seat?.from !== from) return noSession();
    const done = seat.calls(batch.value.inputs);
    return done.ok ? ok(writeAnswers(await done.value)) : done;
  }

  async #close(from: CellId, session: number): Promise<Result<{ end: WireWarmEnd }, Refusal>> {
    const seat = this.#seats.get(session);
    const end = seat && this.#ends.get(seat);
    if (!end || seat.from !== from) return noSession();
    seat.close(this.#deps.env);
    return ok({ end: await end });
  }

  /** Signs what it came to, and tells its caller. */
  async #ended(seat: Seat): Promise<WireWarmEnd> {
    const { board, signer } = this.#deps;
    const kept = await seat.kept.ended;
    this.#carrying.delete(seat.order.cpuLease);
    this.#carrying.delete(seat.order.memLease);
    seat.memory.close();
    const end = await signedEnd(seat.order, board.self, signer, kept);
    seat.over();
    this.#seats.delete(seat.id);
    this.#ends.delete(seat);
    if (!seat.isClosing) board.notify(seat.from, EVENT.warmEnded, { session: seat.id, end });
    this.#deps.changed();
    return end;
  }

  #on(leaseId: LeaseId): readonly Seat[] {
    return [...this.#seats.values()].filter(({ order }) => order.cpuLease === leaseId || order.memLease === leaseId);
  }

  /** For how long calls may begin: undefined when a lease may not be used now. */
  #remainingMs(from: CellId, { cpuLease, memLease }: WarmOrderMessage): number | undefined {
    const { lending, env } = this.#deps;
    const cpu = lending.check(from, cpuLease, 'cpu');
    const mem = lending.check(from, memLease, 'mem');
    if (!cpu.ok || !mem.ok) return undefined;
    return Math.min(cpu.value.expiresAtMs, mem.value.expiresAtMs) - env.clock.nowMs();
  }
}

/** What the context names as input: a warm tasklet has one for each call. */
const NO_INPUT = contentHash(new Uint8Array(0));

function noSession(): Result<never, Refusal> {
  return err({ code: 'not_found', message: 'there is no such warm tasklet of yours here' });
}

function refusalOf({ code, message }: Pick<FabricFailure, 'code' | 'message'>): Refusal {
  return { code, message: message.slice(0, 4_096) };
}
