import { forgetOldest } from '../core/index.ts';

/**
 * Somewhere to keep values by name, across reloads where the host can. Keys are ids; values are plain data.
 * Promises: what `put` resolved for, `get` answers; beyond its bound the oldest values go first.
 */
export interface Store<Value> {
  get(key: string): Promise<Value | undefined>;
  put(key: string, value: Value): Promise<void>;
  /** Newest first, at most `limit`. */
  newest(limit: number): Promise<readonly Value[]>;
}

/** The twin of the browser's store: keeps the newest `valuesMax` values in memory. */
export class MemoryStore<Value> implements Store<Value> {
  readonly #valuesMax: number;
  readonly #values = new Map<string, Value>();

  constructor(valuesMax: number) {
    this.#valuesMax = valuesMax;
  }

  get(key: string): Promise<Value | undefined> {
    return Promise.resolve(this.#values.get(key));
  }

  put(key: string, value: Value): Promise<void> {
    this.#values.delete(key);
    this.#values.set(key, value);
    forgetOldest(this.#values, this.#valuesMax);
    return Promise.resolve();
  }

  newest(limit: number): Promise<readonly Value[]> {
    return Promise.resolve([...this.#values.values()].reverse().slice(0, limit));
  }
}
