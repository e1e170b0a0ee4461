import { LINK_LIMITS, WIRE_LIMITS, type Bytes } from '../../../core/index.ts';
import type { CallChannel, CallChannelName, CallChannels, LinkRole } from '../../../transport/index.ts';

const { callChannelFirst, callChannelLast, callChannelMsMax } = LINK_LIMITS;

interface Wanted {
  readonly heard: (message: Bytes) => void;
  readonly settle: (channel: CallChannel | undefined) => void;
}

/** The channels of one link besides its two. The page makes them: its own end when it calls, this worker's when others call. */
export class LinkCallChannels implements CallChannels {
  readonly #linkId: number;
  readonly #role: LinkRole;
  readonly #want: (number: number) => void;
  readonly #wanted = new Map<number, Wanted>();
  readonly #open = new Map<number, CallChannel>();
  #drawn = 0;

  constructor(linkId: number, role: LinkRole, want: (number: number) => void) {
    this.#linkId = linkId;
    this.#role = role;
    this.#want = want;
  }

  /** The dialler asks by even numbers, the answerer by odd ones, so that they never ask by the same. */
  draw(): CallChannelName {
    const each = (callChannelLast + 1 - callChannelFirst) / 2;
    const number = callChannelFirst + 2 * (this.#drawn++ % each) + (this.#role === 'dialer' ? 0 : 1);
    return { linkId: this.#linkId, number };
  }

  answer(number: number, heard: (message: Bytes) => void): Promise<CallChannel | undefined> {
    const isTheirs = number % 2 === (this.#role === 'dialer' ? 1 : 0);
    if (!isTheirs || this.#wanted.has(number) || this.#open.has(number)) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const settle = (channel: CallChannel | undefined): void => {
        clearTimeout(late);
        this.#wanted.delete(number);
        resolve(channel);
      };
      const late = setTimeout(() => settle(undefined), callChannelMsMax);
      this.#wanted.set(number, { heard, settle });
      this.#want(number);
    });
  }

  /** The page has made this end of it, or could not. */
  born(number: number, channel: RTCDataChannel | undefined): void {
    const wanted = this.#wanted.get(number);
    if (!wanted || !channel) {
      channel?.close();
      return wanted?.settle(undefined);
    }
    const own = new OpenCallChannel(channel);
    const settle = (): void => {
      if (this.#wanted.get(number) !== wanted) return channel.close();
      this.#open.set(number, own);
      wanted.settle(own);
    };
    channel.onmessage = ({ data }: MessageEvent<unknown>) =>
      wanted.heard(data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(0));
    channel.onopen = settle;
    channel.onclose = () => {
      if (this.#open.get(number) === own) this.#open.delete(number);
    };
    if (channel.readyState === 'open') settle();
  }
}

/** Sends as the channel takes it. What waits is bounded: whoever lets more wait loses the channel. */
class OpenCallChannel implements CallChannel {
  readonly #channel: RTCDataChannel;
  readonly #waiting: Bytes[] = [];
  #waitingBytes = 0;

  constructor(channel: RTCDataChannel) {
    this.#channel = channel;
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = WIRE_LIMITS.channelBufferedLowBytes;
    channel.onbufferedamountlow = () => this.#pump();
  }

  send(message: Bytes): void {
    if (this.#channel.readyState !== 'open') return;
    if (this.#waitingBytes + message.length > WIRE_LIMITS.sendQueueBytesMax) return this.close();
    this.#waiting.push(message);
    this.#waitingBytes += message.length;
    this.#pump();
  }

  close(): void {
    this.#channel.close();
  }

  #pump(): void {
    while (this.#channel.bufferedAmount < WIRE_LIMITS.channelBufferedHighBytes) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#waitingBytes -= next.length;
      try {
        this.#channel.send(next);
      } catch {
        // An answer that is missing would never come: the channel is over.
        return this.close();
      }
    }
  }
}
