/** What a channel does by itself: echoes, and bulk in either direction with no more in its buffer than ours puts there. */
const CHUNK_BYTES = 65_536;
const BUFFERED_HIGH_BYTES = 1 << 20;
const BUFFERED_LOW_BYTES = 1 << 18;
const ECHO_BYTES = 40;

const ECHO = 0;
const BULK = 1;
const BULK_LAST = 2;
const ASK = 3;

export class Bare {
  readonly #channel: RTCDataChannel;
  #onMessage: (bytes: Uint8Array) => void = () => undefined;

  constructor(channel: RTCDataChannel) {
    this.#channel = channel;
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = BUFFERED_LOW_BYTES;
    channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => this.#onMessage(new Uint8Array(data));
  }

  /** The far end: gives echoes back, says when bulk has all come, and sends bulk when asked. */
  serve(): void {
    this.#onMessage = (bytes) => {
      if (bytes[0] === ECHO) this.#channel.send(bytes.slice());
      if (bytes[0] === BULK_LAST) this.#channel.send(new Uint8Array([ECHO]));
      if (bytes[0] === ASK) void this.#pour(new DataView(bytes.buffer).getUint32(4));
    };
  }

  echo(): Promise<void> {
    return this.echoes(1);
  }

  echoes(count: number): Promise<void> {
    return new Promise((resolve) => {
      let left = count;
      this.#onMessage = () => --left === 0 && resolve();
      for (let sent = 0; sent < count; sent++) this.#channel.send(new Uint8Array(ECHO_BYTES));
    });
  }

  /** Sends bulk; resolves when the far end says that all has come. */
  send(sizeBytes: number): Promise<void> {
    return new Promise((resolve) => {
      this.#onMessage = () => resolve();
      void this.#pour(sizeBytes);
    });
  }

  /** Asks for bulk; resolves when all has come, in one piece as a reader wants it. */
  receive(sizeBytes: number): Promise<Uint8Array> {
    const whole = new Uint8Array(sizeBytes);
    let at = 0;
    return new Promise((resolve) => {
      this.#onMessage = (bytes) => {
        whole.set(bytes.subarray(0, sizeBytes - at), at);
        at += bytes.length;
        if (bytes[0] === BULK_LAST) resolve(whole);
      };
      const ask = new Uint8Array(8);
      ask[0] = ASK;
      new DataView(ask.buffer).setUint32(4, sizeBytes);
      this.#channel.send(ask);
    });
  }

  async #pour(sizeBytes: number): Promise<void> {
    for (let sent = 0; sent < sizeBytes; sent += CHUNK_BYTES) {
      if (this.#channel.bufferedAmount > BUFFERED_HIGH_BYTES) await this.#drained();
      const chunk = new Uint8Array(Math.min(CHUNK_BYTES, sizeBytes - sent));
      chunk[0] = sent + CHUNK_BYTES < sizeBytes ? BULK : BULK_LAST;
      this.#channel.send(chunk);
    }
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#channel.onbufferedamountlow = () => resolve();
    });
  }
}
