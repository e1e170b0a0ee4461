import { fromHex, toHex, type Bytes } from '../../core/index.ts';

/** One way to reach an end, as ICE found it; UDP only. */
export interface HandCandidate {
  readonly type: 'host' | 'srflx' | 'relay';
  /** An IPv4 or IPv6 address, or the `.local` name behind which a browser hides it. */
  readonly address: string;
  readonly port: number;
}

/** What one end of a WebRTC connection has to know of the other. Everything else is the same for all of our links. */
export interface HandDescription {
  readonly ufrag: string;
  readonly password: string;
  /** SHA-256 of the certificate. */
  readonly fingerprint: Bytes;
  readonly candidates: readonly HandCandidate[];
}

/** More addresses than a machine needs to be found at, and few enough for a QR code. */
export const HAND_CANDIDATES_MAX = 8;
/** Lengths that RFC 8839 allows and browsers stay far below. */
export const HAND_CREDENTIAL_LENGTH_MAX = 64;

const CANDIDATE = /^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ (host|srflx|relay)\b/gim;
const TYPE_PREFERENCES = { host: 126, srflx: 100, relay: 0 } as const;

/** What a session description that was gathered to the end says of its end; undefined when it is not one of ours. */
export function describeSdp(sdp: string): HandDescription | undefined {
  const ufrag = /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1];
  const password = /^a=ice-pwd:(\S+)/m.exec(sdp)?.[1];
  const hex = /^a=fingerprint:sha-256 ([0-9A-F:]+)/im.exec(sdp)?.[1]?.replaceAll(':', '').toLowerCase();
  const fingerprint = hex === undefined ? undefined : fromHex(hex);
  if (!ufrag || !password || fingerprint?.length !== 32) return undefined;
  if (ufrag.length > HAND_CREDENTIAL_LENGTH_MAX || password.length > HAND_CREDENTIAL_LENGTH_MAX) return undefined;
  const found = [...sdp.matchAll(CANDIDATE)].map(([, address = '', port = '', type = '']): HandCandidate => ({
    type: type === 'srflx' || type === 'relay' ? type : 'host',
    address,
    port: Number(port),
  }));
  // A relay reaches where nothing else does, so it is not what is left out.
  const sorted = [
    ...found.filter(({ type }) => type === 'relay').slice(0, 2),
    ...found.filter(({ type }) => type === 'srflx').slice(0, 2),
    ...found.filter(({ type }) => type === 'host'),
  ];
  return { ufrag, password, fingerprint, candidates: sorted.slice(0, HAND_CANDIDATES_MAX) };
}

/** The session description of a connection with nothing but data channels, for `setRemoteDescription`. */
export function sdpOf({ ufrag, password, fingerprint, candidates }: HandDescription, kind: 'offer' | 'answer'): string {
  const hex = toHex(fingerprint).toUpperCase();
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    ...candidates.map(candidateLine),
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${password}`,
    `a=fingerprint:sha-256 ${(hex.match(/../g) ?? []).join(':')}`,
    `a=setup:${kind === 'offer' ? 'actpass' : 'active'}`,
    'a=mid:0',
    'a=sctp-port:5000',
    'a=max-message-size:262144',
    '',
  ].join('\r\n');
}

function candidateLine({ type, address, port }: HandCandidate, index: number): string {
  const priority = TYPE_PREFERENCES[type] * 2 ** 24 + (65_535 - index) * 2 ** 8 + 255;
  const related = type === 'host' ? '' : ' raddr 0.0.0.0 rport 0';
  return `a=candidate:${index + 1} 1 udp ${priority} ${address} ${port} typ ${type}${related}`;
}
