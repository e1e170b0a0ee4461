import { failure, WARM_LIMITS } from '../../../core/index.ts';
import { callFailed, numberOfCode } from '../call-end.ts';
import type { KeptInstance } from '../kept-instance.ts';
import type { Transcript } from '../transcript.ts';
import { RingMemory, WORD } from './layout.ts';
import { RecordQueue } from './record-queue.ts';
import { Spin } from './spin.ts';

export interface RingServerEnv {
  /** The clock that all threads of a tab share. */
  readonly nowMs: () => number;
  /** Stands still until the word is no longer `expected`, somebody notifies it, or for `timeoutMs`. */
  park(words: Int32Array<SharedArrayBuffer>, index: number, expected: number, timeoutMs: number): unknown;
}

const LOOKS_AT_ONCE = 64;
const OVER = callFailed(failure('lease_expired', 'a lease of the warm tasklet ran out'));

/**
 * The instance's end of the shared memory: does call after call in the thread it stands in.
 * Before each call it looks at the word that its cell may change at any moment, and at the deadline of the leases.
 */
export class RingServer {
  readonly #memory: RingMemory;
  readonly #calls: RecordQueue;
  readonly #answers: RecordQueue;
  readonly #env: RingServerEnv;
  readonly #spin = new Spin(WARM_LIMITS.workerSpinMs, LOOKS_AT_ONCE);

  constructor(buffer: SharedArrayBuffer, env: RingServerEnv) {
    this.#memory = new RingMemory(buffer);
    const { words, calls, answers } = this.#memory;
    this.#calls = new RecordQueue(calls, { words, headAt: WORD.callHead, tailAt: WORD.callTail });
    this.#answers = new RecordQueue(answers, { words, headAt: WORD.answerHead, tailAt: WORD.answerTail });
    this.#env = env;
  }

  /** Does something that counts as a call under way: its cell ends this thread when it takes too long. */
  guard<T>(act: () => T): T {
    const { words } = this.#memory;
    this.#begin(this.#env.nowMs());
    const done = act();
    Atomics.store(words, WORD.callsEnded, Atomics.load(words, WORD.callsBegun));
    return done;
  }

  /** Answers when its cell asks for the end. */
  serve(instance: KeptInstance, transcript: Transcript): void {
    const { words, baseMs } = this.#memory;
    this.publish(instance, transcript);
    for (;;) {
      const bell = Atomics.load(words, WORD.callBell);
      const call = this.#calls.take();
      if (call) {
        const nowMs = this.#env.nowMs();
        if (Atomics.load(words, WORD.state) !== 0) return;
        if (nowMs - baseMs >= Atomics.load(words, WORD.deadlineMs)) {
          this.#answer(numberOfCode(OVER.code), 0, OVER.output);
          continue;
        }
        this.#begin(nowMs);
        const end = instance.call(call.bytes);
        Atomics.store(words, WORD.callsEnded, Atomics.load(words, WORD.callsBegun));
        transcript.add(call.bytes, end);
        this.publish(instance, transcript);
        this.#answer(numberOfCode(end.code), end.fuelUsed, end.output);
        continue;
      }
      if (Atomics.load(words, WORD.state) !== 0 || Atomics.load(words, WORD.finish) !== 0) return;
      this.#rest(bell);
    }
  }

  /** Writes down how far the transcript is, so that it outlives this thread. */
  publish(instance: KeptInstance, { calls, head }: Transcript): void {
    this.#memory.place(calls).write(calls, instance.fuelUsed, head);
    Atomics.store(this.#memory.words, WORD.published, calls | 0);
  }

  #begin(nowMs: number): void {
    const { words, baseMs } = this.#memory;
    Atomics.store(words, WORD.begunAtMs, Math.floor(nowMs - baseMs));
    Atomics.add(words, WORD.callsBegun, 1);
  }

  #answer(code: number, fuelUsed: number, output: Uint8Array): void {
    const { words } = this.#memory;
    for (;;) {
      const bell = Atomics.load(words, WORD.callBell);
      if (this.#answers.put(code, fuelUsed, output)) break;
      if (Atomics.load(words, WORD.state) !== 0) return;
      this.#wake();
      this.#park(bell, () => this.#answers.hasRoomFor(output.length));
    }
    this.#wake();
  }

  /** Wakes the caller where it waits for that. */
  #wake(): void {
    const { words } = this.#memory;
    if (Atomics.load(words, WORD.isCallerParked) === 0) return;
    Atomics.store(words, WORD.isCallerParked, 0);
    Atomics.add(words, WORD.answerBell, 1);
    Atomics.notify(words, WORD.answerBell);
  }

  /** Looks for the next call a little longer, then stands still until the bell rings. */
  #rest(bell: number): void {
    if (this.#spin.look(this.#env.nowMs, () => !this.#calls.isEmpty)) return;
    this.#park(bell, () => !this.#calls.isEmpty);
  }

  #park(bell: number, isDue: () => boolean): void {
    const { words } = this.#memory;
    Atomics.store(words, WORD.isServerParked, 1);
    if (!isDue()) this.#env.park(words, WORD.callBell, bell, WARM_LIMITS.waitSliceMs);
    Atomics.store(words, WORD.isServerParked, 0);
  }
}
