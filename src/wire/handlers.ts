import { assert, err, ok, type Bytes, type CellId, type Result } from '../core/index.ts';
import type { EventType, MessageFault, RequestType } from './message-type.ts';
import type { Refusal } from './messages.ts';

export type Answered<Answer> = Result<Answer, Refusal> | Promise<Result<Answer, Refusal>>;

type EventReader = (from: CellId, payload: Uint8Array) => Result<void, MessageFault>;
type RequestReader = (from: CellId, payload: Uint8Array) => Result<RequestInProgress, MessageFault>;

export interface RequestInProgress {
  readonly answerChannel: 'control' | 'data';
  readonly answer: Promise<Result<Bytes, Refusal>>;
}

/** What a cell does with each message: rooms above register, sessions dispatch. Nothing unparsed gets past here. */
export class Handlers {
  readonly #events = new Map<number, EventReader>();
  readonly #requests = new Map<number, RequestReader>();
  readonly #onData = new Set<number>();

  onEvent<Payload>(type: EventType<Payload>, handle: (from: CellId, payload: Payload) => void): void {
    assert(!this.#events.has(type.code), `two handlers for ${type.name}`);
    this.#events.set(type.code, (from, bytes) => {
      const payload = type.read(bytes);
      if (!payload.ok) return payload;
      handle(from, payload.value);
      return ok(undefined);
    });
  }

  onRequest<Payload, Answer>(
    type: RequestType<Payload, Answer>,
    handle: (from: CellId, payload: Payload) => Answered<Answer>,
  ): void {
    assert(!this.#requests.has(type.code), `two handlers for ${type.name}`);
    if (type.channel === 'data') this.#onData.add(type.code);
    this.#requests.set(type.code, (from, bytes) => {
      const payload = type.read(bytes);
      if (!payload.ok) return payload;
      return ok({ answerChannel: type.answerChannel, answer: answerBytes(type, handle(from, payload.value)) });
    });
  }

  dispatchEvent(from: CellId, code: number, payload: Uint8Array): Result<void, MessageFault> {
    return this.#events.get(code)?.(from, payload) ?? err('unknown_message');
  }

  dispatchRequest(from: CellId, code: number, payload: Uint8Array): Result<RequestInProgress, MessageFault> {
    return this.#requests.get(code)?.(from, payload) ?? err('unknown_message');
  }

  /** Whether requests of this code travel on the data channel. */
  isOnData(code: number): boolean {
    return this.#onData.has(code);
  }

  knows(code: number): boolean {
    return this.#events.has(code) || this.#requests.has(code);
  }
}

async function answerBytes<Payload, Answer>(
  type: RequestType<Payload, Answer>,
  answered: Answered<Answer>,
): Promise<Result<Bytes, Refusal>> {
  const result = await answered;
  return result.ok ? ok(type.writeAnswer(result.value)) : result;
}
