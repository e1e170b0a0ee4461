import * as v from 'valibot';
import { err, failure, isRunId, ok, type FabricFailure, type Result, type RunId } from '../../../core/index.ts';
import type { LinkBirths } from './link-births.ts';
import { restartText } from './restart/index.ts';
import type { SignalingDoor } from './signaling-door.ts';
import type { PageApi, ToCellWorker } from '../../both/index.ts';

const introduction = v.variant('kind', [
  restartText,
  v.strictObject({ kind: v.literal('offer'), sdp: v.string() }),
  v.strictObject({ kind: v.literal('answer'), sdp: v.string() }),
  v.strictObject({
    kind: v.literal('candidate'),
    candidate: v.string(),
    sdpMid: v.nullable(v.string()),
    sdpMLineIndex: v.nullable(v.number()),
  }),
]);
type Introduction = v.InferOutput<typeof introduction>;

interface Dial {
  readonly peerConnection: RTCPeerConnection;
  readonly early: RTCIceCandidateInit[];
}

/** Dials in progress, this tab's and others' towards it; those beyond are not answered. */
const DIALS_MAX = 32;

/**
 * Links by offers and answers that somebody else carries as texts: other tabs of this browser, members of the fabric, or
 * a person. Whoever carries them is trusted with nothing.
 */
export class Offers {
  readonly #iceServers: readonly RTCIceServer[];
  readonly #births: LinkBirths;
  readonly #dials = new Map<string, Dial>();

  constructor(births: LinkBirths, iceServers: readonly RTCIceServer[]) {
    this.#births = births;
    this.#iceServers = iceServers;
  }

  /** Opens a link to whoever `send` reaches; settles when it is connected or given up, also by `abandon`. */
  async dial(dial: RunId, send: (text: string) => void, abandon?: AbortSignal): Promise<Result<void, FabricFailure>> {
    const begun = this.#begin(dial, 'dialer', send);
    if (!begun) return err(failure('peers_unreachable', 'no peer connection could be made'));
    abandon?.addEventListener('abort', () => this.#births.drop(begun.peerConnection), { once: true });
    await begun.peerConnection.setLocalDescription();
    say(send, { kind: 'offer', sdp: begun.peerConnection.localDescription?.sdp ?? '' });
    const isConnected = await begun.connected;
    return isConnected ? ok(undefined) : err(failure('peers_unreachable', 'the other tab did not answer'));
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

  async #heard(dial: RunId, said: Introduction, reply: (text: string) => void): Promise<void> {
    const known = this.#dials.get(dial);
    const { restarts } = this.#births;
    if (said.kind === 'restart' || said.kind === 'again' || said.kind === 'agreed') {
      await restarts.received(dial, said, reply);
    } else if (said.kind === 'offer') {
      const begun = known || restarts.has(dial) ? undefined : this.#begin(dial, 'answerer', reply);
      if (!begun) return;
      await begun.peerConnection.setRemoteDescription({ type: 'offer', sdp: said.sdp });
      await begun.peerConnection.setLocalDescription();
      say(reply, { kind: 'answer', sdp: begun.peerConnection.localDescription?.sdp ?? '' });
      await this.#takeEarly(dial);
    } else if (said.kind === 'answer') {
      if (known?.peerConnection.signalingState !== 'have-local-offer') return;
      await known.peerConnection.setRemoteDescription({ type: 'answer', sdp: said.sdp });
      await this.#takeEarly(dial);
    } else if (!known) {
      const { candidate, sdpMid, sdpMLineIndex } = said;
      await restarts.candidate(dial, { candidate, sdpMid, sdpMLineIndex });
    } else {
      const { candidate, sdpMid, sdpMLineIndex } = said;
      known.early.push({ candidate, sdpMid, sdpMLineIndex });
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
    const begun = { peerConnection, early: [], connected };
    this.#dials.set(dial, begun);
    void connected.then(() => this.#dials.delete(dial));
    peerConnection.addEventListener('icecandidate', ({ candidate }) => {
      // Between browsers nobody listens on TCP: each would only call.
      if (candidate === null || !this.#dials.has(dial) || (candidate.protocol === 'tcp' && candidate.type === 'host'))
        return;
      const { sdpMid, sdpMLineIndex } = candidate;
      say(send, { kind: 'candidate', candidate: candidate.candidate, sdpMid, sdpMLineIndex });
    });
    return begun;
  }

  #connection(): RTCPeerConnection | undefined {
    try {
      return new RTCPeerConnection({ iceServers: [...this.#iceServers] });
    } catch {
      // The browser's limit of peer connections is reached.
      return undefined;
    }
  }
}

/** What the cell's worker may ask about dials that others carry, and about links that are there. */
export function carriedDials(
  tab: () => {
    readonly offers: Offers;
    readonly door: Pick<SignalingDoor, 'say'>;
    readonly worker: { post(message: ToCellWorker, transfer: Transferable[]): void };
  },
): Pick<PageApi, 'dialByOffer' | 'introduced' | 'restart'> {
  const sayIn = (dial: RunId) => (text: string) => tab().worker.post({ kind: 'introduction', dial, text }, []);
  return {
    dialByOffer: (dial) => tab().offers.dial(dial, sayIn(dial)),
    introduced: (dial, text) => void tab().offers.received(dial, text, sayIn(dial)),
    restart: (dial, peerName) =>
      tab().offers.restart(dial, (text) => {
        if (peerName !== undefined) tab().door.say(peerName, dial, text);
        sayIn(dial)(text);
      }),
  };
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
