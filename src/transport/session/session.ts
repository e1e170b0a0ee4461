import { WIRE_LIMITS, type CellId, type Env, type FabricErrorCode, type Result, type RunId } from '../../core/index.ts';
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
import type { PeerIdentity } from '../identity.ts';
import type { LinkEnd, LinkListener, LinkPath, RawLink } from '../transport.ts';
import { Outbox } from './outbox.ts';
import { RequestLog } from './request-log.ts';
import { Route } from './route.ts';
import type { ProvenLink } from './spares.ts';

export type SessionEnd =
  LinkEnd | 'bye' | 'parted' | 'silent' | 'misbehaved' | 'overloaded' | 'replaced' | 'left' | 'expelled';

export interface SessionDeps {
  readonly env: Env;
  readonly proven: ProvenLink;
  readonly handlers: Handlers;
  ended(session: Session, end: SessionEnd): void;
  /** Nothing gets through on its link at the moment, as the browser sees it. */
  troubled(session: Session): void;
  /** It goes on over another link, and what was under way may be lost. */
  relinked(session: Session): void;
}

/**
 * The conversation with one proven member, over whichever of the links to its tab its route is on.
 * Malformed messages are counted and dropped, and end the session at a bound; every call settles when it ends.
 */
export class Session {
  readonly #deps: SessionDeps;
  readonly #route: Route;
  readonly #outbox: Outbox;
  readonly #calls: CallTable;
  #assembler: Assembler;
  #requests = new RequestLog();
  /** How often it was begun anew: what was asked before is not answered any more. */
  #era = 0;
  #borneUntilMs = -Infinity;
  #malformed = 0;
  #answering = 0;
  #isParting = false;
  #end: SessionEnd | undefined;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#outbox = new Outbox(deps.proven.link);
    this.#route = new Route(deps.proven, {
      env: deps.env,
      outbox: this.#outbox,
      begunAnew: () => this.#begunAnew(),
      lost: (end) => this.end(this.#isParting ? 'parted' : end),
    });
    this.#assembler = new Assembler(deps.env.clock);
    this.#calls = new CallTable(deps.env);
  }

  get cell(): CellId {
    return this.#route.on.peer.cell;
  }

  get peer(): PeerIdentity {
    return this.#route.on.peer;
  }

  get role(): RawLink['role'] {
    return this.#route.on.link.role;
  }

  /** How its link goes. */
  get way(): { readonly path: LinkPath; readonly via?: CellId } {
    const { path = 'direct', via } = this.#route.on.link;
    return via === undefined ? { path } : { path, via };
  }

  /** The way to more channels on its link, where that can have such. */
  get callChannels(): RawLink['callChannels'] {
    return this.#route.on.link.callChannels;
  }

  /** When anything last arrived, on this cell's clock. */
  get lastHeardMs(): number {
    return this.#route.lastHeardMs;
  }

  /** What both ends call its link. */
  get dial(): RunId | undefined {
    return this.#route.on.link.dial;
  }

  /** Until when its silence is borne, whatever the bound. */
  get borneUntilMs(): number {
    return this.#borneUntilMs;
  }

  bear(untilMs: number): void {
    this.#borneUntilMs = Math.max(this.#borneUntilMs, untilMs);
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

  /** Who listens to a link of this session: the one it is on, or another to the same tab. */
  listenerOf(link: RawLink): LinkListener {
    return {
      frame: (channel, bytes) => this.#frame(link, channel, bytes),
      drained: (channel) => this.#outbox.pump(channel),
      closed: (end = 'closed') => {
        if (!this.#end) this.#route.closed(link, end);
      },
      troubled: () => {
        if (!this.#end && link === this.#route.on.link) this.#deps.troubled(this);
      },
    };
  }

  /** Takes in another link to the same tab; answers who listens to it. */
  offer(proven: ProvenLink): LinkListener {
    if (this.#end) proven.link.close();
    else this.#route.offer(proven);
    return this.listenerOf(proven.link);
  }

  #frame(link: RawLink, channel: ChannelName, bytes: Uint8Array): void {
    if (this.#end) return;
    const isStale = this.#route.heardAtAll();
    const frame = decodeFrame(bytes);
    if (!frame.ok) return this.#count(frame.error);
    if (!this.#route.heard(link, channel, frame.value, isStale)) return;
    if (channel === 'data' && !this.#isAwaited(frame.value) && !this.#isPacked(frame.value)) return;
    const bytesMax = channel === 'data' ? WIRE_LIMITS.dataBytesMax : WIRE_LIMITS.controlBytesMax;
    const payload = this.#assembler.accept(frame.value, bytesMax);
    if (!payload.ok) return this.#count(payload.error);
    if (payload.value) this.#dispatch(frame.value, payload.value);
  }

  #begunAnew(): void {
    this.#era++;
    this.#assembler = new Assembler(this.#deps.env.clock);
    this.#requests = new RequestLog();
    this.#calls.closeAll('disconnected', 'the link to the cell was replaced by another');
    this.#deps.relinked(this);
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
    this.#route.end();
    const { env } = this.#deps;
    const { link } = this.#route.on;
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
    const era = this.#era;
    void read.value.answer.then((answer) => {
      this.#answering--;
      if (era !== this.#era) return;
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
