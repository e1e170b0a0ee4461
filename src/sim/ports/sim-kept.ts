import { failure, type Bytes, type Env, type FabricFailure, type Timer } from '../../core/index.ts';
import {
  callFailed,
  callSucceeded,
  isInTranscript,
  Transcript,
  type AdmittedTasklet,
  type CallEnd,
  type KeepOrder,
  type KeptEnd,
  type KeptTasklet,
} from '../../tasklet/index.ts';

interface AskedCall {
  readonly input: Bytes;
  readonly resolve: (end: CallEnd) => void;
}

/** What a tasklet does with a call, and how long it takes; undefined when it never ends. */
export type Play = (input: Bytes) => { readonly end: CallEnd; readonly durationMs: number } | undefined;

/** A kept instance in simulated time: the same order, bounds, deadline and transcript as in a worker. */
export class SimKept implements KeptTasklet {
  readonly opened: Promise<CallEnd>;
  readonly ended: Promise<KeptEnd>;
  readonly #env: Pick<Env, 'clock' | 'timers'>;
  readonly #order: KeepOrder;
  readonly #play: Play;
  readonly #transcript: Transcript;
  readonly #waiting: AskedCall[] = [];
  #settle: (end: KeptEnd) => void = () => undefined;
  #underWay: AskedCall | undefined;
  #timer: Timer | undefined;
  #untilMs: number;
  #fuelUsed = 0;
  #isFinishing = false;
  #over: CallEnd | undefined;

  constructor({ hash: module }: AdmittedTasklet, order: KeepOrder, env: Pick<Env, 'clock' | 'timers'>, play: Play) {
    this.#env = env;
    this.#order = order;
    this.#play = play;
    this.#transcript = new Transcript({ ...order, module });
    this.#untilMs = env.clock.nowMs() + order.remainingMs;
    this.opened = Promise.resolve(callSucceeded(new Uint8Array(0), 0));
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  call(input: Bytes): Promise<CallEnd> {
    if (this.#over) return Promise.resolve(this.#over);
    return new Promise((resolve) => {
      this.#waiting.push({ input, resolve });
      this.#next();
    });
  }

  extend(remainingMs: number): void {
    this.#untilMs = this.#env.clock.nowMs() + remainingMs;
  }

  finish(): void {
    this.#isFinishing = true;
    this.#next();
  }

  stop(cause: FabricFailure): void {
    this.#conclude(callFailed(cause), cause);
  }

  #next(): void {
    if (this.#over || this.#underWay) return;
    const call = this.#waiting.shift();
    if (!call) {
      if (this.#isFinishing) this.#conclude(callFailed(failure('cancelled', 'the warm tasklet was closed')));
      return;
    }
    if (this.#env.clock.nowMs() >= this.#untilMs) {
      call.resolve(callFailed(failure('lease_expired', 'a lease of the warm tasklet ran out')));
      return this.#next();
    }
    const played = this.#play(call.input);
    this.#underWay = call;
    if (!played || played.durationMs > this.#order.callMs) {
      const cause = failure('deadline_exceeded', `a call took longer than ${this.#order.callMs} ms`);
      this.#timer = this.#env.timers.after(this.#order.callMs, () => this.stop(cause));
    } else if (played.durationMs > 0) {
      this.#timer = this.#env.timers.after(played.durationMs, () => this.#done(call, played.end));
    } else this.#done(call, played.end);
  }

  #done(call: AskedCall, end: CallEnd): void {
    this.#underWay = undefined;
    if (this.#over) return;
    this.#fuelUsed += end.fuelUsed;
    if (isInTranscript(end)) this.#transcript.add(call.input, end);
    call.resolve(end);
    this.#next();
  }

  #conclude(over: CallEnd, error?: FabricFailure): void {
    if (this.#over) return;
    this.#over = over;
    this.#timer?.cancel();
    for (const { resolve } of [...(this.#underWay ? [this.#underWay] : []), ...this.#waiting.splice(0)]) resolve(over);
    const { calls, head } = this.#transcript;
    this.#settle({ calls, fuelUsed: this.#fuelUsed, head, ...(error ? { error } : {}) });
  }
}
