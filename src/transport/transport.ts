import type { Bytes, CellId, RunId } from '../core/index.ts';
import type { ChannelName } from '../wire/index.ts';

/** Which end asked for a link. */
export type LinkRole = 'dialer' | 'answerer';

/** How a link goes: straight to the other end, through a TURN server, or through another cell. */
export type LinkPath = 'direct' | 'turn' | 'relayed';

/** Why a link is no more: by one of its ends or the network; since whoever carried it is gone; since that one altered it. */
export type LinkEnd = 'closed' | 'stranded' | 'tampered';

/** A pair of ordered, reliable channels to some other tab, not yet known to be a member. */
export interface RawLink {
  readonly role: LinkRole;
  /**
   * SHA-256 fingerprints of the two DTLS certificates, 32 bytes each: what the hello binds itself to. Of a relayed link, of
   * what its keys were agreed with.
   */
  readonly localFingerprint: Bytes;
  readonly remoteFingerprint: Bytes;
  /** As far as this end knows; direct unless said otherwise. It may be found out late. */
  readonly path?: LinkPath;
  /** The cell that carries a relayed link. */
  readonly via?: CellId;
  /** What its ends call it while they look for another way below it; there is none for it otherwise. */
  readonly dial?: RunId;
  /** Who alone may be at the other end, where that is known. */
  readonly expects?: CellId;
  /** Where the link can have more channels than its two. */
  readonly callChannels?: CallChannels;
  /**
   * Hands one frame over, at most `WIRE_LIMITS.frameBytesMax` long, as it is now: its bytes are the caller's again
   * afterwards. Does nothing once the link is closed.
   */
  send(channel: ChannelName, frame: Bytes): void;
  /** Bytes handed over and not yet on their way. */
  bufferedBytes(channel: ChannelName): number;
  close(): void;
  /** Both ends have proven themselves; `secret` is what only they know. */
  proven?(secret: Bytes): void;
}

/** What tells a page which channel to make its end of: one of its links, and the channel's number there. */
export interface CallChannelName {
  readonly linkId: number;
  readonly number: number;
}

/** This cell's end of a channel whose other end calls a warm tasklet. */
export interface CallChannel {
  /** Sends one message, at most `WIRE_LIMITS.frameBytesMax` long. Does nothing once it is closed. */
  send(message: Bytes): void;
  close(): void;
}

/** Channels of a link besides its two, each for one warm tasklet: its caller may then be another thread than the cell's. */
export interface CallChannels {
  /** A number for a channel by which this tab asks. */
  draw(): CallChannelName;
  /** Makes this end of the channel by which the other end asks; undefined when there is none to be had. */
  answer(number: number, heard: (message: Bytes) => void): Promise<CallChannel | undefined>;
}

/** What a link tells its owner; set once, by whoever takes the link. */
export interface LinkListener {
  frame(channel: ChannelName, bytes: Uint8Array): void;
  /** The channel can take more: its buffer fell below `WIRE_LIMITS.channelBufferedLowBytes`. */
  drained(channel: ChannelName): void;
  closed(end?: LinkEnd): void;
  /** Nothing gets through at the moment, as the browser sees it. */
  troubled?(): void;
}

/**
 * How links come about. One port, three kinds of implementation: WebRTC channels, the memory twin, the simulator's.
 * Promises: frames of one channel arrive whole, once and in order; `closed` is called at most once and nothing after it.
 */
export interface Transport {
  /** Calls `accept` with each new link, dialled from here or from elsewhere; `accept` answers who listens to it. */
  listen(accept: (link: RawLink) => LinkListener): void;
}
