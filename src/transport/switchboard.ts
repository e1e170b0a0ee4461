import { err, LINK_LIMITS, type CellId, type Env, type Result, type RunId } from '../core/index.ts';
import { EVENT, Handlers, type ChannelName, type EventType, type Refusal, type RequestType } from '../wire/index.ts';
import { Hello } from './hello.ts';
import { cellIdOf, type HelloCredentials, type HelloFault, type PeerIdentity } from './identity.ts';
import { Lobby, OPEN_GATE, type Gatekeeper, type HelloGate, type WaitingCell } from './lobby.ts';
import type { PeerListener } from './peer-listener.ts';
import { Session, type SessionEnd } from './session/index.ts';
import type { CallChannels, LinkListener, LinkPath, RawLink, Transport } from './transport.ts';

const EARLY_FRAMES_MAX = 16;
/** A cell that is shown out hears why, if it reads that quickly. */
const EXPEL_LINGER_MS = 300;
/** What is said last over other cells gets through them within this. */
const GOODBYE_LINGER_MS = 200;

/**
 * Many links, one view of the members at their other ends.
 * 1. A cell is joined exactly while one proven session to it exists; of two links to one cell, both ends keep the same.
 * 2. A pending link receives nothing but hello messages, and there are at most `LINK_LIMITS.pendingMax` of them.
 * 3. A call or event to this cell itself takes the same handlers, without the wire.
 * 4. Whom the gatekeeper lets wait stays pending in the lobby, whom it refuses is gone; both also later, by `regate`.
 */
export class Switchboard {
  readonly self: CellId;
  readonly handlers = new Handlers();
  readonly #env: Env;
  readonly #credentials: HelloCredentials;
  readonly #sessions = new Map<CellId, Session>();
  readonly #pending = new Set<RawLink>();
  readonly #listeners = new Set<PeerListener>();
  readonly #lobby: Lobby;
  #gate: Gatekeeper = OPEN_GATE;
  #linksSeen = 0;
  #isClosed = false;

  constructor(env: Env, transport: Transport, credentials: HelloCredentials) {
    this.#env = env;
    this.#credentials = credentials;
    this.self = cellIdOf(credentials.signer.publicKey);
    this.#lobby = new Lobby(env.clock, () => {
      for (const listener of this.#listeners) listener.lobbyChanged?.();
    });
    this.handlers.onEvent(EVENT.bye, (from) => this.#sessions.get(from)?.end('bye'));
    transport.listen((link) => this.accept(link));
  }

