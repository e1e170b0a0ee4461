import { fromHex, toHex, type Bytes, type RunId } from '../../../core/index.ts';
import { pathOf } from './link-path.ts';
import { Restarts } from './restart/index.ts';
import type { CallChannelName } from '../../../transport/index.ts';
import type { ToCellWorker } from '../../both/index.ts';

/** Fixed ids of our channels on every peer connection (PROTOCOL.md §1). */
const CHANNEL_IDS = { control: 100, data: 101 } as const;
/** WebRTC calls a connection failed after this long without word; sooner than that the cell's own heartbeat ends it. */
const CONNECT_DEADLINE_MS = 10_000;

export interface BirthOptions {
  /** What both ends call it. */
  readonly dial: RunId;
  /** It may take that long, and a failure before is not the end: the other end may not know yet how to answer. */
  readonly patienceMs?: number;
}

interface Birth {
  readonly dial: RunId;
  readonly peerConnection: RTCPeerConnection;
  isConnected: boolean;
  /** From then on the worker decides when it is over: what has failed may be mended. */
  isProven: boolean;
  /** Of both certificates, once both descriptions are there. */
  fingerprints: string | undefined;
  /** Whether a failure before it is connected is not the end. */
  isPatient: boolean;
  /** Tells whoever waits, once, whether it came to be connected. */
  ended: (isConnected: boolean) => void;
  /** Channels by which this page calls, by number. */
  readonly calls: Map<number, RTCDataChannel>;
}

/**
 * Makes our channels on peer connections and hands them to the cell worker in the task that made them.
 * Negotiated on both ends, so no channel ever arrives in-band: those can stay silent after a transfer.
 */
export class LinkBirths {
  readonly #toWorker: (message: ToCellWorker, transfer: Transferable[]) => void;
  readonly #connections = new Map<number, Birth>();
  readonly restarts = new Restarts();
  #nextId = 1;
  /** Connections that somebody answered. */
  #made = 0;

  constructor(toWorker: (message: ToCellWorker, transfer: Transferable[]) => void) {
    this.#toWorker = toWorker;
  }

