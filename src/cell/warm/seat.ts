import { err, failure, ok, WARM_LIMITS, type Bytes, type CellId, type Env, type Result } from '../../core/index.ts';
import type { CallEnd, KeptTasklet } from '../../tasklet/index.ts';
import type { CallChannel } from '../../transport/index.ts';
import type { Refusal, WarmOrderMessage } from '../../wire/index.ts';
import type { HandedMemory } from '../running/index.ts';

/** Batches of one seat that are being done at a time: what their answers may hold is bounded by that. */
const BATCHES_TOGETHER_MAX = 4;

export interface SeatOf {
  readonly id: number;
  readonly from: CellId;
  readonly order: WarmOrderMessage;
  readonly kept: KeptTasklet;
  readonly memory: HandedMemory;
}

/** A warm tasklet of this cell, as one cell has it open. */
export class Seat {
  readonly id: number;
  readonly from: CellId;
  readonly order: WarmOrderMessage;
  readonly kept: KeptTasklet;
  readonly memory: HandedMemory;
  /** Where its calls come from, if not over the session. */
  channel: CallChannel | undefined;
  /** Whoever closes it is answered with its end, and needs no word of it besides. */
  isClosing = false;
  /** The latest batches, each of which settles when it is done. */
  readonly #recent: Promise<unknown>[] = [];
  #heldCalls = 0;
  #heldBytes = 0;

  constructor({ id, from, order, kept, memory }: SeatOf) {
    this.id = id;
    this.from = from;
    this.order = order;
    this.kept = kept;
    this.memory = memory;
  }

  /** Does a batch, after those that came before, and answers how each of its calls ended. */
  calls(inputs: readonly Bytes[]): Result<Promise<readonly CallEnd[]>, Refusal> {
    const sizeBytes = inputs.reduce((total, { length }) => total + length, 0);
    const { heldCallsMax, heldBytesMax } = WARM_LIMITS;
    if (this.#heldCalls + inputs.length > heldCallsMax || this.#heldBytes + sizeBytes > heldBytesMax) {
      return err({ code: 'capacity_exceeded', message: 'too many calls wait for that warm tasklet' });
    }
    this.#heldCalls += inputs.length;
    this.#heldBytes += sizeBytes;
    const done = this.#done(inputs, this.#recent.at(-BATCHES_TOGETHER_MAX)).finally(() => {
      this.#heldCalls -= inputs.length;
      this.#heldBytes -= sizeBytes;
    });
    this.#recent.push(done);
    if (this.#recent.length > BATCHES_TOGETHER_MAX) void this.#recent.shift();
    return ok(done);
  }

  /** It is over: the channel goes once what was under way is answered. */
  over(): void {
    void Promise.allSettled(this.#recent).then(() => this.channel?.close());
  }

  /** Lets it come to its end, and ends it when that takes too long. */
  close(env: Pick<Env, 'timers'>): void {
    if (this.isClosing) return;
    this.isClosing = true;
    const late = env.timers.after(WARM_LIMITS.closeMsMax, () =>
      this.kept.stop(failure('deadline_exceeded', 'the warm tasklet did not come to its end in time')),
    );
    void this.kept.ended.then(() => late.cancel());
    this.kept.finish();
  }

  async #done(inputs: readonly Bytes[], before: Promise<unknown> | undefined): Promise<readonly CallEnd[]> {
    await before;
    return Promise.all(inputs.map((input) => this.kept.call(input)));
  }
}
