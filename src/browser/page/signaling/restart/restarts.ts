import * as v from 'valibot';
import { hmacSha256, MEND_LIMITS, toHex, utf8, type Bytes } from '../../../../core/index.ts';

const tried = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** What RFC 8839 allows; it goes into a session description. */
const credential = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{4,256}$/));
const seal = v.pipe(v.string(), v.hexadecimal(), v.length(64));

/** What the two ends of a link say to have it go another way, sealed under what only they know (PROTOCOL.md §5). */
export const restartText = v.variant('kind', [
  v.strictObject({ kind: v.literal('restart'), tried, seal }),
  v.strictObject({ kind: v.literal('again'), tried, ufrag: credential, password: credential, seal }),
  v.strictObject({ kind: v.literal('agreed'), tried, ufrag: credential, password: credential, seal }),
]);
export type RestartText = v.InferOutput<typeof restartText>;
type Unsealed = {
  [Kind in RestartText['kind']]: Omit<Extract<RestartText, { kind: Kind }>, 'seal'>;
}[RestartText['kind']];
type Say = (text: string) => void;

interface Live {
  readonly peerConnection: RTCPeerConnection;
  readonly role: 'dialer' | 'answerer';
  secret?: Bytes;
  /** The latest try of the dialler, and of asking it for one: earlier ones are not listened to any more. */
  tried: number;
  asked: number;
  /** How candidates get to the other end. */
  say: Say;
  readonly settle: Set<(isAgreed: boolean) => void>;
}

/**
 * Has ICE look for another way below connections that are there; their certificates, channels and what is under way stay. The
 * dialler begins it, and the answerer asks for it, so that two offers never cross. Credentials alone travel: a description
 * with another certificate cannot be slipped in.
 */
export class Restarts {
  readonly #live = new Map<string, Live>();

  adopt(dial: string, peerConnection: RTCPeerConnection, role: 'dialer' | 'answerer'): void {
    const say = (): void => undefined;
    this.#live.set(dial, { peerConnection, role, tried: 0, asked: 0, say, settle: new Set() });
    peerConnection.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate)
        this.#live.get(dial)?.say(JSON.stringify({ kind: 'candidates', candidates: [wordsOf(candidate)] }));
    });
  }

  /** Both ends have proven themselves. */
  proven(dial: string, secret: Bytes): void {
    const live = this.#live.get(dial);
    if (live) live.secret = secret;
  }

  drop(dial: string): void {
    const live = this.#live.get(dial);
    this.#live.delete(dial);
    for (const settle of live?.settle ?? []) settle(false);
  }

  /** Looks for another way; answers whether both ends have agreed on trying one. */
  async restart(dial: string, say: Say): Promise<boolean> {
    const live = this.#live.get(dial);
    if (!live?.secret) return false;
    const agreed = new Promise<boolean>((resolve) => {
      const settle = (isAgreed: boolean): void => {
        clearTimeout(late);
        live.settle.delete(settle);
        resolve(isAgreed);
      };
      const late = setTimeout(settle, MEND_LIMITS.agreeMs, false);
      live.settle.add(settle);
    });
    live.say = say;
    if (live.role === 'answerer') this.#tell(dial, live, { kind: 'restart', tried: ++live.asked });
    else await this.#offer(dial, live);
    return agreed;
  }

  /** Whether that text belongs to a link that is there. */
  has(dial: string): boolean {
    return this.#live.has(dial);
  }

  async received(dial: string, said: RestartText, reply: Say): Promise<void> {
    const live = this.#live.get(dial);
    if (!live?.secret || said.seal !== sealOf(dial, said, live.secret)) return;
    live.say = reply;
    if (said.kind === 'restart') return this.#asked(dial, live, said.tried);
    return said.kind === 'again' ? this.#answer(dial, live, said) : this.#agree(live, said);
  }

  async candidate(dial: string, candidate: RTCIceCandidateInit): Promise<void> {
    await this.#live.get(dial)?.peerConnection.addIceCandidate(candidate);
  }

  async #asked(dial: string, live: Live, asked: number): Promise<void> {
    if (live.role !== 'dialer' || asked <= live.asked) return;
    live.asked = asked;
    await this.#offer(dial, live);
  }

  async #offer(dial: string, live: Live): Promise<void> {
    const { peerConnection } = live;
    const attempt = ++live.tried;
    peerConnection.restartIce();
    await peerConnection.setLocalDescription();
    const own = credentialsOf(peerConnection);
    if (own && attempt === live.tried) this.#tell(dial, live, { kind: 'again', tried: attempt, ...own });
  }

  async #answer(
    dial: string,
    live: Live,
    { tried: attempt, ufrag, password }: Unsealed & { kind: 'again' },
  ): Promise<void> {
    const { peerConnection } = live;
    if (live.role !== 'answerer' || attempt <= live.tried) return;
    live.tried = attempt;
    await peerConnection.setRemoteDescription({ type: 'offer', sdp: renewed(peerConnection, { ufrag, password }) });
    await peerConnection.setLocalDescription();
    const own = credentialsOf(peerConnection);
    if (!own || attempt !== live.tried) return;
    this.#tell(dial, live, { kind: 'agreed', tried: attempt, ...own });
    for (const settle of live.settle) settle(true);
  }

  async #agree(live: Live, { tried: attempt, ufrag, password }: Unsealed & { kind: 'agreed' }): Promise<void> {
    const { peerConnection } = live;
    if (live.role !== 'dialer' || attempt !== live.tried || peerConnection.signalingState !== 'have-local-offer')
      return;
    await peerConnection.setRemoteDescription({ type: 'answer', sdp: renewed(peerConnection, { ufrag, password }) });
    for (const settle of live.settle) settle(true);
  }

  #tell(dial: string, { secret, say }: Live, said: Unsealed): void {
    if (secret) say(JSON.stringify({ ...said, seal: sealOf(dial, said, secret) }));
  }
}

function sealOf(dial: string, said: Unsealed, secret: Bytes): string {
  const rest = said.kind === 'restart' ? [] : [said.ufrag, said.password];
  return toHex(hmacSha256(secret, utf8([dial, said.kind, String(said.tried), ...rest].join('\n'))));
}

function wordsOf({ candidate, sdpMid, sdpMLineIndex }: RTCIceCandidate): RTCIceCandidateInit {
  return { candidate, sdpMid, sdpMLineIndex };
}

interface Credentials {
  readonly ufrag: string;
  readonly password: string;
}

function credentialsOf({ localDescription }: RTCPeerConnection): Credentials | undefined {
  const sdp = localDescription?.sdp ?? '';
  const ufrag = /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1];
  const password = /^a=ice-pwd:(\S+)/m.exec(sdp)?.[1];
  return ufrag !== undefined && password !== undefined ? { ufrag, password } : undefined;
}

/** What the other end said of itself when the link was made, with new credentials and no addresses. */
function renewed({ remoteDescription }: RTCPeerConnection, { ufrag, password }: Credentials): string {
  return (remoteDescription?.sdp ?? '')
    .replace(/^a=(candidate|end-of-candidates).*\r?\n/gm, '')
    .replace(/^a=ice-ufrag:.*$/gm, `a=ice-ufrag:${ufrag}`)
    .replace(/^a=ice-pwd:.*$/gm, `a=ice-pwd:${password}`);
}
