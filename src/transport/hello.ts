import {
  equalBytes,
  err,
  hmacSha256,
  LINK_LIMITS,
  STEWARD_LIMITS,
  ok,
  type Env,
  type FabricErrorCode,
  type Result,
  type Timer,
} from '../core/index.ts';
import {
  decodeFrame,
  encodeFrame,
  FRAME_KIND,
  HELLO,
  helloTranscript,
  type EventType,
  type HelloSide,
} from '../wire/index.ts';
import type { HelloGate, Unwelcome } from './lobby.ts';
import { cellIdOf, type HelloCredentials, type HelloFault, type PeerIdentity } from './identity.ts';
import { linkSecret, numberedNonce } from './nonces.ts';
import type { RawLink } from './transport.ts';

const REFUSALS: Readonly<Partial<Record<FabricErrorCode, string>>> = {
  wrong_key: 'the other cell refused the hello',
  evicted: 'the steward of this fabric has sent this cell away',
  not_admitted: 'this cell was not let in',
  capacity_exceeded: 'too many cells wait to be let in',
};
/** Repetitions of `hello.waiting` that come sooner are not answered. */
const ECHO_MS_MIN = STEWARD_LIMITS.waitBeatMs / 4;

/**
 * The mutual hello of PROTOCOL.md §3, one object a link.
 * 1. The other end is believed only after it proved the fabric key and its identity over both nonces and both
 *    certificate fingerprints, so a signaling server in the middle gains nothing.
 * 2. It always settles: with an identity, a fault, or the deadline, which moves on only while one end waits to be let
 *    in and both show that they are there.
 * 3. Until it has settled, nothing but hello messages is sent or read.
 */
export class Hello {
  readonly settled: Promise<Result<PeerIdentity, HelloFault>>;
  readonly #env: Pick<Env, 'clock' | 'timers'>;
  readonly #link: RawLink;
  readonly #credentials: HelloCredentials;
  readonly #gate: HelloGate;
  readonly #own: HelloSide;
  #settle: (result: Result<PeerIdentity, HelloFault>) => void = () => undefined;
  #peer: HelloSide | undefined;
  #hasProven: Promise<void> | undefined;
  #verified: PeerIdentity | undefined;
  #peerAccepted = false;
  #hasAccepted = false;
  #isSettled = false;
  #deadline: Timer;
  /** Since when the other end waits here, and the next time that it is told so. */
  #heldSinceMs: number | undefined;
  #waitBeat: Timer | undefined;
  #echoAtMs = -Infinity;
  #isAtMember = false;