  /** Answers how to stop listening. */
  listen(listener: PeerListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The members linked now. */
  peers(): readonly CellId[] {
    return [...this.#sessions.keys()];
  }

  isLinked(cell: CellId): boolean {
    return this.#sessions.has(cell);
  }

  /** Resolves with whether the member is linked: at once, when it is, or after `waitMs` at the latest. */
  reach(cell: CellId, waitMs: number): Promise<boolean> {
    if (cell === this.self || this.isLinked(cell)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (isLinked: boolean): void => {
        late.cancel();
        stop();
        resolve(isLinked);
      };
      const stop = this.listen({
        joined: (joined) => {
          if (joined === cell) settle(true);
        },
        left: () => undefined,
        refused: () => undefined,
      });
      const late = this.#env.timers.after(waitMs, () => settle(false));
      for (const listener of this.#listeners) listener.wanted?.(cell);
    });
  }

  /** Ends a link that both ends can do without: the other has agreed, or is asked to and told here that it may. */
  part(cell: CellId, by: 'us' | 'them'): void {
    if (by === 'them') this.#sessions.get(cell)?.letGo();
    else this.#sessions.get(cell)?.end('parted');
  }

  /** From now on `gate` decides who comes in. */
  guard(gate: Gatekeeper): void {
    this.#gate = gate;
  }

  /** The rules have changed: who may not be here any more is shown out, and who waits may come in. */
  regate(): void {
    for (const session of [...this.#sessions.values()]) {
      if (this.#gate.welcome(session.cell, session.role) !== 'member') session.end('expelled', EXPEL_LINGER_MS);
    }
    this.#lobby.judge();
  }

  /** Those who have proven the key and wait here to be let in. */
  waiting(): readonly WaitingCell[] {
    return this.#lobby.waiting();
  }

  /** The proven public key of a linked member. */
  publicKeyOf(cell: CellId): Uint8Array<ArrayBuffer> | undefined {
    return cell === this.self ? this.#credentials.signer.publicKey : this.#sessions.get(cell)?.peer.publicKey;
  }

  /** Eight bytes that tell the tab of a linked member from the one that it was before a reload. */
  sessionOf(cell: CellId): Uint8Array | undefined {
    return this.#sessions.get(cell)?.peer.session;
  }

  notify<Payload>(to: CellId, type: EventType<Payload>, payload: Payload): void {
    if (to === this.self) this.handlers.dispatchEvent(to, type.code, type.write(payload));
    else this.#sessions.get(to)?.notify(type, payload);
  }

  broadcast<Payload>(type: EventType<Payload>, payload: Payload): void {
    for (const session of this.#sessions.values()) session.notify(type, payload);
  }

  call<Payload, Answer>(
    to: CellId,
    type: RequestType<Payload, Answer>,
    payload: Payload,
    deadlineMs?: number,
  ): Promise<Result<Answer, Refusal>> {
    if (to === this.self) return this.#callSelf(type, payload);
    const session = this.#sessions.get(to);
    if (session) return session.call(type, payload, deadlineMs);
    return Promise.resolve(err({ code: 'disconnected', message: 'there is no link to that cell' }));
  }

  /** Ends sessions that have been silent for too long. To be called about once a heartbeat. */
  tick(): void {
    const nowMs = this.#env.clock.nowMs();
    for (const session of [...this.#sessions.values()]) {
      const isSilent = nowMs - session.lastHeardMs > LINK_LIMITS.silenceMsMax;
      if (isSilent && nowMs > session.borneUntilMs) session.end('silent');
    }
  }

  /** How the link to a member goes; undefined when there is none. */
  linkOf(cell: CellId): { readonly path: LinkPath; readonly via?: CellId } | undefined {
    return this.#sessions.get(cell)?.way;
  }

  /** The way to more channels on the link to a member, where it can have such. */
  callChannelsOf(cell: CellId): CallChannels | undefined {
    return this.#sessions.get(cell)?.callChannels;
  }

  /** What both ends call the link to a member, where another way can be looked for below it. */
  dialOf(cell: CellId): RunId | undefined {
    return this.#sessions.get(cell)?.dial;
  }

  /** Bears with the silence of a linked member for so long. */
  bear(cell: CellId, forMs: number): void {
    this.#sessions.get(cell)?.bear(this.#env.clock.nowMs() + forMs);
  }

  /** When a linked member was last heard, on this cell's clock. */
  lastHeardMs(cell: CellId): number | undefined {
    return this.#sessions.get(cell)?.lastHeardMs;
  }

  /** Says goodbye to everyone, to those last who carry some of it, and takes no more links. Calls `said` when that is done. */
  close(said: () => void = () => undefined): void {
    this.#isClosed = true;
    for (const link of this.#pending) link.close();
    const sessions = [...this.#sessions.values()];
    const carriers = new Set(sessions.map(({ way }) => way.via));
    const last = sessions.filter(({ cell }) => carriers.has(cell));
    for (const session of sessions) if (!carriers.has(session.cell)) session.leave();
    if (last.length === 0) return said();
    this.#env.timers.after(GOODBYE_LINGER_MS, () => {
      for (const session of last) session.leave();
      said();
    });
  }

  async #callSelf<Payload, Answer>(
    type: RequestType<Payload, Answer>,
    payload: Payload,
  ): Promise<Result<Answer, Refusal>> {
    const inProgress = this.handlers.dispatchRequest(this.self, type.code, type.write(payload));
    if (!inProgress.ok) return err({ code: 'invalid_argument', message: `${type.name}: ${inProgress.error}` });
    const answer = await inProgress.value.answer;
    if (!answer.ok) return answer;
    const read = type.readAnswer(answer.value);
    return read.ok ? read : err({ code: 'internal', message: `${type.name}: the answer could not be read` });
  }

  /** Takes a link, of the transport or of whoever else makes some; answers who listens to it. */
  accept(link: RawLink): LinkListener {
    const pending = this.#pending.size - this.#lobby.size;
    const isTooMany = pending >= LINK_LIMITS.pendingMax || this.#sessions.size >= LINK_LIMITS.linksMax;
    if (this.#isClosed || isTooMany) {
      link.close();
      return { frame: () => undefined, drained: () => undefined, closed: () => undefined };
    }
    this.#pending.add(link);
    const hello = new Hello(this.#env, link, this.#credentials, this.#linksSeen++, this.#helloGate(link));
    let listener: LinkListener | undefined;
    /** What a member says in one message with the last of its hello. */
    const early: Uint8Array[] = [];
    void hello.settled.then((proven) => {
      this.#pending.delete(link);
      this.#lobby.leave(hello);
      if (proven.ok) listener = this.#admit(link, proven.value);
      else this.#turnAway(link, proven.error);
      for (const bytes of early.splice(0)) listener?.frame('control', bytes);
    });
    return {
      frame: (channel: ChannelName, bytes) => {
        if (listener) listener.frame(channel, bytes);
        else if (channel === 'control' && hello.isSettled)
          early.push(...(early.length < EARLY_FRAMES_MAX ? [bytes] : []));
        else if (channel === 'control') void hello.receive(bytes);
      },
      drained: (channel) => listener?.drained(channel),
      closed: (end) => (listener ? listener.closed(end) : hello.closed()),
    };
  }

  #helloGate(link: RawLink): HelloGate {
    return {
      welcome: (cell) => this.#gate.welcome(cell, link.role),
      introduced: (cell, said) => {
        this.#lobby.named(cell, said.name);
        this.#gate.introduced(cell, said);
      },
      introduction: (at) => this.#gate.introduction(at),
      standing: () => this.#gate.standing(),
      held: (hello, peer) => this.#lobby.enter(hello, peer, link.role),
      waits: (at, standing) => {
        for (const listener of this.#listeners) listener.waits?.(at, standing);
      },
    };
  }

  #turnAway(link: RawLink, fault: HelloFault): void {
    link.close();
    this.#env.log.write('warn', 'hello failed', { code: fault.code, role: link.role });
    for (const listener of this.#listeners) listener.refused(fault, link.role);
  }

  #admit(link: RawLink, peer: PeerIdentity): LinkListener | undefined {
    if (this.#isClosed) {
      link.close();
      return undefined;
    }
    link.proven?.(peer.secret);
    const existing = this.#sessions.get(peer.cell);
    if (existing && isSameSession(existing.peer, peer)) return existing.offer({ link, peer });
    const session = new Session({
      env: this.#env,
      proven: { link, peer },
      handlers: this.handlers,
      ended: (ended, end) => this.#ended(ended, end),
      troubled: ({ cell }) => {
        for (const listener of this.#listeners) listener.troubled?.(cell);
      },
      relinked: ({ cell }) => {
        for (const listener of this.#listeners) listener.relinked?.(cell);
      },
    });
    this.#sessions.set(peer.cell, session);
    // A reloaded tab replaces itself.
    existing?.end('replaced');
    if (existing) for (const listener of this.#listeners) listener.left(peer.cell, 'replaced');
    for (const listener of this.#listeners) listener.joined(peer.cell);
    return session.listenerOf(link);
  }

  #ended(session: Session, end: SessionEnd): void {
    if (this.#sessions.get(session.cell) !== session) return;
    this.#sessions.delete(session.cell);
    for (const listener of this.#listeners) listener.left(session.cell, end);
  }
}

function isSameSession(left: PeerIdentity, right: PeerIdentity): boolean {
  return left.session.every((byte, index) => byte === right.session[index]);
}
