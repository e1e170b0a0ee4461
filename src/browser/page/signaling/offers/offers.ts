import * as v from 'valibot';
import { err, failure, isRunId, ok, type FabricFailure, type Result, type RunId } from '../../../../core/index.ts';
import type { LinkBirths } from '../link-births.ts';
import { restartText } from '../restart/index.ts';
import { AddressMail, type Address } from './address-mail.ts';
import { certificatesNow } from './certificate.ts';

const ADDRESSES_MAX = 32;

const address = v.strictObject({
  candidate: v.string(),
  sdpMid: v.nullable(v.string()),
  sdpMLineIndex: v.nullable(v.number()),
});
const introduction = v.variant('kind', [
  restartText,
  v.strictObject({ kind: v.literal('offer'), sdp: v.string() }),
  v.strictObject({ kind: v.literal('answer'), sdp: v.string() }),
  v.strictObject({
    kind: v.literal('candidates'),
    candidates: v.pipe(v.array(address), v.maxLength(ADDRESSES_MAX)),
  }),
]);
type Introduction = v.InferOutput<typeof introduction>;

interface Dial {
  readonly peerConnection: RTCPeerConnection;
  readonly mail: AddressMail;
  readonly early: Address[];
}

/** Dials in progress, this tab's and others' towards it; those beyond are not answered. */
const DIALS_MAX = 32;
/** With more under way messages cost more than waiting does, and the first addresses go along with a description. */
const DIALS_FEW = 2;

/**
 * Links by offers and answers that somebody else carries as texts: other tabs of this browser, members of the fabric, or
 * a person. Whoever carries them is trusted with nothing.
 */
export class Offers {
  readonly #iceServers: readonly RTCIceServer[];
  readonly #births: LinkBirths;
  readonly #dials = new Map<string, Dial>();
  /** Made ahead, while nobody waits for it. */
  #spare: RTCPeerConnection | undefined;
  #isClosed = false;

  constructor(births: LinkBirths, iceServers: readonly RTCIceServer[]) {
    this.#births = births;
    this.#iceServers = iceServers;
  }

  /** Opens a link to whoever `send` reaches; settles when it is connected or given up, also by `abandon`. */
  async dial(dial: RunId, send: (text: string) => void, abandon?: AbortSignal): Promise<Result<void, FabricFailure>> {
    const begun = this.#begin(dial, 'dialer', send);
    if (!begun) return err(failure('peers_unreachable', 'no peer connection could be made'));
    const { peerConnection, mail, connected } = begun;
    abandon?.addEventListener('abort', () => this.#births.drop(peerConnection), { once: true });
    await peerConnection.setLocalDescription();
    await mail.gathered();
    say(send, { kind: 'offer', sdp: mail.described() });
    return (await connected) ? ok(undefined) : err(failure('peers_unreachable', 'the other tab did not answer'));
  }

  /** Looks for another way below a link that is there; answers whether both ends have agreed on trying one. */
  async restart(dial: RunId, send: (text: string) => void): Promise<Result<void, FabricFailure>> {
    // A connection that closes meanwhile refuses whatever it is told.
    const isAgreed = await this.#births.restarts.restart(dial, send).catch(() => false);
    return isAgreed ? ok(undefined) : err(failure('peers_unreachable', 'the other tab did not answer'));
  }

  /** A text of some dial has come; `reply` carries ours back. What cannot be read or used is dropped. */
  async received(dial: string, text: string, reply: (text: string) => void): Promise<void> {
    const said = v.safeParse(introduction, parsed(text));
    if (!said.success || !isRunId(dial)) return;
    try {
      await this.#heard(dial, said.output, reply);
    } catch {
      // A description or candidate that this browser cannot use: the dial runs into its deadline.
    }
  }

  /** Makes no more connections ahead. */
  close(): void {
    this.#isClosed = true;
    this.#spare?.close();
    this.#spare = undefined;
  }

  async #heard(dial: RunId, said: Introduction, reply: (text: string) => void): Promise<void> {
    const known = this.#dials.get(dial);
    const { restarts } = this.#births;
    if (said.kind === 'restart' || said.kind === 'again' || said.kind === 'agreed') {
      await restarts.received(dial, said, reply);
    } else if (said.kind === 'offer') {
      const begun = known || restarts.has(dial) ? undefined : this.#begin(dial, 'answerer', reply);
      if (!begun) return;
      const { peerConnection, mail } = begun;
      await peerConnection.setRemoteDescription({ type: 'offer', sdp: said.sdp });
      await peerConnection.setLocalDescription();
      await mail.gathered();
      say(reply, { kind: 'answer', sdp: mail.described() });
      await this.#takeEarly(dial);
    } else if (said.kind === 'answer') {
      if (known?.peerConnection.signalingState !== 'have-local-offer') return;
      await known.peerConnection.setRemoteDescription({ type: 'answer', sdp: said.sdp });
      await this.#takeEarly(dial);
    } else if (!known) {
      for (const candidate of said.candidates) await restarts.candidate(dial, candidate);
    } else {
      known.early.push(...said.candidates.slice(0, ADDRESSES_MAX - known.early.length));
      if (known.peerConnection.remoteDescription) await this.#takeEarly(dial);
    }
  }

  async #takeEarly(dial: string): Promise<void> {
    const known = this.#dials.get(dial);
    for (const candidate of known?.early.splice(0) ?? []) await known?.peerConnection.addIceCandidate(candidate);
  }

  #begin(
    dial: RunId,
    role: 'dialer' | 'answerer',
    send: (text: string) => void,
  ): (Dial & { readonly connected: Promise<boolean> }) | undefined {
    if (this.#dials.size >= DIALS_MAX) return undefined;
    const peerConnection = this.#connection();
    if (!peerConnection) return undefined;
    // Our channels are made and handed over in the task that makes the connection.
    const connected = this.#births.born(peerConnection, role, { dial });
    const isBurst = (): boolean => this.#dials.size > DIALS_FEW;
    const mail = new AddressMail(
      peerConnection,
      // What is found after that belongs to another try, whose ends say it themselves.
      (candidates) => this.#dials.has(dial) && say(send, { kind: 'candidates', candidates }),
      isBurst,
    );
    const begun = { peerConnection, mail, early: [], connected };
    this.#dials.set(dial, begun);
    void connected.then(() => this.#ended(dial));
    return begun;
  }

  /** When nothing else is to be done, a connection is made for the next dial. */
  #ended(dial: string): void {
    this.#dials.delete(dial);
    if (this.#dials.size > 0 || this.#spare || this.#isClosed) return;
    try {
      this.#spare = this.#fresh();
    } catch {
      // The next dial says what is wrong.
    }
  }

  #fresh(): RTCPeerConnection {
    return new RTCPeerConnection({ iceServers: [...this.#iceServers], certificates: certificatesNow() });
  }

  #connection(): RTCPeerConnection | undefined {
    try {
      const taken = this.#spare ?? this.#fresh();
      this.#spare = undefined;
      return taken;
    } catch {
      // The browser's limit of peer connections is reached.
      return undefined;
    }
  }
}

function say(send: (text: string) => void, introduction: Introduction): void {
  send(JSON.stringify(introduction));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
