import { WIRE_LIMITS, type CellId, type Env, type FabricErrorCode, type Result } from '../../core/index.ts';
import {
  Assembler,
  CallTable,
  decodeFrame,
  EVENT,
  FRAME_KIND,
  REFUSAL,
  type ChannelName,
  type EventType,
  type Frame,
  type Handlers,
  type Refusal,
  type RequestType,
} from '../../wire/index.ts';
import type { PeerIdentity } from '../hello.ts';
import type { LinkEnd, LinkListener, LinkPath, RawLink } from '../transport.ts';
import { isOfMove, Move, type MoveEnd } from './move.ts';
import { Outbox } from './outbox.ts';
import { RequestLog } from './request-log.ts';

export type SessionEnd =
  LinkEnd | 'bye' | 'parted' | 'silent' | 'misbehaved' | 'overloaded' | 'replaced' | 'left' | 'expelled';

export interface SessionDeps {
  readonly env: Env;
  readonly link: RawLink;
  readonly peer: PeerIdentity;
  readonly handlers: Handlers;
  ended(session: Session, end: SessionEnd): void;
}

/**
 * The conversation with one proven member over one link.
 * Malformed messages are counted and dropped, and end the session at a bound; every call settles when it ends.
 */
export class Session {
  readonly #deps: SessionDeps;
  #link: RawLink;
  #peer: PeerIdentity;
  #move: Move | undefined;
  readonly #outbox: Outbox;
  readonly #assembler: Assembler;
  readonly #calls: CallTable;
  readonly #requests = new RequestLog();
  #lastHeardMs: number;
  #malformed = 0;
  #answering = 0;
  #isParting = false;
  #end: SessionEnd | undefined;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#link = deps.link;
    this.#peer = deps.peer;
    this.#outbox = new Outbox(deps.link);
    this.#assembler = new Assembler(deps.env.clock);
    this.#calls = new CallTable(deps.env);
    this.#lastHeardMs = deps.env.clock.nowMs();
  }

  get cell(): CellId {
    return this.#peer.cell;
  }

  get peer(): PeerIdentity {
    return this.#peer;
  }

  get role(): RawLink['role'] {
    return this.#link.role;
  }

  /** How its link goes. */
  get way(): { readonly path: LinkPath; readonly via?: CellId } {
    const { path = 'direct', via } = this.#link;
    return via === undefined ? { path } : { path, via };
  }

  /** When anything last arrived, on this cell's clock. */
  get lastHeardMs(): number {
    return this.#lastHeardMs;
  }

  notify<Payload>(type: EventType<Payload>, payload: Payload): void {
    this.#post('control', {
      kind: FRAME_KIND.event,
      type: type.code,
      id: this.#calls.freshId(),
      payload: type.write(payload),
    });
  }

  call<Payload, Answer>(
    type: RequestType<Payload, Answer>,
    payload: Payload,
    deadlineMs: number = WIRE_LIMITS.callDeadlineMs,
  ): Promise<Result<Answer, Refusal>> {
    return this.#calls.open(type, deadlineMs, (id) =>
      this.#post(type.channel, { kind: FRAME_KIND.request, type: type.code, id, payload: type.write(payload) }),
    );
  }

  /** Who listens to a link of this session: the one it is on, or the one it is to move to. */
  listenerOf(link: RawLink): LinkListener {
    return {
      frame: (channel, bytes) => this.#frame(link, channel, bytes),
      drained: (channel) => this.#outbox.pump(channel),
      closed: (end = 'closed') => this.#closed(link, end),
    };
  }

  /** Goes over to a better link to the same tab, without losing anything; unless it is on its way to another. */
  moveTo(link: RawLink, peer: PeerIdentity): void {
    if (this.#move || this.#end) return link.close();
    this.#move = new Move({
      env: this.#deps.env,
      from: this.#link,
      to: link,
      hold: () => this.#outbox.hold(),
      resume: (onto) => {
        this.#link = onto;
        if (onto === link) this.#peer = peer;
        this.#outbox.resume(onto);
      },
      ended: (end) => this.#moved(end),
    });
  }

  #frame(link: RawLink, channel: ChannelName, bytes: Uint8Array): void {
    if (this.#end) return;
    this.#lastHeardMs = this.#deps.env.clock.nowMs();
    const frame = decodeFrame(bytes);
    if (!frame.ok) return this.#count(frame.error);
    if (frame.value.kind === FRAME_KIND.event && isOfMove(frame.value.type)) {
      return this.#move?.heard(link, channel, frame.value.type);
    }
    if (channel === 'data' && !this.#isAwaited(frame.value) && !this.#isPacked(frame.value)) return;
    const bytesMax = channel === 'data' ? WIRE_LIMITS.dataBytesMax : WIRE_LIMITS.controlBytesMax;
    const payload = this.#assembler.accept(frame.value, bytesMax);
    if (!payload.ok) return this.#count(payload.error);
    if (payload.value) this.#dispatch(frame.value, payload.value);
  }

  #closed(link: RawLink, end: LinkEnd): void {
    if (this.#move) this.#move.closed(link);
    else if (link === this.#link) this.end(this.#isParting ? 'parted' : end);
  }

  #moved(end: MoveEnd): void {
    this.#move = undefined;
    if (end === 'lost') this.end('closed');
  }

  /** The other end may close this link; neither is gone then. */
  letGo(): void {
    this.#isParting = true;
  }

  /** Says goodbye and ends. */
  leave(): void {
    this.notify(EVENT.bye, {});
    this.end('left');
  }

  /** Ends the session once; later calls do nothing. What was just said still gets out when the link stays `lingerMs`. */
  end(reason: SessionEnd, lingerMs = 0): void {
    if (this.#end) return;
    this.#end = reason;
    this.#move?.cancel();
    const { env } = this.#deps;
    const link = this.#link;
    if (lingerMs > 0) env.timers.after(lingerMs, () => link.close());
    else link.close();
    this.#calls.closeAll('disconnected', `the link to the cell ended (${reason})`);
    this.#deps.ended(this, reason);
  }

  /** Long messages on the data channel are answers that were asked for: bulk nobody wants costs no memory. */
  #isAwaited(frame: Frame): boolean {
    const isAnswer = frame.kind === FRAME_KIND.answer || frame.kind === FRAME_KIND.refusal;
    return isAnswer && this.#calls.awaits(frame.id, frame.type);
  }

  /** A request of bare bytes, which comes on that channel in one frame or not at all. */
  #isPacked(frame: Frame): boolean {
    return frame.kind === FRAME_KIND.request && !frame.fragment && this.#deps.handlers.isOnData(frame.type);
  }

  #dispatch(frame: Frame, payload: Uint8Array): void {
    switch (frame.kind) {
      case FRAME_KIND.event: {
        const read = this.#deps.handlers.dispatchEvent(this.cell, frame.type, payload);
        if (!read.ok) this.#count(read.error);
        return;
      }
      case FRAME_KIND.request:
        return this.#answer(frame, payload);
      case FRAME_KIND.answer:
        if (this.#calls.awaits(frame.id, frame.type)) this.#calls.answered(frame.id, payload);
        return;
      case FRAME_KIND.refusal:
        if (this.#calls.awaits(frame.id, frame.type)) this.#calls.refused(frame.id, payload);
        return;
    }
  }

  #answer(frame: Frame, payload: Uint8Array): void {
    if (!this.#requests.isNew(frame.id)) return;
    if (this.#answering >= WIRE_LIMITS.callsInFlightMax) {
      return this.#refuse(frame, 'capacity_exceeded', 'too many requests at once');
    }
    const read = this.#deps.handlers.dispatchRequest(this.cell, frame.type, payload);
    if (!read.ok) {
      this.#refuse(frame, 'protocol_violation', 'the request could not be read');
      return this.#count(read.error);
    }
    this.#answering++;
    void read.value.answer.then((answer) => {
      this.#answering--;
      if (!answer.ok) {
        this.#refuse(frame, answer.error.code, answer.error.message);
        if (answer.error.code === 'protocol_violation') this.#count('request_refused');
        return;
      }
      this.#post(read.value.answerChannel, {
        kind: FRAME_KIND.answer,
        type: frame.type,
        id: frame.id,
        payload: answer.value,
      });
    });
  }

  #refuse(frame: Frame, code: FabricErrorCode, message: string): void {
    const payload = REFUSAL.write({ code, message });
    this.#post('control', { kind: FRAME_KIND.refusal, type: frame.type, id: frame.id, payload });
  }

  #post(channel: ChannelName, message: Parameters<Outbox['send']>[1]): void {
    if (this.#end) return;
    if (!this.#outbox.send(channel, message)) this.end('overloaded');
  }

  #count(fault: string): void {
    this.#malformed++;
    this.#deps.env.log.write('warn', 'message dropped', { cell: this.cell, fault, dropped: this.#malformed });
    if (this.#malformed >= WIRE_LIMITS.malformedMax) this.end('misbehaved');
  }
}
