import { failure, WARM_LIMITS, type Bytes } from '../../core/index.ts';
import type { WordWaits } from '../../memory/index.ts';
import { callFailed, RingCaller, RingControl, type CallEnd, type TranscriptEnd } from '../../tasklet/index.ts';
import type { ToTaskletWorker } from '../tasklet/index.ts';

/** The way from the cell's worker to a kept instance. */
export interface KeptLine {
  readonly buffer?: SharedArrayBuffer;
  call(input: Bytes): Promise<CallEnd>;
  /** Init is done. */
  begun(): void;
  /** A call that went as a message has ended. */
  called(end: CallEnd, transcript: TranscriptEnd): void;
  extend(remainingMs: number): void;
  finish(): void;
  over(end: CallEnd): void;
  /** For how long a call, or init, has been under way; undefined when none is. */
  underWayMs(): number | undefined;
  transcript(): TranscriptEnd;
}

/** Through shared memory, which a page of this tab may have instead. */
export class RingLine implements KeptLine {
  readonly buffer: SharedArrayBuffer;
  readonly #waits: WordWaits;
  readonly #control: RingControl;
  #caller: RingCaller | undefined;

  constructor(waits: WordWaits) {
    this.#waits = waits;
    this.#control = new RingControl(nowMs());
    this.buffer = this.#control.buffer;
  }

  call(input: Bytes): Promise<CallEnd> {
    this.#caller ??= new RingCaller(this.buffer, { nowMs, waits: this.#waits }, WARM_LIMITS.callerSpinMs);
    return this.#caller.call(input);
  }

  begun(): void {
    // The instance looks into the shared memory by itself.
  }

  called(): void {
    // Nor does it send its answers.
  }

  extend(remainingMs: number): void {
    this.#control.extend(nowMs() + remainingMs);
  }

  finish(): void {
    this.#control.finish();
  }

  over(end: CallEnd): void {
    this.#control.end(end.code);
    this.#caller?.over(end);
  }

  underWayMs(): number | undefined {
    const sinceMs = this.#control.underWaySinceMs();
    return sinceMs === undefined ? undefined : nowMs() - sinceMs;
  }

  transcript(): TranscriptEnd {
    return this.#control.transcript();
  }
}

/** By messages, one call at a time, so that its begin is known. */
export class MessageLine implements KeptLine {
  readonly #worker: Worker;
  readonly #waiting: { readonly input: Bytes; readonly resolve: (end: CallEnd) => void }[] = [];
  #underWay: ((end: CallEnd) => void) | undefined;
  #sinceMs: number | undefined = nowMs();
  #untilMs = 0;
  #isFinishing = false;
  #isOpen = false;
  #transcript: TranscriptEnd;

  constructor(worker: Worker, begin: TranscriptEnd) {
    this.#worker = worker;
    this.#transcript = begin;
  }

  call(input: Bytes): Promise<CallEnd> {
    if (this.#waiting.length >= WARM_LIMITS.heldCallsMax) {
      return Promise.resolve(callFailed(failure('capacity_exceeded', 'too many calls wait for this instance')));
    }
    return new Promise((resolve) => {
      this.#waiting.push({ input, resolve });
      this.#next();
    });
  }

  begun(): void {
    this.#isOpen = true;
    this.#sinceMs = undefined;
    this.#next();
  }

  called(end: CallEnd, transcript: TranscriptEnd): void {
    this.#transcript = transcript;
    this.#sinceMs = undefined;
    this.#underWay?.(end);
    this.#underWay = undefined;
    this.#next();
  }

  extend(remainingMs: number): void {
    this.#untilMs = nowMs() + remainingMs;
  }

  finish(): void {
    this.#isFinishing = true;
    this.#next();
  }

  over(end: CallEnd): void {
    this.#underWay?.(end);
    for (const { resolve } of this.#waiting.splice(0)) resolve(end);
  }

  underWayMs(): number | undefined {
    return this.#sinceMs === undefined ? undefined : nowMs() - this.#sinceMs;
  }

  transcript(): TranscriptEnd {
    return this.#transcript;
  }

  #next(): void {
    if (!this.#isOpen || this.#underWay) return;
    const call = this.#waiting.shift();
    if (!call) {
      if (this.#isFinishing) this.#begin({ kind: 'finish' }, () => undefined);
      return;
    }
    if (nowMs() >= this.#untilMs) {
      call.resolve(callFailed(failure('lease_expired', 'a lease of the warm tasklet ran out')));
      return this.#next();
    }
    // A view would take the whole message along that it is a part of.
    this.#begin({ kind: 'call', input: call.input.slice() }, call.resolve);
  }

  #begin(message: ToTaskletWorker, ended: (end: CallEnd) => void): void {
    this.#sinceMs = nowMs();
    this.#underWay = ended;
    this.#worker.postMessage(message);
  }
}

/** The same in every thread of the browser. */
function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
