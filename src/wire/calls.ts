import { err, WIRE_LIMITS, type Env, type FabricErrorCode, type Result, type Timer } from '../core/index.ts';
import type { RequestType } from './message-type.ts';
import { REFUSAL, type Refusal } from './messages.ts';

interface PendingCall {
  settle(result: Result<Uint8Array, Refusal>): void;
  readonly code: number;
  readonly dueMs: number;
  late(): void;
}

/**
 * The requests of one session that wait for an answer.
 * Every call settles: with its answer, a refusal, its deadline, or the end of the session.
 * One timer serves all of them, set for the earliest deadline: bulk is many calls, and a timer of its own would cost each
 * as much as all else about it.
 */
export class CallTable {
  readonly #env: Pick<Env, 'clock' | 'timers'>;
  readonly #pending = new Map<number, PendingCall>();
  #alarm: { readonly dueMs: number; readonly timer: Timer } | undefined;
  #nextId = 1;

  constructor(env: Pick<Env, 'clock' | 'timers'>) {
    this.#env = env;
  }

  /** An id for a message that expects no answer. */
  freshId(): number {
    const id = this.#nextId;
    this.#nextId = id === 0xffff_ffff ? 1 : id + 1;
    return id;
  }

  /** Sends by `send(id)` and answers what comes back. */
  open<Payload, Answer>(
    type: RequestType<Payload, Answer>,
    deadlineMs: number,
    send: (id: number) => void,
  ): Promise<Result<Answer, Refusal>> {
    if (this.#pending.size >= WIRE_LIMITS.callsInFlightMax) {
      return Promise.resolve(refused('capacity_exceeded', `${type.name}: too many calls in flight to this cell`));
    }
    const id = this.freshId();
    const dueMs = this.#env.clock.nowMs() + deadlineMs;
    return new Promise((resolve) => {
      const settle = (result: Result<Uint8Array, Refusal>): void => {
        this.#pending.delete(id);
        if (this.#pending.size === 0) this.#setAlarm(undefined);
        resolve(readAnswer(type, result));
      };
      const late = (): void => settle(refused('disconnected', `${type.name}: no answer within ${deadlineMs} ms`));
      this.#pending.set(id, { settle, code: type.code, dueMs, late });
      if (!this.#alarm || dueMs < this.#alarm.dueMs) this.#setAlarm(dueMs);
      send(id);
    });
  }

  /** Whether an answer with this id and code is awaited. */
  awaits(id: number, code: number): boolean {
    return this.#pending.get(id)?.code === code;
  }

  answered(id: number, payload: Uint8Array): void {
    this.#pending.get(id)?.settle({ ok: true, value: payload });
  }

  refused(id: number, payload: Uint8Array): void {
    const refusal = REFUSAL.read(payload);
    this.#pending
      .get(id)
      ?.settle(refusal.ok ? err(refusal.value) : refused('protocol_violation', 'the refusal could not be read'));
  }

  /** Ends every waiting call with the same refusal. */
  closeAll(code: FabricErrorCode, message: string): void {
    for (const call of [...this.#pending.values()]) call.settle(refused(code, message));
  }

  #setAlarm(dueMs: number | undefined): void {
    this.#alarm?.timer.cancel();
    const { clock, timers } = this.#env;
    const ring = (): void => {
      this.#alarm = undefined;
      this.#endLate();
    };
    this.#alarm = dueMs === undefined ? undefined : { dueMs, timer: timers.after(dueMs - clock.nowMs(), ring) };
  }

  #endLate(): void {
    const nowMs = this.#env.clock.nowMs();
    for (const call of [...this.#pending.values()]) if (call.dueMs <= nowMs) call.late();
    const dueMs = Math.min(...[...this.#pending.values()].map((call) => call.dueMs));
    if (this.#pending.size > 0 && !this.#alarm) this.#setAlarm(dueMs);
  }
}

function readAnswer<Payload, Answer>(
  type: RequestType<Payload, Answer>,
  result: Result<Uint8Array, Refusal>,
): Result<Answer, Refusal> {
  if (!result.ok) return result;
  const answer = type.readAnswer(result.value);
  return answer.ok ? answer : refused('protocol_violation', `the answer to ${type.name} could not be read`);
}

function refused(code: FabricErrorCode, message: string): Result<never, Refusal> {
  return err({ code, message });
}
