import { AuditLog, MemoryAuditStore } from '../../src/audit/index.ts';
import { freshTokenKey, WebCryptoTokenKey } from '../../src/browser/worker/token-key.ts';
import { Cell, type LeaseListener } from '../../src/cell/index.ts';
import { PolledWaits, type Thread } from '../../src/memory/index.ts';
import {
  err,
  failure,
  WIRE_LIMITS,
  type Bytes,
  type CellId,
  type Env,
  type Result,
  type Signer,
} from '../../src/core/index.ts';
import { cellIdOf, Switchboard, type LinkListener, type RawLink, type Transport } from '../../src/transport/index.ts';

/** The page's own clock, timers and chance. */
export const env: Env = {
  clock: { nowMs: () => performance.now(), wallMs: () => Date.now() },
  timers: {
    after(delayMs, action) {
      const timer = setTimeout(action, delayMs);
      return { cancel: () => clearTimeout(timer) };
    },
  },
  random: { bytes: (sizeBytes) => crypto.getRandomValues(new Uint8Array(sizeBytes)) },
  log: { write: () => undefined },
};

/** This thread, as the regions it shares know it. */
export const benchThread: Thread = {
  number: 1,
  nowMs: () => performance.now(),
  waits: new PolledWaits(env),
};

/** Two channels of one kind between the two ends of a connection within the page. */
export type Pair = readonly [RTCDataChannel, RTCDataChannel];

/** A connection within the page, over the network stack all the same, with pairs of open channels. */
export async function connect(count: number): Promise<readonly Pair[]> {
  const { pairs, established } = connection(count);
  await established;
  await Promise.all(pairs.flat().map(opened));
  return pairs;
}

/** The same before anything has opened: channels that are to be handed to a worker are so in the task that made them. */
export function connection(count: number): { readonly pairs: readonly Pair[]; readonly established: Promise<void> } {
  const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
  near.onicecandidate = ({ candidate }) => candidate && void far.addIceCandidate(candidate);
  far.onicecandidate = ({ candidate }) => candidate && void near.addIceCandidate(candidate);
  const pairs = Array.from({ length: count }, (_, id): Pair => {
    const options = { negotiated: true, id };
    return [near.createDataChannel(`${id}`, options), far.createDataChannel(`${id}`, options)];
  });
  return { pairs, established: negotiated(near, far) };
}

async function negotiated(near: RTCPeerConnection, far: RTCPeerConnection): Promise<void> {
  await near.setLocalDescription();
  await far.setRemoteDescription(near.localDescription ?? { type: 'offer' });
  await far.setLocalDescription();
  await near.setRemoteDescription(far.localDescription ?? { type: 'answer' });
}

/** What has come over a channel before its cell was there to hear it. */
const early = new WeakMap<RTCDataChannel, MessageEvent<ArrayBuffer>[]>();

/** Resolves once a channel is open. What comes from now on is kept for the cell that is linked by it. */
export function opened(channel: RTCDataChannel): Promise<void> {
  channel.binaryType = 'arraybuffer';
  const kept: MessageEvent<ArrayBuffer>[] = [];
  early.set(channel, kept);
  channel.onmessage = (event: MessageEvent<ArrayBuffer>) => kept.push(event);
  return new Promise((resolve) => {
    if (channel.readyState === 'open') return resolve();
    channel.onopen = () => resolve();
  });
}

export interface BenchCell {
  readonly cell: Cell;
  /** The first cell that is linked. */
  peer(): Promise<CellId>;
  /** Takes the cell's end of a link. */
  link(role: RawLink['role'], control: RTCDataChannel, data: RTCDataChannel): void;
}

/** A cell as it ships, with WebCrypto's keys, an audit chain in memory, and an engine that runs nothing. */
export async function benchCell(leases: LeaseListener): Promise<BenchCell> {
  const signer = await freshSigner();
  let accept: (link: RawLink) => LinkListener = () => ({
    frame: () => undefined,
    drained: () => undefined,
    closed: () => undefined,
  });
  const transport: Transport = {
    listen(listener) {
      accept = listener;
    },
  };
  const credentials = { helloKey: new Uint8Array(32), signer, session: env.random.bytes(8) };
  const board = new Switchboard(env, transport, credentials);
  const refuse = Promise.resolve(err(failure('module_rejected', 'this engine runs nothing')));
  const audit = await AuditLog.open({ cell: cellIdOf(signer.publicKey), env, store: new MemoryAuditStore() });
  const cell = new Cell({
    env,
    board,
    signer,
    engine: {
      slots: 4_096,
      admit: () => refuse,
      run: () => {
        throw new Error('this engine runs nothing');
      },
      keep: () => {
        throw new Error('this engine keeps nothing');
      },
      close: () => undefined,
    },
    memoryBytes: 1 << 30,
    memory: {
      allocate: (sizeBytes) => new SharedArrayBuffer(sizeBytes),
      thread: benchThread,
    },
    tokenKey: new WebCryptoTokenKey(await freshTokenKey()),
    audit,
    leases,
    changed: () => undefined,
    note: () => undefined,
    nameOf: (id) => id,
  });
  const peer = new Promise<CellId>((resolve) => {
    board.listen({ joined: resolve, left: () => undefined, refused: () => undefined });
  });
  return { cell, peer: () => peer, link: (role, control, data) => attach(accept, role, control, data) };
}

function attach(
  accept: (link: RawLink) => LinkListener,
  role: RawLink['role'],
  control: RTCDataChannel,
  data: RTCDataChannel,
): void {
  const channels = { control, data };
  const fingerprint = new Uint8Array(32);
  const listener = accept({
    role,
    localFingerprint: fingerprint,
    remoteFingerprint: fingerprint,
    send: (channel, frame) => channels[channel].send(frame),
    bufferedBytes: (channel) => channels[channel].bufferedAmount,
    close: () => undefined,
  });
  for (const name of ['control', 'data'] as const) {
    const channel = channels[name];
    const hear = ({ data: bytes }: MessageEvent<ArrayBuffer>): void => listener.frame(name, new Uint8Array(bytes));
    early.get(channel)?.forEach(hear);
    channel.onmessage = hear;
    channel.bufferedAmountLowThreshold = WIRE_LIMITS.channelBufferedLowBytes;
    channel.onbufferedamountlow = () => listener.drained(name);
  }
}

async function freshSigner(): Promise<Signer> {
  const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  if (!('publicKey' in pair)) throw new Error('Ed25519 makes a pair');
  const publicKey: Bytes = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return {
    publicKey,
    sign: async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, message)),
    async verify(key, message, signature) {
      const imported = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
      return crypto.subtle.verify('Ed25519', imported, signature, message);
    },
  };
}

/** A result that has to be a success. */
export function valueOf<T>(result: Result<T, { readonly message: string }>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}
