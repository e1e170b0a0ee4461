import {
  equalBytes,
  err,
  hmacSha256,
  isCellId,
  LINK_LIMITS,
  ok,
  sha256,
  toHex,
  assert,
  type Bytes,
  type CellId,
  type Env,
  type FabricErrorCode,
  type Result,
  type Signer,
} from '../core/index.ts';
import { decodeFrame, encodeCbor, encodeFrame, FRAME_KIND, HELLO, type EventType } from '../wire/index.ts';
import type { RawLink } from './transport.ts';

/** A member at the other end of a link, proven. */
export interface PeerIdentity {
  readonly cell: CellId;
  readonly publicKey: Bytes;
  /** 8 bytes drawn when its tab started: tells a reloaded tab from the same one dialling twice. */
  readonly session: Bytes;
  /** The nonce of the end that dialled: of two links by the same end, the later one has the greater. */
  readonly dialNonce: Bytes;
}

/** What a cell brings to every hello. */
export interface HelloCredentials {
  readonly helloKey: Bytes;
  readonly signer: Signer;
  readonly session: Bytes;
}

export interface HelloFault {
  readonly code: Extract<FabricErrorCode, 'wrong_key' | 'protocol_violation' | 'disconnected'>;
  readonly message: string;
}

const NONCE_BYTES = 32;
const ORDINAL_BYTES = 4;

interface Side {
  readonly nonce: Bytes;
  readonly publicKey: Bytes;
  readonly session: Bytes;
  readonly fingerprint: Bytes;
}

/** The cell that holds `publicKey`. */
export function cellIdOf(publicKey: Bytes): CellId {
  const text = toHex(sha256(publicKey).slice(0, 16));
  assert(isCellId(text), 'a cell id is 32 hex characters');
  return text;
}

/**
 * The mutual hello of PROTOCOL.md §3, one object a link.
 * 1. The other end is believed only after it proved the fabric key and its identity over both nonces and both
 *    certificate fingerprints, so a signaling server in the middle gains nothing.
 * 2. It always settles: with an identity, a fault, or the deadline.
 * 3. Until it has settled, nothing but hello messages is sent or read.
 */
export class Hello {
  readonly settled: Promise<Result<PeerIdentity, HelloFault>>;
  readonly #link: RawLink;
  readonly #credentials: HelloCredentials;
  readonly #own: Side;
  #settle: (result: Result<PeerIdentity, HelloFault>) => void = () => undefined;
  #peer: Side | undefined;
  #verified: PeerIdentity | undefined;
  #peerAccepted = false;
  #isSettled = false;

  /** `ordinal`: how many links this cell has had before, so that both ends can tell which of two came later. */
  constructor(env: Env, link: RawLink, credentials: HelloCredentials, ordinal: number) {
    this.#link = link;
    this.#credentials = credentials;
    this.#own = {
      nonce: numberedNonce(env, ordinal),
      publicKey: credentials.signer.publicKey,
      session: credentials.session,
      fingerprint: link.localFingerprint,
    };
    const deadline = env.timers.after(LINK_LIMITS.helloDeadlineMs, () =>
      this.#fail('disconnected', 'the other tab did not finish the hello in time'),
    );
    this.settled = new Promise((resolve) => {
      this.#settle = (result) => {
        this.#isSettled = true;
        deadline.cancel();
        resolve(result);
      };
    });
    const { nonce, publicKey, session } = this.#own;
    this.#send(HELLO.hello, { nonce, publicKey, session });
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
        const isKey = refused.ok && refused.value.code === 'wrong_key';
        return this.#fail(isKey ? 'wrong_key' : 'protocol_violation', 'the other cell refused the hello');
      }
      default:
        return this.#violate();
    }
  }

  closed(): void {
    this.#fail('disconnected', 'the link closed during the hello');
  }

  async #greeted(payload: Uint8Array): Promise<void> {
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
    if (equalBytes(peer.publicKey, this.#own.publicKey) || equalBytes(peer.nonce, this.#own.nonce)) {
      return this.#violate();
    }
    this.#peer = peer;
    const transcript = transcriptOf(this.#own, peer);
    const mac = hmacSha256(this.#credentials.helloKey, transcript);
    const signature = await this.#credentials.signer.sign(transcript);
    this.#send(HELLO.proof, { mac, signature });
  }

  async #proven(payload: Uint8Array): Promise<void> {
    const proof = HELLO.proof.read(payload);
    const peer = this.#peer;
    if (!proof.ok || !peer || this.#verified) return this.#violate();
    const transcript = transcriptOf(peer, this.#own);
    if (!equalBytes(hmacSha256(this.#credentials.helloKey, transcript), proof.value.mac)) {
      this.#send(HELLO.refused, { code: 'wrong_key' });
      return this.#fail('wrong_key', 'the other tab does not hold the key of this fabric');
    }
    const signature = new Uint8Array(proof.value.signature);
    if (!(await this.#credentials.signer.verify(peer.publicKey, transcript, signature))) return this.#violate();
    const { publicKey, session } = peer;
    const dialNonce = this.#link.role === 'dialer' ? this.#own.nonce : peer.nonce;
    this.#verified = { cell: cellIdOf(publicKey), publicKey, session, dialNonce };
    this.#send(HELLO.accepted, {});
    this.#conclude();
  }

  #conclude(): void {
    if (this.#verified && this.#peerAccepted && !this.#isSettled) this.#settle(ok(this.#verified));
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

function numberedNonce(env: Env, ordinal: number): Bytes {
  const nonce = env.random.bytes(NONCE_BYTES);
  new DataView(nonce.buffer).setUint32(0, ordinal % 2 ** (8 * ORDINAL_BYTES));
  return nonce;
}

function transcriptOf(sender: Side, receiver: Side): Bytes {
  const parts = [sender, receiver].map((side) => [side.nonce, side.publicKey, side.session, side.fingerprint]);
  return encodeCbor(['grafos-web/hello/1', ...parts]);
}
