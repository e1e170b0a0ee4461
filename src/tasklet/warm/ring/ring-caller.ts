import { failure, WARM_LIMITS, type Bytes } from '../../../core/index.ts';
import { CALL_CODES, callFailed, type CallEnd } from '../call-end.ts';
import { CallQueue, refusalOfInput, type Caller } from '../caller.ts';
import { RingMemory, WORD } from './layout.ts';
import { RecordQueue } from './record-queue.ts';
import { Spin } from './spin.ts';

export interface RingCallerEnv {
  /** The clock that all threads of a tab share. */
  readonly nowMs: () => number;
  readonly waits: {
    wait(words: Int32Array<SharedArrayBuffer>, index: number, expected: number, timeoutMs: number): Promise<unknown>;
  };
}

const LOOKS_AT_ONCE = 16;

/** The caller's end of the shared memory, in a thread that may not stand still. */
export class RingCaller implements Caller {
  readonly #memory: RingMemory;
  readonly #calls: RecordQueue;
  readonly #answers: RecordQueue;
  readonly #env: RingCallerEnv;
  readonly #spin: Spin;
  /** Not yet in the ring, for want of room. */
  readonly #waiting = new CallQueue();
  /** In the ring, in its order. */
  readonly #asked = new CallQueue();
  #isWatching = false;
  #isDue = false;
  #end: CallEnd | undefined;

  /** `spinMs` is how long it looks for an answer, standing, when it is the only one. */
  constructor(buffer: SharedArrayBuffer, env: RingCallerEnv, spinMs: number) {
    this.#memory = new RingMemory(buffer);
    const { words, calls, answers } = this.#memory;
    this.#calls = new RecordQueue(calls, { words, headAt: WORD.callHead, tailAt: WORD.callTail });
    this.#answers = new RecordQueue(answers, { words, headAt: WORD.answerHead, tailAt: WORD.answerTail });
    this.#env = env;
    this.#spin = new Spin(spinMs, LOOKS_AT_ONCE);
  }

  get pending(): number {
    return this.#waiting.size + this.#asked.size;
  }

  call(input: Bytes): Promise<CallEnd> {
    const refusal = this.#end ?? refusalOfInput(input, this.pending, this.#waiting.bytes);
    if (refusal) return Promise.resolve(refusal);
    return new Promise((resolve) => {
      const call = { input, resolve };
      if (this.#waiting.size === 0 && this.#put(input)) this.#asked.push(call);
      else this.#waiting.push(call);
      this.#wakeServer();
      if (this.#isDue) return;
      this.#isDue = true;
      void Promise.resolve().then(() => {
        this.#isDue = false;
        this.#look();
      });
    });
  }

  over(end: CallEnd): void {
    this.#drain();
    this.#end ??= end;
    this.#asked.settleAll(this.#end);
    this.#waiting.settleAll(this.#end);
  }

  /** Looks for the answer a moment, once all that is asked in this turn is in the ring, then waits for it. */
  #look(): void {
    if (this.pending === 1 && this.#spin.look(this.#env.nowMs, () => !this.#answers.isEmpty)) this.#drain();
    if (this.pending > 0 && !this.#isWatching) void this.#watch();
  }

  #put(input: Bytes): boolean {
    return this.#calls.put(0, 0, input);
  }

  #wakeServer(): void {
    const { words } = this.#memory;
    if (Atomics.load(words, WORD.isServerParked) === 0) return;
    Atomics.add(words, WORD.callBell, 1);
    Atomics.notify(words, WORD.callBell);
  }

  /** Settles what is answered, puts in what has waited for room, and sees whether it is all over. */
  #drain(): void {
    for (let answer = this.#answers.take(); answer; answer = this.#answers.take()) {
      const code = CALL_CODES[answer.code] ?? 'internal';
      this.#asked.shift()?.resolve({ code, fuelUsed: answer.fuelUsed, output: answer.bytes });
    }
    let isAnyPut = false;
    for (let next = this.#waiting.first(); next && this.#put(next.input); next = this.#waiting.first()) {
      this.#asked.push(next);
      this.#waiting.shift();
      isAnyPut = true;
    }
    if (isAnyPut || this.#asked.size > 0) this.#wakeServer();
    const state = Atomics.load(this.#memory.words, WORD.state);
    if (state !== 0 && this.#end === undefined) {
      const code = CALL_CODES[state] ?? 'internal';
      this.#end = callFailed(failure(code === 'succeeded' ? 'internal' : code, WHY[code] ?? 'the warm tasklet ended'));
    }
    if (this.#end && this.#answers.isEmpty) {
      this.#asked.settleAll(this.#end);
      this.#waiting.settleAll(this.#end);
    }
  }

  /** Waits for answers while any are due; one of these at a time. */
  async #watch(): Promise<void> {
    this.#isWatching = true;
    const { words } = this.#memory;
    for (;;) {
      const bell = Atomics.load(words, WORD.answerBell);
      Atomics.store(words, WORD.isCallerParked, 1);
      this.#drain();
      if (this.pending === 0) break;
      await this.#env.waits.wait(words, WORD.answerBell, bell, WARM_LIMITS.waitSliceMs);
    }
    Atomics.store(words, WORD.isCallerParked, 0);
    this.#isWatching = false;
  }
}

/** What is said where only the number of the end is known. */
const WHY: Readonly<Partial<Record<CallEnd['code'], string>>> = {
  lease_expired: 'a lease of the warm tasklet ran out',
  revoked: 'a lease of the warm tasklet was taken back',
  cancelled: 'the warm tasklet was closed',
  deadline_exceeded: 'a call took longer than it may, which ended the warm tasklet',
  worker_died: 'the worker of the warm tasklet stopped',
};
