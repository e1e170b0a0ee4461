import {
  concatBytes,
  err,
  failure,
  LINK_LIMITS,
  ok,
  type Bytes,
  type FabricFailure,
  type Result,
} from '../../../core/index.ts';
import { BATCH_NUMBER_MAX, PROBE_BYTES, readAnswerPart } from '../../../tasklet/index.ts';

interface Asked {
  readonly settle: (answer: Result<Bytes, FabricFailure>) => void;
  readonly parts: Bytes[];
}

/** The page's end of the channel by which it calls one warm tasklet in another tab (PROTOCOL.md §10). */
export class PageChannel {
  readonly #channel: RTCDataChannel;
  readonly #answerMs: number;
  /** By number, the oldest first. */
  readonly #asked = new Map<number, Asked>();
  #next = 1;
  #watch: ReturnType<typeof setTimeout> | undefined;

  /** A batch that has no answer after `answerMs`, or the like of it, is the end of the channel. */
  constructor(channel: RTCDataChannel, answerMs: number) {
    this.#channel = channel;
    this.#answerMs = answerMs;
    channel.binaryType = 'arraybuffer';
    channel.onmessage = ({ data }: MessageEvent<unknown>) => this.#heard(data);
    channel.onclose = () => this.close();
  }

  /** Whether there came to be another end, in time: while a session moves to another link, the two may not mean the same. */
  found(): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (answer?: Result<Bytes, FabricFailure>): void => {
        clearTimeout(late);
        this.#asked.delete(0);
        resolve(answer?.ok === true);
      };
      const late = setTimeout(settle, LINK_LIMITS.callChannelMsMax);
      const probe = (): void => {
        this.#asked.set(0, { settle, parts: [] });
        this.#channel.send(new Uint8Array(PROBE_BYTES));
      };
      this.#channel.onopen = probe;
      if (this.isOpen) probe();
    });
  }

  get isOpen(): boolean {
    return this.#channel.readyState === 'open';
  }

  operate(batch: Bytes): Promise<Result<Bytes, FabricFailure>> {
    const number = this.#next;
    this.#next = number === BATCH_NUMBER_MAX ? 1 : number + 1;
    new DataView(batch.buffer, batch.byteOffset).setUint32(0, number, true);
    return new Promise((settle) => {
      this.#asked.set(number, { settle, parts: [] });
      this.#watch ??= this.#lookAfter(number);
      try {
        this.#channel.send(batch);
      } catch {
        // It is closing, or its buffer is full of what the other end does not take.
        this.close();
      }
    });
  }

  /** Ends it; what is not answered hears of it. */
  close(why = failure('disconnected', 'the channel to the warm tasklet closed')): void {
    clearTimeout(this.#watch);
    this.#channel.close();
    for (const { settle } of this.#asked.values()) settle(err(why));
    this.#asked.clear();
  }

  #heard(data: unknown): void {
    const part = data instanceof ArrayBuffer ? readAnswerPart(new Uint8Array(data)) : undefined;
    const asked = part?.ok ? this.#asked.get(part.value.number) : undefined;
    if (!part?.ok || !asked) return this.close(failure('protocol_violation', 'an answer to nothing that was asked'));
    const { number, isLast, answers } = part.value;
    if (!isLast) return void asked.parts.push(answers);
    this.#asked.delete(number);
    asked.settle(ok(asked.parts.length === 0 ? answers : concatBytes(...asked.parts, answers)));
  }

  /** One timer looks after all that is asked: it finds the oldest unanswered twice, or begins anew with the next oldest. */
  #lookAfter(oldest: number): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      if (this.#asked.has(oldest)) return this.close(failure('disconnected', 'a batch of calls was not answered'));
      const [next] = this.#asked.keys();
      this.#watch = next === undefined ? undefined : this.#lookAfter(next);
    }, this.#answerMs);
  }
}
