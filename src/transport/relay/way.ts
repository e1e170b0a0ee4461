import { err, RELAY_LIMITS, type Bytes, type Env, type Result, type Timer } from '../../core/index.ts';
import type { Refusal } from '../../wire/index.ts';

type Answer = Result<Bytes, Refusal>;

interface Held {
  readonly bytes: Bytes;
  readonly answer: (answer: Answer) => void;
}

/** One channel of one way through a carrier: in order, no faster than allowed, and bounded in what it holds. */
export class Way {
  readonly #env: Pick<Env, 'clock' | 'timers'>;
  readonly #pass: (bytes: Bytes) => Promise<Answer>;
  readonly #held: Held[] = [];
  #heldBytes = 0;
  #allowedBytes: number = RELAY_LIMITS.burstBytes;
  #allowedAtMs: number;
  #timer: Timer | undefined;

  constructor(env: Pick<Env, 'clock' | 'timers'>, pass: (bytes: Bytes) => Promise<Answer>) {
    this.#env = env;
    this.#pass = pass;
    this.#allowedAtMs = env.clock.nowMs();
  }

  /** Answers once the far end has it; undefined when more is held than a sender may have under way. */
  send(bytes: Bytes): Promise<Answer> | undefined {
    if (this.#heldBytes + bytes.length > RELAY_LIMITS.heldBytesMax) return undefined;
    return new Promise((answer) => {
      this.#held.push({ bytes, answer });
      this.#heldBytes += bytes.length;
      this.#pump();
    });
  }

  close(): void {
    this.#timer?.cancel();
    for (const { answer } of this.#held.splice(0)) answer(err(OVER));
  }

  #pump(): void {
    if (this.#timer) return;
    this.#refill();
    for (let next = this.#held[0]; next; next = this.#held[0]) {
      const lacking = next.bytes.length - this.#allowedBytes;
      if (lacking > 0) return this.#wait(lacking);
      this.#allowedBytes -= next.bytes.length;
      this.#held.shift();
      void this.#hand(next);
    }
  }

  async #hand({ bytes, answer }: Held): Promise<void> {
    const answered = await this.#pass(bytes);
    this.#heldBytes -= bytes.length;
    answer(answered);
  }

  #wait(lackingBytes: number): void {
    const waitMs = Math.ceil((1_000 * lackingBytes) / RELAY_LIMITS.bytesPerSecondMax);
    this.#timer = this.#env.timers.after(waitMs, () => {
      this.#timer = undefined;
      this.#pump();
    });
  }

  #refill(): void {
    const nowMs = this.#env.clock.nowMs();
    const allowed = this.#allowedBytes + ((nowMs - this.#allowedAtMs) * RELAY_LIMITS.bytesPerSecondMax) / 1_000;
    this.#allowedBytes = Math.min(allowed, RELAY_LIMITS.burstBytes);
    this.#allowedAtMs = nowMs;
  }
}

const OVER: Refusal = { code: 'not_found', message: 'the circuit is closed' };
