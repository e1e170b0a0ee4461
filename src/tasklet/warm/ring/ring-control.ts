import { numberOfCode, type CallCode } from '../call-end.ts';
import { RING_BUFFER_BYTES, RingMemory, WORD } from './layout.ts';

/** What a transcript came to. */
export interface TranscriptEnd {
  readonly calls: number;
  readonly fuelUsed: number;
  readonly head: Uint8Array<ArrayBuffer>;
}

const INT_MAX = 0x7fff_ffff;

/**
 * The cell's hand on a warm tasklet: it makes the shared memory, says until when calls may begin, sees the call under way,
 * and ends it all, without a part in any call.
 */
export class RingControl {
  readonly buffer = new SharedArrayBuffer(RING_BUFFER_BYTES);
  readonly #memory = new RingMemory(this.buffer);

  constructor(nowMs: number) {
    this.#memory.baseMs = nowMs;
    this.extend(nowMs);
  }

  /** No call begins from `untilMs` on. */
  extend(untilMs: number): void {
    const { words, baseMs } = this.#memory;
    Atomics.store(words, WORD.deadlineMs, Math.max(0, Math.min(INT_MAX, Math.floor(untilMs - baseMs))));
  }

  /** When the call under way began; undefined when none is. */
  underWaySinceMs(): number | undefined {
    const { words, baseMs } = this.#memory;
    const begun = Atomics.load(words, WORD.callsBegun);
    const beganMs = baseMs + Atomics.load(words, WORD.begunAtMs);
    return begun === Atomics.load(words, WORD.callsEnded) ? undefined : beganMs;
  }

  /** Asks the instance to come to its end once it has done what was asked of it before. */
  finish(): void {
    Atomics.store(this.#memory.words, WORD.finish, 1);
    this.#ring(WORD.callBell);
  }

  /** No call is done from now on: callers hear `code`. */
  end(code: CallCode): void {
    Atomics.store(this.#memory.words, WORD.state, numberOfCode(code));
    this.#ring(WORD.callBell);
    this.#ring(WORD.answerBell);
  }

  /** What has been done, as the instance wrote it down last; it may be gone. */
  transcript(): TranscriptEnd {
    return this.#memory.place(Atomics.load(this.#memory.words, WORD.published)).read();
  }

  #ring(bell: number): void {
    Atomics.add(this.#memory.words, bell, 1);
    Atomics.notify(this.#memory.words, bell);
  }
}
