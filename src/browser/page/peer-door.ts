import { Peer, type DataConnection } from 'peerjs';
import { err, failure, LINK_LIMITS, ok, type FabricFailure, type Result } from '../../core/index.ts';
import type { LinkBirths } from './link-births.ts';
import type { SignalingAddress } from './signaling-url.ts';

type SignalingState = 'connecting' | 'connected' | 'lost';

export interface PeerDoorDeps {
  readonly address: SignalingAddress;
  readonly iceServers: readonly RTCIceServer[];
  readonly births: LinkBirths;
  readonly stateChanged: (state: SignalingState) => void;
}

const RECONNECT_MS = 2_000;
const RECONNECT_MS_MAX = 30_000;

/**
 * Finding and dialling by PeerJS, and nothing more: no fabric traffic goes through its connections.
 * One `Peer` under this cell's own name, and one for each rendezvous name it keeps.
 */
export class PeerDoor {
  readonly #deps: PeerDoorDeps;
  readonly #name: string;
  readonly #kept = new Map<string, Peer>();
  /** Dials waiting for the service to say whether there is anybody under that name. */
  readonly #unavailable = new Map<string, () => void>();
  #own: Peer | undefined;
  #reconnectMs = RECONNECT_MS;
  #isClosed = false;

  constructor(name: string, deps: PeerDoorDeps) {
    this.#name = name;
    this.#deps = deps;
  }

  /** Makes this cell reachable under its own name. */
  open(): Promise<Result<void, FabricFailure>> {
    const peer = this.#peer(this.#name);
    this.#own = peer;
    peer.on('error', (error) => {
      const name = /Could not connect to peer (\S+)/.exec(error.message)?.[1];
      if (error.type === 'peer-unavailable' && name !== undefined) this.#unavailable.get(name)?.();
    });
    peer.on('disconnected', () => this.#signalingLost(peer));
    return new Promise((resolve) => {
      peer.on('open', () => {
        this.#reconnectMs = RECONNECT_MS;
        this.#deps.stateChanged('connected');
        resolve(ok(undefined));
      });
      peer.on('error', (error) => resolve(err(this.#unreachable(error.message))));
    });
  }

  /** Takes a rendezvous name, unless another cell has it. */
  claim(rendezvousId: string): Promise<Result<'claimed' | 'taken', FabricFailure>> {
    if (this.#kept.has(rendezvousId)) return Promise.resolve(ok('claimed'));
    const peer = this.#peer(rendezvousId);
    return new Promise((resolve) => {
      peer.on('open', () => {
        this.#kept.set(rendezvousId, peer);
        resolve(ok('claimed'));
      });
      peer.on('error', (error) => {
        peer.destroy();
        this.#kept.delete(rendezvousId);
        resolve(error.type === 'unavailable-id' ? ok('taken') : err(this.#unreachable(error.message)));
      });
    });
  }

  release(rendezvousId: string): void {
    this.#kept.get(rendezvousId)?.disconnect();
    this.#kept.delete(rendezvousId);
  }

  /** Opens a link to whoever has this name; settles when it is connected, refused, or given up. */
  dial(name: string): Promise<Result<void, FabricFailure>> {
    const own = this.#own;
    if (!own?.open) return Promise.resolve(err(this.#unreachable('this tab is not connected to it')));
    // The connection and our channels on it must be made in one task: later they could not be handed to the worker.
    const connection = own.connect(name, { serialization: 'raw', reliable: true });
    const connected = this.#born(connection, 'dialer');
    if (!connected) return Promise.resolve(err(failure('peers_unreachable', 'no peer connection could be made')));
    return new Promise((resolve) => {
      const settle = (result: Result<void, FabricFailure>): void => {
        clearTimeout(deadline);
        this.#unavailable.delete(name);
        if (!result.ok) connection.peerConnection.close();
        resolve(result);
      };
      const gone = (reason: string) => () => settle(err(failure('peers_unreachable', reason)));
      const deadline = setTimeout(gone('the other tab did not answer'), LINK_LIMITS.dialDeadlineMs);
      this.#unavailable.set(name, gone('nobody is under that name any more'));
      void connected.then((isConnected) => {
        if (isConnected) settle(ok(undefined));
        else settle(err(failure('peers_unreachable', 'the network let no direct connection through')));
      });
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#own?.destroy();
    for (const peer of this.#kept.values()) peer.destroy();
    this.#kept.clear();
  }

  #peer(name: string): Peer {
    const { host, port, path, isSecure } = this.#deps.address;
    const config = { iceServers: [...this.#deps.iceServers] };
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- PeerJS documents a plain object
    const peer = new Peer(name, { host, port, path, secure: isSecure, config });
    peer.on('connection', (connection) => void this.#born(connection, 'answerer'));
    return peer;
  }

  #born(connection: DataConnection, role: 'dialer' | 'answerer'): Promise<boolean> | undefined {
    const peerConnection = peerConnectionOf(connection);
    return peerConnection && this.#deps.births.born(peerConnection, role);
  }

  /** Links outlive the service; only newcomers need it. It is asked again, ever more slowly. */
  #signalingLost(peer: Peer): void {
    if (this.#isClosed || peer.destroyed) return;
    this.#deps.stateChanged('lost');
    setTimeout(() => {
      if (!this.#isClosed && !peer.destroyed && peer.disconnected) peer.reconnect();
    }, this.#reconnectMs);
    this.#reconnectMs = Math.min(2 * this.#reconnectMs, RECONNECT_MS_MAX);
  }

  #unreachable(reason: string): FabricFailure {
    return failure('signaling_unreachable', `the signaling service at ${this.#deps.address.url}: ${reason}`);
  }
}

/** PeerJS types it as always there; it is not when the browser's limit of peer connections is reached. */
function peerConnectionOf(connection: DataConnection): RTCPeerConnection | undefined {
  return connection.peerConnection;
}
