import type { Result } from '../../../src/core/index.ts';
import { Hello } from '../../../src/transport/hello.ts';
import type { HelloFault, PeerIdentity } from '../../../src/transport/identity.ts';
import type { HelloGate } from '../../../src/transport/lobby.ts';
import type { LinkRole, RawLink } from '../../../src/transport/index.ts';
import { decodeFrame, HELLO } from '../../../src/wire/index.ts';
import { helloKeyOf, testEnv, testSigner, valueOf, type ManualTime } from '../../support/index.ts';

const LATENCY_MS = 5;

/** What a wire does with a frame on its way; undefined swallows it, several are delivered in order. */
export type Meddler = (frame: Uint8Array, from: 'left' | 'right') => readonly Uint8Array[];
const honest: Meddler = (frame) => [frame];

export interface HelloEnd {
  readonly hello: Hello;
  /** Names of the messages it sent, in order. */
  readonly sent: string[];
  readonly sentFrames: Uint8Array[];
}

const OPEN_DOOR: HelloGate = {
  welcome: () => 'member',
  introduced: () => undefined,
  introduction: () => ({ name: '' }),
  standing: () => ({ isMember: true, isStewardHere: false, policy: 0 }),
  held: () => true,
  waits: () => undefined,
};

export interface EndOptions {
  readonly gate?: HelloGate;
  readonly fabric?: string;
  /** Whose key it proves itself with. */
  readonly identity?: string;
  /** What it believes the certificates of both ends to be. */
  readonly fingerprints?: readonly [number, number];
}

export const nameOf = (frame: Uint8Array): string => {
  const { type } = valueOf(decodeFrame(frame));
  return Object.values(HELLO).find(({ code }) => code === type)?.name ?? String(type);
};

/** One end of a hello; `send` takes its frames away. */
export function helloEnd(
  time: ManualTime,
  name: 'left' | 'right',
  options: EndOptions,
  send: (frame: Uint8Array) => void,
): HelloEnd {
  const sent: string[] = [];
  const sentFrames: Uint8Array[] = [];
  const [local, remote] = options.fingerprints ?? (name === 'left' ? [1, 2] : [2, 1]);
  const role: LinkRole = name === 'left' ? 'dialer' : 'answerer';
  const link: RawLink = {
    role,
    localFingerprint: new Uint8Array(32).fill(local),
    remoteFingerprint: new Uint8Array(32).fill(remote),
    send: (_channel, frame) => {
      sent.push(nameOf(frame));
      sentFrames.push(frame);
      send(frame);
    },
    bufferedBytes: () => 0,
    close: () => undefined,
  };
  const credentials = {
    helloKey: helloKeyOf(options.fabric ?? 'ours'),
    signer: testSigner(options.identity ?? name),
    session: new Uint8Array(8).fill(7),
  };
  const hello = new Hello(testEnv(time, name), link, credentials, 0, options.gate ?? OPEN_DOOR);
  return { hello, sent, sentFrames };
}

/** Two ends and a wire between them. */
export function helloPair(
  time: ManualTime,
  left: EndOptions = {},
  right: EndOptions = {},
  meddle: Meddler = honest,
): { readonly left: HelloEnd; readonly right: HelloEnd } {
  const ends: { left?: HelloEnd; right?: HelloEnd } = {};
  const carry = (from: 'left' | 'right') => (frame: Uint8Array) => {
    const to = from === 'left' ? 'right' : 'left';
    for (const delivered of meddle(frame, from)) {
      time.after(LATENCY_MS, () => void ends[to]?.hello.receive(delivered));
    }
  };
  const made = {
    left: helloEnd(time, 'left', left, carry('left')),
    right: helloEnd(time, 'right', right, carry('right')),
  };
  Object.assign(ends, made);
  return made;
}

/** How a hello came out: the cell that was proven, or the code of the fault. */
export function outcomeOf(result: Result<PeerIdentity, HelloFault>): string {
  return result.ok ? result.value.cell : result.error.code;
}
