import { LINK_LIMITS, WIRE_LIMITS, type Bytes, type RunId } from '../../../core/index.ts';
import type { LinkListener, LinkPath, LinkRole, RawLink, Transport } from '../../../transport/index.ts';
import { framesOf, type ChannelName } from '../../../wire/index.ts';
import type { FromCellWorker, ToCellWorker } from '../../both/index.ts';
import { LinkCallChannels } from './call-channels.ts';

type Born = Extract<ToCellWorker, { kind: 'link.born' }>;
type Described = Extract<ToCellWorker, { kind: 'link.described' }>;
type CallChannelBorn = Extract<ToCellWorker, { kind: 'call-channel.born' }>;
type ToPage = Extract<FromCellWorker, { kind: 'link.close' | 'link.proven' | 'call-channel.wanted' }>;

/** Frames that may arrive before the listener is there: a hello and little else. */
const EARLY_FRAMES_MAX = 16;

/**
 * Links over data channels that the page made and handed over at birth (PROTOCOL.md §1).
 * A link is announced once both channels are open and the page has told the certificate fingerprints.
 */
export class ChannelTransport implements Transport {
  readonly #toPage: (message: ToPage) => void;
  readonly #links = new Map<number, ChannelLink>();
  #accept: ((link: RawLink) => LinkListener) | undefined;

  constructor(toPage: (message: ToPage) => void) {
    this.#toPage = toPage;
  }

  /** Links that were ready before are announced now. */
  listen(accept: (link: RawLink) => LinkListener): void {
    this.#accept = accept;
    for (const link of this.#links.values()) link.startIfReady();
  }

  born(message: Born): void {
    const { linkId } = message;
    if (this.#links.size >= LINK_LIMITS.linksMax + LINK_LIMITS.pendingMax) {
      return this.#toPage({ kind: 'link.close', linkId });
    }
    const link: ChannelLink = new ChannelLink(message, {
      ready: (): LinkListener | undefined => this.#accept?.(link),
      proven: (secret) => this.#toPage({ kind: 'link.proven', linkId, secret }),
      closed: () => {
        this.#links.delete(linkId);
        this.#toPage({ kind: 'link.close', linkId });
      },
      callChannelWanted: (number) => this.#toPage({ kind: 'call-channel.wanted', linkId, number }),
    });
    this.#links.set(linkId, link);
  }

  described(message: Described): void {
    this.#links.get(message.linkId)?.described(message);
  }

  callChannelBorn({ linkId, number, channel }: CallChannelBorn): void {
    const link = this.#links.get(linkId);
    if (link) link.callChannels.born(number, channel);
    else channel?.close();
  }

  /** The page has found out how a link goes. */
  pathFound(linkId: number, path: LinkPath): void {
    const link = this.#links.get(linkId);
    if (link) link.path = path;
  }

  troubled(linkId: number): void {
    this.#links.get(linkId)?.troubled();
  }

  closed(linkId: number): void {
    this.#links.get(linkId)?.close();
  }
}

interface ChannelLinkEvents {
  ready(): LinkListener | undefined;
  proven(secret: Bytes): void;
  closed(): void;
  readonly callChannelWanted: (number: number) => void;
}

class ChannelLink implements RawLink {
  readonly role: LinkRole;
  readonly dial: RunId;
  localFingerprint: Bytes = new Uint8Array(0);
  remoteFingerprint: Bytes = new Uint8Array(0);
  path: LinkPath = 'direct';
  readonly callChannels: LinkCallChannels;
  readonly #channels: Readonly<Record<ChannelName, RTCDataChannel>>;
  readonly #events: ChannelLinkEvents;
  readonly #early: { channel: ChannelName; bytes: Uint8Array }[] = [];
  /** What has been said in this task: the first `sizeBytes` of `bytes`. */
  readonly #waiting: Readonly<Record<ChannelName, { bytes?: Bytes; sizeBytes: number }>> = {
    control: { sizeBytes: 0 },
    data: { sizeBytes: 0 },
  };
  #listener: LinkListener | undefined;
  #isClosed = false;

