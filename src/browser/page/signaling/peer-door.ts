import { Peer, type DataConnection } from 'peerjs';
import { err, failure, LINK_LIMITS, ok, type FabricFailure, type Result } from '../../../core/index.ts';
import { TOO_MANY_DIALS, TOO_MANY_NAMES, type SignalingDoor } from './signaling-door.ts';
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
export class PeerDoor implements SignalingDoor {
  readonly #deps: PeerDoorDeps;
  readonly #name: string;
  readonly #kept = new Map<string, Peer>();
  /** Dials waiting for the service to say whether there is anybody under that name. */
  readonly #unavailable = new Map<string, Set<() => void>>();
  #claiming = 0;
  #dialling = 0;
  #own: Peer | undefined;
  #isClosed = false;

  constructor(name: string, deps: PeerDoorDeps) {
    this.#name = name;
    this.#deps = deps;
  }

  /** Makes this cell reachable under its own name. */
  async open(): Promise<Result<void, FabricFailure>> {
    const peer = this.#peer(this.#name);
    this.#own = peer;
    peer.on('error', (error) => {
      const name = /Could not connect to peer (\S+)/.exec(error.message)?.[1];
      if (error.type === 'peer-unavailable' && name !== undefined)
        for (const tell of this.#unavailable.get(name) ?? []) tell();
    });
    peer.on('open', () => this.#deps.stateChanged('connected'));
    peer.on('disconnected', () => !this.#isClosed && this.#deps.stateChanged('lost'));
    const opened = await whenOpen(peer);
    return opened === 'open' ? ok(undefined) : err(this.#unreachable(opened.message));
  }

  /** Takes a rendezvous name, unless another cell has it. */
  async claim(rendezvousId: string): Promise<Result<'claimed' | 'taken', FabricFailure>> {
    if (this.#kept.has(rendezvousId)) return ok('claimed');
    // This cell's own name is one of them.
    if (this.#kept.size + this.#claiming + 1 >= LINK_LIMITS.namesMax) return err(TOO_MANY_NAMES);
    this.#claiming++;
    const peer = this.#peer(rendezvousId);
    const opened = await whenOpen(peer);
    this.#claiming--;
    if (opened === 'open') {
      this.#kept.set(rendezvousId, peer);
      return ok('claimed');
    }
    peer.destroy();
    return opened.type === 'unavailable-id' ? ok('taken') : err(this.#unreachable(opened.message));
  }

  /** Gives a name back. Links that came about under it stay. */
  release(rendezvousId: string): void {
    const peer = this.#kept.get(rendezvousId);
    this.#kept.delete(rendezvousId);
    peer?.disconnect();
  }

  /** Opens a link to whoever has this name; settles when it is connected, refused, or given up. */
  dial(name: string): Promise<Result<void, FabricFailure>> {
    const own = this.#own;
    if (!own?.open) return Promise.resolve(err(this.#unreachable('this tab is not connected to it')));
    if (this.#dialling >= LINK_LIMITS.dialsMax) return Promise.resolve(err(TOO_MANY_DIALS));
    // The connection and our channels on it must be made in one task: later they could not be handed to the worker.
    const connection = own.connect(name, { serialization: 'raw', reliable: true });
    const connected = this.#born(connection, 'dialer');
    if (!connected) return Promise.resolve(err(failure('peers_unreachable', 'no peer connection could be made')));
    this.#dialling++;
    return new Promise((resolve) => {
      let isSettled = false;
      const settle = (result: Result<void, FabricFailure>): void => {
        if (isSettled) return;
        isSettled = true;
        this.#dialling--;
        clearTimeout(deadline);
        waiting.delete(unavailable);
        if (waiting.size === 0) this.#unavailable.delete(name);
        if (!result.ok) connection.peerConnection.close();
        resolve(result);
      };
      const gone = (reason: string) => () => settle(err(failure('peers_unreachable', reason)));
      const deadline = setTimeout(gone('the other tab did not answer'), LINK_LIMITS.dialDeadlineMs);
      const unavailable = gone('nobody is under that name any more');
      const waiting = this.#unavailable.get(name) ?? new Set();
      this.#unavailable.set(name, waiting.add(unavailable));
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
    this.#reconnects(peer, name);
    return peer;
  }

  #born(connection: DataConnection, role: 'dialer' | 'answerer'): Promise<boolean> | undefined {
    const peerConnection = peerConnectionOf(connection);
    return peerConnection && this.#deps.births.born(peerConnection, role);
  }

  /** Links outlive the service; only newcomers need it. It is asked again, ever more slowly, for each name kept. */
  #reconnects(peer: Peer, name: string): void {
    let delayMs = RECONNECT_MS;
    peer.on('open', () => {
      delayMs = RECONNECT_MS;
    });
    peer.on('disconnected', () => {
      const isWanted = (): boolean => !this.#isClosed && (name === this.#name || this.#kept.get(name) === peer);
      setTimeout(() => {
        if (isWanted() && !peer.destroyed && peer.disconnected) peer.reconnect();
      }, delayMs);
      delayMs = Math.min(2 * delayMs, RECONNECT_MS_MAX);
    });
  }

  #unreachable(reason: string): FabricFailure {
    return failure('signaling_unreachable', `the signaling service at ${this.#deps.address.url}: ${reason}`);
  }
}

type PeerFault = Parameters<Parameters<typeof Peer.prototype.on<'error'>>[1]>[0];

/** Settles with the first of `open` and an error; what comes later does not change it. */
function whenOpen(peer: Peer): Promise<'open' | PeerFault> {
  return new Promise((resolve) => {
    peer.on('open', () => resolve('open'));
    peer.on('error', resolve);
  });
}

/** PeerJS types it as always there; it is not when the browser's limit of peer connections is reached. */
function peerConnectionOf(connection: DataConnection): RTCPeerConnection | undefined {
  return connection.peerConnection;
}
