import { WIRE_LIMITS, type Bytes, type Env } from '../core/index.ts';
import type { ChannelName } from '../wire/index.ts';
import type { LinkListener, LinkRole, RawLink, Transport } from './transport.ts';

/**
 * The twin of the WebRTC transport: endpoints of one realm, joined by a wire of fixed latency on the injected timers.
 * Keeps the port's promises, including a bounded buffer that drains as frames arrive.
 */
export class MemoryEndpoint implements Transport {
  readonly #env: Pick<Env, 'timers'>;
  readonly #latencyMs: number;
  readonly #fingerprint: Bytes;
  #accept: (link: RawLink) => LinkListener = () => ({
    frame: () => undefined,
    drained: () => undefined,
    closed: () => undefined,
  });

  constructor(env: Pick<Env, 'timers' | 'random'>, latencyMs = 1) {
    this.#env = env;
    this.#latencyMs = latencyMs;
    this.#fingerprint = env.random.bytes(32);
  }

  /** Who takes its links now. */
  get acceptor(): (link: RawLink) => LinkListener {
    return this.#accept;
  }

  listen(accept: (link: RawLink) => LinkListener): void {
    this.#accept = accept;
  }

  /** Opens a link to another endpoint; both ends hear of it one latency later. Answers how to cut it. */
  dial(other: MemoryEndpoint): () => void {
    const near = new MemoryLink(this.#env, this.#latencyMs, 'dialer', this.#fingerprint, other.#fingerprint);
    const far = new MemoryLink(this.#env, this.#latencyMs, 'answerer', other.#fingerprint, this.#fingerprint);
    near.peer = far;
    far.peer = near;
    this.#env.timers.after(this.#latencyMs, () => {
      far.attach(other.#accept(far));
      near.attach(this.#accept(near));
    });
    return () => near.close();
  }
}

class MemoryLink implements RawLink {
  readonly role: LinkRole;
  readonly localFingerprint: Bytes;
  readonly remoteFingerprint: Bytes;
  peer: MemoryLink | undefined;
  readonly #env: Pick<Env, 'timers'>;
  readonly #latencyMs: number;
  readonly #buffered: Record<ChannelName, number> = { control: 0, data: 0 };
  readonly #early: { channel: ChannelName; frame: Bytes }[] = [];
  #listener: LinkListener | undefined;
  #isClosed = false;

  constructor(
    env: Pick<Env, 'timers'>,
    latencyMs: number,
    role: LinkRole,
    localFingerprint: Bytes,
    remoteFingerprint: Bytes,
  ) {
    this.#env = env;
    this.#latencyMs = latencyMs;
    this.role = role;
    this.localFingerprint = localFingerprint;
    this.remoteFingerprint = remoteFingerprint;
  }

  attach(listener: LinkListener): void {
    this.#listener = listener;
    for (const { channel, frame } of this.#early.splice(0)) listener.frame(channel, frame);
  }

  send(channel: ChannelName, frame: Bytes): void {
    if (this.#isClosed) return;
    const copy = frame.slice();
    this.#buffered[channel] += copy.length;
    this.#env.timers.after(this.#latencyMs, () => {
      const before = this.#buffered[channel];
      this.#buffered[channel] -= copy.length;
      this.peer?.deliver(channel, copy);
      const low = WIRE_LIMITS.channelBufferedLowBytes;
      if (before > low && this.#buffered[channel] <= low && !this.#isClosed) this.#listener?.drained(channel);
    });
  }

  bufferedBytes(channel: ChannelName): number {
    return this.#buffered[channel];
  }

  deliver(channel: ChannelName, frame: Bytes): void {
    if (this.#isClosed) return;
    if (this.#listener) this.#listener.frame(channel, frame);
    else this.#early.push({ channel, frame });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { peer } = this;
    this.#env.timers.after(this.#latencyMs, () => peer?.cut());
  }

  cut(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener?.closed();
  }
}
