import { failure, WARM_LIMITS, type Bytes } from '../../core/index.ts';
import { callFailed, type CallEnd } from './call-end.ts';

/** A way to an instance: calls in order, each of which settles, and never rejects. */
export interface Caller {
  /** Calls under way or waiting. */
  readonly pending: number;
  call(input: Bytes): Promise<CallEnd>;
  /** It is over: what is not answered yet, and whatever is asked from now on, hears `end`. */
  over(end: CallEnd): void;
}

export interface AskedCall {
  readonly input: Bytes;
  readonly resolve: (end: CallEnd) => void;
}

const COMPACT_AT = 1_024;

/** Calls first in, first out, and the bytes of their inputs. */
export class CallQueue {
  #calls: AskedCall[] = [];
  #first = 0;
  #bytes = 0;

  get size(): number {
    return this.#calls.length - this.#first;
  }

  get bytes(): number {
    return this.#bytes;
  }

  first(): AskedCall | undefined {
    return this.#calls[this.#first];
  }

  push(call: AskedCall): void {
    this.#calls.push(call);
    this.#bytes += call.input.length;
  }

  shift(): AskedCall | undefined {
    const call = this.#calls[this.#first];
    if (!call) return undefined;
    this.#first++;
    this.#bytes -= call.input.length;
    if (this.#first === this.#calls.length || this.#first >= COMPACT_AT) {
      this.#calls = this.#calls.slice(this.#first);
      this.#first = 0;
    }
    return call;
  }

  settleAll(end: CallEnd): void {
    for (let call = this.shift(); call; call = this.shift()) call.resolve(end);
  }
}

/** Why an input is not even asked for. */
export function refusalOfInput(input: Bytes, pending: number, queuedBytes: number): CallEnd | undefined {
  const { callBytesMax, queuedCallsMax, queuedBytesMax } = WARM_LIMITS;
  if (input.length > callBytesMax) {
    const message = `the input of a call is at most ${callBytesMax} bytes; this one has ${input.length}`;
    return callFailed(failure('input_too_large', message));
  }
  if (pending < queuedCallsMax && queuedBytes + input.length <= queuedBytesMax) return undefined;
  return callFailed(failure('capacity_exceeded', 'too many calls wait for this instance; await some first'));
}
