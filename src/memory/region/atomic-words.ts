import { OPERATION, type AtomicCode } from '../batch/index.ts';
import type { AtomicWord } from '../region.ts';

/** The atomics of one width over the one operation that all of them are. */
export class AtomicWords<Value extends number | bigint> implements AtomicWord<Value> {
  readonly #zero: Value;
  readonly #perform: (code: AtomicCode, offset: number, value: Value, replacement: Value) => Promise<Value>;

  constructor(
    zero: Value,
    perform: (code: AtomicCode, offset: number, value: Value, replacement: Value) => Promise<Value>,
  ) {
    this.#zero = zero;
    this.#perform = perform;
  }

  load(offset: number): Promise<Value> {
    return this.#perform(OPERATION.load, offset, this.#zero, this.#zero);
  }

  store(offset: number, value: Value): Promise<Value> {
    return this.#perform(OPERATION.store, offset, value, this.#zero);
  }

  add(offset: number, value: Value): Promise<Value> {
    return this.#perform(OPERATION.add, offset, value, this.#zero);
  }

  sub(offset: number, value: Value): Promise<Value> {
    return this.#perform(OPERATION.sub, offset, value, this.#zero);
  }

  and(offset: number, value: Value): Promise<Value> {
    return this.#perform(OPERATION.and, offset, value, this.#zero);
  }

  or(offset: number, value: Value): Promise<Value> {
    return this.#perform(OPERATION.or, offset, value, this.#zero);
  }

  xor(offset: number, value: Value): Promise<Value> {
    return this.#perform(OPERATION.xor, offset, value, this.#zero);
  }

  exchange(offset: number, value: Value): Promise<Value> {
    return this.#perform(OPERATION.exchange, offset, value, this.#zero);
  }

  compareExchange(offset: number, expected: Value, replacement: Value): Promise<Value> {
    return this.#perform(OPERATION.compareExchange, offset, expected, replacement);
  }
}
