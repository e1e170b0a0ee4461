import { WIRE_LIMITS, type Bytes } from '../../core/index.ts';
import {
  encodeFrame,
  FRAGMENT_PAYLOAD_BYTES_MAX,
  FRAME_PAYLOAD_BYTES_MAX,
  type ChannelName,
  type Frame,
  type FrameKind,
} from '../../wire/index.ts';
import type { RawLink } from '../transport.ts';

const LONG_PAYLOAD_BYTES = 4_096;

export interface OutgoingMessage {
  readonly kind: FrameKind;
  readonly type: number;
  readonly id: number;
  readonly payload: Uint8Array;
}

/**
 * Messages on their way to one peer, cut into frames as the channels take them.
 * Control messages leave in order. Long data messages take turns frame by frame, so a short one is not held up.
 */
export class Outbox {
  #link: RawLink;
  #isHeld = false;
  readonly #waiting: Record<ChannelName, { message: OutgoingMessage; offsetBytes: number }[]> = {
    control: [],
    data: [],
  };
  #queuedBytes = 0;
  /** Where long frames are written, one after the other: a new array for each would cost more than all else about it. */
  #longFrame: Bytes | undefined;

  constructor(link: RawLink) {
    this.#link = link;
  }

  /** False when the queue is full and the message was not taken. */
  send(channel: ChannelName, message: OutgoingMessage): boolean {
    if (this.#queuedBytes + message.payload.length > WIRE_LIMITS.sendQueueBytesMax) return false;
    this.#waiting[channel].push({ message, offsetBytes: 0 });
    this.#queuedBytes += message.payload.length;
    this.pump(channel);
    return true;
  }

  /** Sends nothing until `resume`; what is to be sent meanwhile waits. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Goes on, over this link. */
  resume(link: RawLink): void {
    this.#link = link;
    this.#isHeld = false;
    for (const channel of ['control', 'data'] as const) this.pump(channel);
  }

  /** Begins anew over this link; what waits is forgotten. */
  restart(link: RawLink): void {
    for (const channel of ['control', 'data'] as const) this.#waiting[channel].splice(0);
    this.#queuedBytes = 0;
    this.resume(link);
  }

  /** Sends what the channel takes now. */
  pump(channel: ChannelName): void {
    if (this.#isHeld) return;
    const queue = this.#waiting[channel];
    while (queue.length > 0 && this.#link.bufferedBytes(channel) < WIRE_LIMITS.channelBufferedHighBytes) {
      const next = queue.shift();
      if (!next) return;
      const isDone = this.#sendPart(channel, next);
      if (isDone) this.#queuedBytes -= next.message.payload.length;
      else if (channel === 'data') queue.push(next);
      else queue.unshift(next);
    }
  }

  #sendPart(channel: ChannelName, next: { message: OutgoingMessage; offsetBytes: number }): boolean {
    const { payload, ...head } = next.message;
    if (payload.length <= FRAME_PAYLOAD_BYTES_MAX) {
      this.#sendFrame(channel, { ...head, payload });
      return true;
    }
    const offsetBytes = next.offsetBytes;
    const part = payload.subarray(offsetBytes, offsetBytes + FRAGMENT_PAYLOAD_BYTES_MAX);
    this.#sendFrame(channel, { ...head, payload: part, fragment: { offsetBytes, totalBytes: payload.length } });
    next.offsetBytes += part.length;
    return next.offsetBytes === payload.length;
  }

  #sendFrame(channel: ChannelName, frame: Frame): void {
    const isLong = frame.payload.length >= LONG_PAYLOAD_BYTES;
    if (isLong) this.#longFrame ??= new Uint8Array(WIRE_LIMITS.frameBytesMax);
    this.#link.send(channel, encodeFrame(frame, isLong ? this.#longFrame : undefined));
  }
}