  /** `ordinal`: how many links this cell has had before, so that both ends can tell which of two came later. */
  constructor(env: Env, link: RawLink, credentials: HelloCredentials, ordinal: number, gate: HelloGate) {
    this.#env = env;
    this.#link = link;
    this.#credentials = credentials;
    this.#gate = gate;
    this.#own = {
      nonce: numberedNonce(env, ordinal),
      publicKey: credentials.signer.publicKey,
      session: credentials.session,
      fingerprint: link.localFingerprint,
    };
    this.#deadline = this.#within(LINK_LIMITS.helloDeadlineMs);
    this.settled = new Promise((resolve) => {
      this.#settle = (result) => {
        this.#isSettled = true;
        this.#deadline.cancel();
        this.#waitBeat?.cancel();
        resolve(result);
      };
    });
    if (link.role === 'dialer') this.#greet();
  }

  /** One frame from the other end, before the hello has settled. */
  async receive(bytes: Uint8Array): Promise<void> {
    if (this.#isSettled) return;
    const frame = decodeFrame(bytes);
    if (!frame.ok || frame.value.kind !== FRAME_KIND.event || frame.value.fragment) return this.#violate();
    switch (frame.value.type) {
      case HELLO.hello.code:
        return this.#greeted(frame.value.payload);
      case HELLO.proof.code:
        return this.#proven(frame.value.payload);
      case HELLO.accepted.code:
        this.#peerAccepted = true;
        return this.#conclude();
      case HELLO.refused.code: {
        const refused = HELLO.refused.read(frame.value.payload);
        const code = refused.ok && isRefusal(refused.value.code) ? refused.value.code : 'protocol_violation';
        return this.#fail(code, REFUSALS[code] ?? 'the other cell refused the hello');
      }
      case HELLO.waiting.code:
        return this.#toldToWait(frame.value.payload);
      case HELLO.here.code:
        return this.#isThere(frame.value.payload);
      default:
        return this.#violate();
    }
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  closed(): void {
    this.#fail('disconnected', 'the link closed during the hello');
  }

  #greet(): void {
    const { nonce, publicKey, session } = this.#own;
    this.#send(HELLO.hello, { nonce, publicKey, session });
  }

  #greeted(payload: Uint8Array): void {
    const hello = HELLO.hello.read(payload);
    if (!hello.ok || this.#peer) return this.#violate();
    const { nonce, publicKey, session } = hello.value;
    const peer = {
      nonce: new Uint8Array(nonce),
      publicKey: new Uint8Array(publicKey),
      session: new Uint8Array(session),
      fingerprint: this.#link.remoteFingerprint,
    };
    // An echo of our own hello would let a stranger prove itself with our own proof.
    const isEcho = equalBytes(peer.publicKey, this.#own.publicKey) || equalBytes(peer.nonce, this.#own.nonce);
    const { expects } = this.#link;
    if (isEcho || (expects !== undefined && cellIdOf(peer.publicKey) !== expects)) return this.#violate();
    this.#peer = peer;
    this.#hasProven = this.#prove(peer);
  }

  /** The answerer says hello with its proof, so that both are one message. */
  async #prove(peer: HelloSide): Promise<void> {
    const transcript = helloTranscript(this.#own, peer);
    const mac = hmacSha256(this.#credentials.helloKey, transcript);
    const signature = await this.#credentials.signer.sign(transcript);
    if (this.#isSettled) return;
    if (this.#link.role === 'answerer') this.#greet();
    this.#send(HELLO.proof, { mac, signature });
  }

  async #proven(payload: Uint8Array): Promise<void> {
    const proof = HELLO.proof.read(payload);
    const peer = this.#peer;
    if (!proof.ok || !peer || this.#verified) return this.#violate();
    const transcript = helloTranscript(peer, this.#own);
    if (!equalBytes(hmacSha256(this.#credentials.helloKey, transcript), proof.value.mac)) {
      this.#send(HELLO.refused, { code: 'wrong_key' });
      return this.#fail('wrong_key', 'the other tab does not hold the key of this fabric');
    }
    const signature = new Uint8Array(proof.value.signature);
    if (!(await this.#credentials.signer.verify(peer.publicKey, transcript, signature))) return this.#violate();
    const cell = cellIdOf(peer.publicKey);
    const [lower, higher] = cellIdOf(this.#own.publicKey) < cell ? [this.#own, peer] : [peer, this.#own];
    const secret = linkSecret(this.#credentials.helloKey, lower.nonce, higher.nonce);
    // Its own proof goes out in one message with what follows.
    await this.#hasProven;
    this.#verified = { ...peer, cell, order: lower.nonce, secret };
    this.judge();
  }

  /** Asks the gatekeeper whether the other end, once it has proven itself, may come in; again whenever that may change. */
  judge(): void {
    const peer = this.#verified;
    if (!peer || this.#isSettled || this.#hasAccepted) return;
    const welcome = this.#welcome(peer);
    if (welcome === 'waiting') return this.#hold(peer);
    if (welcome !== 'member') return this.#refuse(welcome);
    this.#hasAccepted = true;
    this.#send(HELLO.accepted, {});
    this.#conclude();
  }

  /** Whoever lets this cell wait need not be let in by it, whichever of the two has dialled. */
  #welcome({ cell }: PeerIdentity): ReturnType<HelloGate['welcome']> {
    return this.#gate.welcome(cell, this.#isAtMember ? 'dialer' : this.#link.role);
  }

  #hold(peer: PeerIdentity): void {
    if (this.#heldSinceMs !== undefined) return;
    this.#heldSinceMs = this.#env.clock.nowMs();
    if (!this.#gate.held(this, peer)) return this.#refuse('capacity_exceeded');
    this.#prolong();
    this.#tellToWait(this.#heldSinceMs);
  }

  #tellToWait(sinceMs: number): void {
    if (this.#isSettled || this.#hasAccepted) return;
    if (this.#env.clock.nowMs() - sinceMs > STEWARD_LIMITS.waitMsMax) return this.#refuse('not_admitted');
    this.#send(HELLO.waiting, { ...this.#gate.standing() });
    this.#waitBeat = this.#env.timers.after(STEWARD_LIMITS.waitBeatMs, () => this.#tellToWait(sinceMs));
  }

  /** The other end waits here, and is there. */
  #isThere(payload: Uint8Array): void {
    const here = HELLO.here.read(payload);
    if (!here.ok || !this.#verified || this.#heldSinceMs === undefined) return this.#violate();
    this.#prolong();
    this.#gate.introduced(this.#verified.cell, here.value);
  }

  /** This cell is to wait. A message that comes before the other end has proven itself comes again. */
  #toldToWait(payload: Uint8Array): void {
    const waiting = HELLO.waiting.read(payload);
    if (!waiting.ok) return this.#violate();
    const nowMs = this.#env.clock.nowMs();
    if (!this.#verified || nowMs - this.#echoAtMs < ECHO_MS_MIN) return;
    this.#echoAtMs = nowMs;
    this.#prolong();
    this.#send(HELLO.here, this.#gate.introduction(waiting.value));
    this.#gate.waits(this.#verified.cell, waiting.value);
    this.#isAtMember = waiting.value.isMember;
    this.judge();
  }

  #prolong(): void {
    this.#deadline.cancel();
    this.#deadline = this.#within(STEWARD_LIMITS.waitSilenceMs);
  }

  #within(deadlineMs: number): Timer {
    return this.#env.timers.after(deadlineMs, () =>
      this.#fail('disconnected', 'the other tab did not finish the hello in time'),
    );
  }

  #conclude(): void {
    const isMutual = this.#hasAccepted && this.#peerAccepted;
    if (!this.#verified || !isMutual || this.#isSettled) return;
    // The rules may have changed since this end accepted the other.
    const welcome = this.#welcome(this.#verified);
    if (welcome === 'member') this.#settle(ok(this.#verified));
    else if (welcome === 'waiting') this.#fail('disconnected', 'the rules of this fabric changed during the hello');
    else this.#refuse(welcome);
  }

  #refuse(code: Unwelcome): void {
    this.#send(HELLO.refused, { code });
    this.#settle(err({ code, message: 'the rules of this fabric keep the other cell out', isOurs: true }));
  }

  #violate(): void {
    if (this.#isSettled) return;
    this.#send(HELLO.refused, { code: 'protocol_violation' });
    this.#fail('protocol_violation', 'the other tab sent something else than a hello');
  }

  #fail(code: HelloFault['code'], message: string): void {
    if (!this.#isSettled) this.#settle(err({ code, message }));
  }

  #send<Payload>(type: EventType<Payload>, payload: Payload): void {
    this.#link.send(
      'control',
      encodeFrame({ kind: FRAME_KIND.event, type: type.code, id: 0, payload: type.write(payload) }),
    );
  }
}

const isRefusal = (code: FabricErrorCode): code is 'wrong_key' | Unwelcome => Object.hasOwn(REFUSALS, code);