  constructor(born: Born, events: ChannelLinkEvents) {
    this.role = born.role;
    this.dial = born.dial;
    this.#channels = { control: born.control, data: born.data };
    this.#events = events;
    this.callChannels = new LinkCallChannels(born.linkId, born.role, events.callChannelWanted);
    this.#wire('control', born.control);
    this.#wire('data', born.data);
  }

  described(message: Described): void {
    this.localFingerprint = message.localFingerprint;
    this.remoteFingerprint = message.remoteFingerprint;
    this.startIfReady();
  }

  proven(secret: Bytes): void {
    this.#events.proven(secret);
  }

  troubled(): void {
    this.#listener?.troubled?.();
  }

  send(channel: ChannelName, frame: Bytes): void {
    if (this.#isClosed || this.#channels[channel].readyState !== 'open') return;
    const waiting = this.#waiting[channel];
    if (waiting.sizeBytes + frame.length > WIRE_LIMITS.frameBytesMax && !this.#flush(channel)) return this.close();
    if (waiting.sizeBytes === 0) void atEnd(() => this.#flush(channel) || this.close());
    waiting.bytes ??= new Uint8Array(WIRE_LIMITS.frameBytesMax);
    waiting.bytes.set(frame, waiting.sizeBytes);
    waiting.sizeBytes += frame.length;
  }

  bufferedBytes(channel: ChannelName): number {
    return this.#channels[channel].bufferedAmount + this.#waiting[channel].sizeBytes;
  }

  /** Sends what one task has said as one message, which costs far more than a frame. False when the link has lost it. */
  #flush(channel: ChannelName): boolean {
    const waiting = this.#waiting[channel];
    const message = waiting.bytes?.subarray(0, waiting.sizeBytes);
    waiting.sizeBytes = 0;
    const door = this.#channels[channel];
    if (!message?.length || this.#isClosed || door.readyState !== 'open') return true;
    try {
      door.send(message);
      return true;
    } catch {
      // The channel's own buffer overflowed or it is closing: either way frames would be lost, so the link is over.
      return false;
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#flush('control');
    this.#flush('data');
    this.#isClosed = true;
    this.#channels.control.close();
    this.#channels.data.close();
    this.#events.closed();
    this.#listener?.closed();
  }

  #wire(name: ChannelName, channel: RTCDataChannel): void {
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = WIRE_LIMITS.channelBufferedLowBytes;
    channel.onopen = () => this.startIfReady();
    channel.onbufferedamountlow = () => this.#listener?.drained(name);
    channel.onclose = () => this.close();
    channel.onerror = () => this.close();
    channel.onmessage = (event: MessageEvent<unknown>) => this.#received(name, event.data);
  }

  #received(channel: ChannelName, data: unknown): void {
    // Anything but bytes is not of our protocol; an empty frame is counted as malformed by whoever listens.
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(0);
    if (this.#listener) this.#listen(this.#listener, channel, bytes);
    else if (this.#early.length < EARLY_FRAMES_MAX) this.#early.push({ channel, bytes });
    else this.close();
  }

  startIfReady(): void {
    const { control, data } = this.#channels;
    const isOpen = control.readyState === 'open' && data.readyState === 'open';
    if (this.#listener || this.#isClosed || !isOpen || this.localFingerprint.length === 0) return;
    this.#listener = this.#events.ready();
    if (!this.#listener) return;
    for (const { channel, bytes } of this.#early.splice(0)) this.#listen(this.#listener, channel, bytes);
  }

  #listen(listener: LinkListener, channel: ChannelName, message: Uint8Array): void {
    for (const frame of framesOf(message)) if (!this.#isClosed) listener.frame(channel, frame);
  }
}

/** Promises that what is said next waits for, one after another. */
const TURNS = 8;

/** Acts at the end of a task, when what its promises set off has been said too. */
async function atEnd(act: () => void): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await Promise.resolve();
  act();
}