  /** Gives a connection our channels. Answers whether it came to be connected. */
  born(
    peerConnection: RTCPeerConnection,
    role: 'dialer' | 'answerer',
    { dial, patienceMs }: BirthOptions,
  ): Promise<boolean> {
    const linkId = this.#nextId++;
    const control = peerConnection.createDataChannel('control', { negotiated: true, id: CHANNEL_IDS.control });
    const data = peerConnection.createDataChannel('data', { negotiated: true, id: CHANNEL_IDS.data });
    this.#toWorker({ kind: 'link.born', linkId, dial, role, control, data }, [control, data]);
    this.restarts.adopt(dial, peerConnection, role);
    const born: Birth = {
      dial,
      peerConnection,
      fingerprints: undefined,
      isConnected: false,
      isProven: false,
      isPatient: patienceMs !== undefined,
      ended: () => undefined,
      calls: new Map(),
    };
    this.#connections.set(linkId, born);
    return new Promise((resolve) => {
      const deadline = setTimeout(
        () => peerConnection.connectionState !== 'connected' && this.close(linkId),
        patienceMs ?? CONNECT_DEADLINE_MS,
      );
      born.ended = (isConnected) => {
        clearTimeout(deadline);
        resolve(isConnected);
      };
      peerConnection.addEventListener('connectionstatechange', () => this.#look(linkId, born));
      // The worker begins the hello when its channels open, which it learns of sooner than the page.
      peerConnection.addEventListener('signalingstatechange', () => this.#tellFingerprints(linkId, born));
      this.#look(linkId, born);
    });
  }

  /** The page's own end of a channel by which it calls a warm tasklet; undefined where none can be made. */
  callChannel(name: CallChannelName): RTCDataChannel | undefined {
    const channel = this.#callChannel(name);
    if (channel) this.#connections.get(name.linkId)?.calls.set(name.number, channel);
    return channel;
  }

  #callChannel({ linkId, number }: CallChannelName): RTCDataChannel | undefined {
    try {
      return this.#connections.get(linkId)?.peerConnection.createDataChannel('calls', { negotiated: true, id: number });
    } catch {
      // The connection is closing, or the number is still in use.
      return undefined;
    }
  }

  /** Makes the worker's end of such a channel, by which the other end of that link calls. */
  giveCallChannel(name: CallChannelName): void {
    const channel = this.#callChannel(name);
    const born = { kind: 'call-channel.born', ...name, ...(channel ? { channel } : {}) } as const;
    this.#toWorker(born, channel ? [channel] : []);
  }

  /** Closes one connection, at the worker's wish or because it failed. */
  close(linkId: number): void {
    const born = this.#connections.get(linkId);
    if (!born) return;
    this.#connections.delete(linkId);
    this.restarts.drop(born.dial);
    born.peerConnection.close();
    // A connection that is closed from here says nothing, nor do its channels.
    for (const channel of born.calls.values()) channel.dispatchEvent(new Event('close'));
    born.ended(false);
    this.#toWorker({ kind: 'link.closed', linkId }, []);
    this.#tellCount();
  }

  /** Both ends of a link have proven themselves. */
  proven(linkId: number, secret: Bytes): void {
    const born = this.#connections.get(linkId);
    if (!born) return;
    born.isProven = true;
    this.restarts.proven(born.dial, secret);
  }

  /** Gives a connection up that nobody waits for any more. */
  drop(peerConnection: RTCPeerConnection): void {
    for (const [linkId, born] of this.#connections) if (born.peerConnection === peerConnection) this.close(linkId);
  }

  /** Closes every connection at once: the far ends see their channels close, which a vanished tab does not give them. */
  closeAll(): void {
    for (const { peerConnection } of this.#connections.values()) peerConnection.close();
    this.#connections.clear();
  }

  #look(linkId: number, born: Birth): void {
    const { connectionState } = born.peerConnection;
    if (connectionState === 'connected') {
      born.isPatient = false;
      this.#connected(linkId, born);
      born.ended(true);
    }
    const isTroubled = connectionState === 'disconnected' || connectionState === 'failed';
    if (isTroubled && born.isProven) this.#toWorker({ kind: 'link.troubled', linkId }, []);
    else if ((connectionState === 'failed' && !born.isPatient) || connectionState === 'closed') this.close(linkId);
  }

  /** What the descriptions say of the certificates is what the connection will be made with, or it is closed. */
  #tellFingerprints(linkId: number, born: Birth): void {
    const { peerConnection, fingerprints } = born;
    if (peerConnection.signalingState !== 'stable' || fingerprints !== undefined || !this.#connections.has(linkId))
      return;
    const localFingerprint = fingerprintOf(peerConnection.localDescription);
    const remoteFingerprint = fingerprintOf(peerConnection.remoteDescription);
    if (!localFingerprint || !remoteFingerprint) return this.close(linkId);
    born.fingerprints = bothFingerprints(peerConnection);
    this.#made++;
    this.#tellCount();
    this.#toWorker({ kind: 'link.described', linkId, localFingerprint, remoteFingerprint }, []);
  }

  #connected(linkId: number, born: Birth): void {
    const { peerConnection } = born;
    this.#tellFingerprints(linkId, born);
    if (bothFingerprints(peerConnection) !== born.fingerprints) return this.close(linkId);
    born.isConnected = true;
    this.#tellCount();
    const { iceTransport } = peerConnection.sctp?.transport ?? {};
    const tellPath = (): void => this.#tellPath(linkId, peerConnection);
    iceTransport?.addEventListener('selectedcandidatepairchange', tellPath);
    tellPath();
  }

  #tellPath(linkId: number, peerConnection: RTCPeerConnection): void {
    pathOf(peerConnection).then(
      (path) => this.#toWorker({ kind: 'link.path', linkId, path }, []),
      // A connection that closed meanwhile has no statistics.
      () => undefined,
    );
  }

  #tellCount(): void {
    const open = [...this.#connections.values()].filter(({ isConnected }) => isConnected).length;
    this.#toWorker({ kind: 'connections', open, made: this.#made }, []);
  }
}

/** The SHA-256 fingerprint of a description's certificate (RFC 8122 §5), 32 bytes. */
function fingerprintOf(description: RTCSessionDescription | null): Bytes | undefined {
  const hex = /^a=fingerprint:sha-256 ([0-9A-F:]+)/im.exec(description?.sdp ?? '')?.[1];
  const bytes = hex === undefined ? undefined : fromHex(hex.replaceAll(':', '').toLowerCase());
  return bytes?.length === 32 ? bytes : undefined;
}

function bothFingerprints({ localDescription, remoteDescription }: RTCPeerConnection): string {
  return [localDescription, remoteDescription].map((each) => toHex(fingerprintOf(each) ?? new Uint8Array(0))).join(' ');
}
