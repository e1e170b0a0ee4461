import {
  err,
  failure,
  ok,
  WIRE_LIMITS,
  type Bytes,
  type CellId,
  type FabricFailure,
  type LeaseId,
  type Result,
} from '../../core/index.ts';
import { setSession, type RegionDoor, type WaitEnd } from '../../memory/index.ts';
import type { Switchboard } from '../../transport/index.ts';
import { REQUEST, type Refusal } from '../../wire/index.ts';
import { failureOf } from './failure.ts';

/** An open region as its lessor answered it. */
export interface RegionSession {
  readonly session: number;
  readonly sizeBytes: number;
  readonly epoch: number;
}

export interface WireDoorDeps {
  readonly board: Switchboard;
  readonly leaseId: LeaseId;
  readonly lessor: CellId;
  /** Opens the region again, under the token of now. */
  readonly reopen: () => Promise<Result<RegionSession, FabricFailure>>;
  /** The bytes themselves, when their lessor is beside this tab. */
  readonly shared?: NonNullable<RegionDoor['shared']>;
  /** Why the lease may not be used now, if it may not. */
  readonly denial: () => FabricFailure | undefined;
}

interface Sending {
  readonly batch: Bytes;
  readonly order: number;
  readonly settle: (answer: Result<Bytes, FabricFailure>) => void;
}

/**
 * The way to a region of another cell. Batches arrive in the order in which they were given, also over a renewal, with which
 * the session dies: what was refused for that is sent again under the next, before anything newer.
 */
export class WireDoor implements RegionDoor {
  readonly leaseId: LeaseId;
  readonly lessor: CellId;
  readonly sizeBytes: number;
  readonly shared?: NonNullable<RegionDoor['shared']>;
  readonly #deps: WireDoorDeps;
  readonly #waiting: Sending[] = [];
  readonly #inFlight = new Set<Sending>();
  readonly #endWaits = new Set<(reason: FabricFailure) => void>();
  #session: number | undefined;
  #reopening: Promise<Result<number, FabricFailure>> | undefined;
  #end: FabricFailure | undefined;
  #order = 0;

  constructor(deps: WireDoorDeps, opened: RegionSession) {
    this.leaseId = deps.leaseId;
    this.lessor = deps.lessor;
    this.sizeBytes = opened.sizeBytes;
    if (deps.shared) this.shared = deps.shared;
    this.#deps = deps;
    this.#session = opened.session;
  }

  operate(batch: Bytes): Promise<Result<Bytes, FabricFailure>> {
    const denial = this.#end ?? this.#deps.denial();
    if (denial) return Promise.resolve(err(denial));
    return new Promise((settle) => {
      this.#waiting.push({ batch, order: this.#order++, settle });
      this.#pump();
    });
  }

  wait(offset: number, expected: number, timeoutMs: number): Promise<Result<WaitEnd, FabricFailure>> {
    return this.#untilEnd(async (session) => {
      const asked = { session, offset, expected: expected >>> 0, timeoutMs: Math.ceil(timeoutMs) };
      const answer = await this.#deps.board.call(this.lessor, REQUEST.memoryWait, asked, deadlineMs(timeoutMs));
      return answer.ok ? ok(answer.value.end) : answer;
    });
  }

  notices(seen: number | undefined, timeoutMs: number): Promise<Result<number, FabricFailure>> {
    return this.#untilEnd(async (session) => {
      const asked = { session, ...(seen === undefined ? {} : { seen }), timeoutMs: Math.ceil(timeoutMs) };
      const answer = await this.#deps.board.call(this.lessor, REQUEST.memoryWatch, asked, deadlineMs(timeoutMs));
      return answer.ok ? ok(answer.value.notices) : answer;
    });
  }

  close(): void {
    const session = this.#session;
    this.ended(failure('invalid_argument', 'this region was closed'));
    if (session !== undefined) void this.#deps.board.call(this.lessor, REQUEST.memoryClose, { session });
  }

  /** The lease is over: everything asked and not answered yet hears that now. */
  ended(reason: FabricFailure): void {
    this.#end ??= reason;
    for (const { settle } of [...this.#inFlight, ...this.#waiting]) settle(err(this.#end));
    for (const settle of [...this.#endWaits]) settle(this.#end);
    this.#inFlight.clear();
    this.#waiting.length = 0;
  }

  #pump(): void {
    if (this.#session === undefined) return;
    for (const sending of this.#waiting.splice(0)) void this.#send(sending, this.#session);
  }

  async #send(sending: Sending, session: number): Promise<void> {
    setSession(sending.batch, session);
    this.#inFlight.add(sending);
    const answer = await this.#deps.board.call(this.lessor, REQUEST.memoryOperate, sending.batch);
    if (!this.#inFlight.delete(sending)) return;
    if (answer.ok || answer.error.code !== 'not_found') {
      sending.settle(answer.ok ? answer : err(failureOf(answer.error)));
    } else {
      this.#sessionDied(session);
      this.#waiting.push(sending);
      this.#waiting.sort((left, right) => left.order - right.order);
    }
    // What was sent under the dead session has to be back first, for its order to be kept.
    if (this.#session === undefined && this.#inFlight.size === 0 && this.#waiting.length > 0) await this.#resume();
  }

  async #resume(): Promise<void> {
    const session = await this.#current();
    if (session.ok) return this.#pump();
    for (const { settle } of this.#waiting.splice(0)) settle(session);
  }

  /** The session of now, or the next one. */
  #current(): Promise<Result<number, FabricFailure>> {
    if (this.#session !== undefined) return Promise.resolve(ok(this.#session));
    this.#reopening ??= this.#deps.reopen().then((opened) => {
      this.#reopening = undefined;
      if (!opened.ok) return opened;
      this.#session = opened.value.session;
      return ok(opened.value.session);
    });
    return this.#reopening;
  }

  #sessionDied(session: number): void {
    if (this.#session === session) this.#session = undefined;
  }

  /** Asks by itself, once more under the next session when this one has died; settles at the end of the lease at the latest. */
  #untilEnd<T>(ask: (session: number) => Promise<Result<T, Refusal>>): Promise<Result<T, FabricFailure>> {
    const denial = this.#end ?? this.#deps.denial();
    if (denial) return Promise.resolve(err(denial));
    return new Promise((resolve) => {
      const settle = (reason: FabricFailure): void => resolve(err(reason));
      this.#endWaits.add(settle);
      void this.#asked(ask).then((answer) => {
        this.#endWaits.delete(settle);
        resolve(answer);
      });
    });
  }

  async #asked<T>(ask: (session: number) => Promise<Result<T, Refusal>>): Promise<Result<T, FabricFailure>> {
    for (let isFirst = true; ; isFirst = false) {
      const session = await this.#current();
      if (!session.ok) return session;
      // A session that a wait has opened again carries the batches that wait for it, too.
      this.#pump();
      const answer = await ask(session.value);
      if (answer.ok) return answer;
      if (answer.error.code !== 'not_found' || !isFirst) return err(failureOf(answer.error));
      this.#sessionDied(session.value);
    }
  }
}

function deadlineMs(timeoutMs: number): number {
  return timeoutMs + WIRE_LIMITS.callDeadlineMs;
}
