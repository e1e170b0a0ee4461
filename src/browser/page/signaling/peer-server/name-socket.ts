import { toHex, type Random } from '../../../../core/index.ts';
import type { SignalingAddress } from '../signaling-url.ts';
import { formatMessage, HEARTBEAT, readMessage, type FromServer, type Payload } from './words.ts';

/** How the first try to have a name ended. */
export type Opened = 'open' | 'taken' | { readonly message: string };

export interface NameSocketEvents {
  /** What comes from other tabs, or of them. */
  heard(message: Extract<FromServer, { src: string }>): void;
  stateChanged?(state: 'connected' | 'lost'): void;
  /** Whether the name is asked for again although the first try failed. */
  readonly isWantedStill?: boolean;
}

const HEARTBEAT_MS = 15_000;
const RECONNECT_MS = 2_000;
const RECONNECT_MS_MAX = 30_000;
const TOKEN_BYTES = 12;
const KEY = 'peerjs';

/**
 * One name at a PeerServer, over one socket, as PeerJS speaks to it. Once it was had it is asked for again whenever the
 * socket is lost, ever more slowly, with the token that shows that it is this tab's.
 */
export class NameSocket {
  /** Settles once, with the end of the first try. */
  readonly opened: Promise<Opened>;
  readonly #url: string;
  readonly #events: NameSocketEvents;
  #tell: (opened: Opened) => void = () => undefined;
  #socket: WebSocket | undefined;
  /** When the name was had last, on this page's clock. */
  openedAtMs = -Infinity;
  #isOpen = false;
  #wasOpen = false;
  /** Lost, and to be asked for again in a while. */
  #isWaiting = false;
  #isClosed = false;
  #delayMs = RECONNECT_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(address: SignalingAddress, name: string, random: Random, events: NameSocketEvents) {
    const { host, port, path, isSecure } = address;
    const folder = `/${path}/`.replace(/\/+/g, '/');
    const query = new URLSearchParams({ key: KEY, id: name, token: toHex(random.bytes(TOKEN_BYTES)) });
    this.#url = `${isSecure ? 'wss' : 'ws'}://${host}:${port}${folder}peerjs?${query.toString()}`;
    this.#events = events;
    this.opened = new Promise((resolve) => {
      this.#tell = resolve;
    });
    this.#connect();
  }

  /** Whether the name is this tab's now. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Says something to whoever has the name `to`; nothing while the socket is lost. */
  say(to: string, said: Payload): void {
    if (this.#isOpen) this.#socket?.send(formatMessage(to, said));
  }

  /** Asks for a lost name again at once. */
  tryNow(): void {
    if (!this.#isWaiting || this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  /** Gives the name back. */
  close(): void {
    this.#isClosed = true;
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#tell({ message: 'the name is not wanted any more' });
  }

  #connect(): void {
    this.#isWaiting = false;
    try {
      const socket = new WebSocket(this.#url);
      this.#socket = socket;
      socket.onmessage = ({ data }: MessageEvent<unknown>) => this.#heard(readMessage(data));
      socket.onclose = () => this.#lost();
    } catch {
      // Not from this page: one that came over TLS may open no socket without.
      this.#lost();
    }
  }

  #heard(message: FromServer | undefined): void {
    if (!message || this.#isClosed) return;
    switch (message.type) {
      case 'OPEN':
        return this.#isNowOpen();
      case 'ID-TAKEN':
        return this.#tell('taken');
      case 'INVALID-KEY':
        return this.#tell({ message: 'it wants another key' });
      case 'ERROR':
        return this.#tell({ message: message.payload.msg });
      case 'EXPIRE':
      case 'CANDIDATE':
        return this.#events.heard(message);
    }
  }

  #isNowOpen(): void {
    this.#isOpen = true;
    this.openedAtMs = performance.now();
    this.#wasOpen = true;
    this.#delayMs = RECONNECT_MS;
    this.#beat();
    this.#tell('open');
    this.#events.stateChanged?.('connected');
  }

  /** A PeerServer lets go of names that are silent for a minute. */
  #beat(): void {
    this.#timer = setTimeout(() => {
      this.#socket?.send(HEARTBEAT);
      this.#beat();
    }, HEARTBEAT_MS);
  }

  #lost(): void {
    clearTimeout(this.#timer);
    this.#isOpen = false;
    this.#tell({ message: 'the connection to it was lost' });
    if (this.#isClosed || !(this.#wasOpen || this.#events.isWantedStill === true)) return;
    this.#events.stateChanged?.('lost');
    this.#isWaiting = true;
    this.#timer = setTimeout(() => this.#connect(), this.#delayMs);
    this.#delayMs = Math.min(2 * this.#delayMs, RECONNECT_MS_MAX);
  }
}
