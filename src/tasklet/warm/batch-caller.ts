import { failure, WARM_LIMITS, WIRE_LIMITS, type Bytes, type FabricFailure, type Result } from '../../core/index.ts';
import { callFailed, type CallEnd } from './call-end.ts';
import { CallQueue, refusalOfInput, type AskedCall, type Caller } from './caller.ts';
import { BATCH_HEAD_BYTES, batchedBytes, readAnswers, writeBatch } from './packing.ts';

/** One frame, less its header. */
const BATCH_BYTES_MAX = WIRE_LIMITS.frameBytesMax - 64;

/** Sends a batch and answers its answers. Settles always. */
export type Operate = (batch: Bytes) => Promise<Result<Bytes, FabricFailure>>;

/**
 * Calls that travel: what is asked in one turn goes in one batch, and while as many batches are under way as may be, what
 * comes up meanwhile goes in the next. Answers come in the order of the calls.
 */
export class BatchCaller implements Caller {
  readonly #operate: Operate;
  readonly #answered: (input: Bytes, end: CallEnd) => void;
  readonly #waiting = new CallQueue();
  readonly #underWay = new Set<readonly AskedCall[]>();
  #underWayCalls = 0;
  #isDue = false;
  #end: CallEnd | undefined;

  /** `answered` hears what the instance says, call by call, in order. */
  constructor(operate: Operate, answered: (input: Bytes, end: CallEnd) => void) {
    this.#operate = operate;
    this.#answered = answered;
  }

  get pending(): number {
    return this.#waiting.size + this.#underWayCalls;
  }

  call(input: Bytes): Promise<CallEnd> {
    const refusal = this.#end ?? refusalOfInput(input, this.pending, this.#waiting.bytes);
    if (refusal) return Promise.resolve(refusal);
    return new Promise((resolve) => {
      this.#waiting.push({ input, resolve });
      if (this.#isDue) return;
      this.#isDue = true;
      void Promise.resolve().then(() => {
        this.#isDue = false;
        this.#send();
      });
    });
  }

  over(end: CallEnd): void {
    this.#end ??= end;
    for (const calls of this.#underWay) for (const { resolve } of calls) resolve(this.#end);
    this.#underWay.clear();
    this.#underWayCalls = 0;
    this.#waiting.settleAll(this.#end);
  }

  #send(): void {
    while (this.#waiting.size > 0 && this.#underWay.size < WARM_LIMITS.batchesInFlightMax) {
      const calls = this.#next();
      this.#underWay.add(calls);
      this.#underWayCalls += calls.length;
      const batch = writeBatch(
        0,
        calls.map(({ input }) => input),
      );
      void this.#operate(batch).then((answer) => {
        if (!this.#underWay.delete(calls)) return;
        this.#underWayCalls -= calls.length;
        this.#conclude(calls, answer);
        this.#send();
      });
    }
  }

  /** As many of the calls that wait as one batch carries, at least one. */
  #next(): readonly AskedCall[] {
    const calls: AskedCall[] = [];
    let sizeBytes = BATCH_HEAD_BYTES;
    for (let call = this.#waiting.first(); call; call = this.#waiting.first()) {
      sizeBytes += batchedBytes(call.input);
      if (sizeBytes > BATCH_BYTES_MAX || calls.length === WARM_LIMITS.callsPerBatchMax) break;
      calls.push(call);
      this.#waiting.shift();
    }
    return calls;
  }

  #conclude(calls: readonly AskedCall[], answer: Result<Bytes, FabricFailure>): void {
    const ends = answer.ok ? readAnswers(answer.value, calls.length) : undefined;
    if (ends?.ok) {
      for (const [index, { input, resolve }] of calls.entries()) {
        const end = ends.value[index] ?? MISSING;
        this.#answered(input, end);
        resolve(end);
      }
      return;
    }
    const end = answer.ok ? MISSING : callFailed(answer.error);
    for (const { resolve } of calls) resolve(end);
  }
}

const MISSING = callFailed(failure('internal', 'the cell of the warm tasklet answered what cannot be read'));
