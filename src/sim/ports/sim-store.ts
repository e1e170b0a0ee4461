import type { Store } from '../../cell/index.ts';
import type { Later } from '../time/index.ts';

/** What a profile has stored: outlives its tabs, until the browser evicts it. */
export class SimDisk<Value> {
  readonly values = new Map<string, Value>();

  evict(): void {
    this.values.clear();
  }
}

/** One tab's door to its profile's disk. What is put is there when the promise resolves, and perhaps before. */
export class SimStore<Value> implements Store<Value> {
  readonly #disk: SimDisk<Value>;
  readonly #later: Later;
  readonly #watch: (key: string, value: Value) => void;

  constructor(disk: SimDisk<Value>, later: Later, watch: (key: string, value: Value) => void) {
    this.#disk = disk;
    this.#later = later;
    this.#watch = watch;
  }

  get(key: string): Promise<Value | undefined> {
    return this.#later.answer('read', 0.5, 2, () => this.#disk.values.get(key));
  }

  put(key: string, value: Value): Promise<void> {
    return this.#later.answer('written', 0.5, 2, () => {
      this.#disk.values.set(key, value);
      this.#watch(key, value);
    });
  }

  newest(limit: number): Promise<readonly Value[]> {
    return this.#later.answer('listed', 0.5, 2, () => [...this.#disk.values.values()].reverse().slice(0, limit));
  }
}
