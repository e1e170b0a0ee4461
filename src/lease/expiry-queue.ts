/** A heap of deadlines with one entry a key: the earliest is at hand, any can be moved or removed. */
export class ExpiryQueue<Key> {
  readonly #heap: { readonly key: Key; atMs: number }[] = [];
  readonly #places = new Map<Key, number>();

  get size(): number {
    return this.#heap.length;
  }

  /** The earliest deadline, or undefined when there is none. */
  nextAtMs(): number | undefined {
    return this.#heap[0]?.atMs;
  }

  /** Adds `key`, or moves its deadline. */
  set(key: Key, atMs: number): void {
    const place = this.#places.get(key);
    const entry = place === undefined ? undefined : this.#heap[place];
    if (place === undefined || !entry) {
      this.#heap.push({ key, atMs });
      this.#places.set(key, this.#heap.length - 1);
      this.#rise(this.#heap.length - 1);
      return;
    }
    entry.atMs = atMs;
    this.#rise(place);
    this.#sink(this.#places.get(key) ?? place);
  }

  delete(key: Key): void {
    const place = this.#places.get(key);
    if (place === undefined) return;
    const last = this.#heap.length - 1;
    this.#swap(place, last);
    this.#heap.pop();
    this.#places.delete(key);
    if (place === last) return;
    this.#rise(place);
    this.#sink(place);
  }

  /** Removes and answers every key due at `nowMs`, earliest first. */
  takeDue(nowMs: number): Key[] {
    const due: Key[] = [];
    for (let first = this.#heap[0]; first && first.atMs <= nowMs; first = this.#heap[0]) {
      due.push(first.key);
      this.delete(first.key);
    }
    return due;
  }

  #rise(place: number): void {
    let child = place;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (this.#atMs(parent) <= this.#atMs(child)) return;
      this.#swap(parent, child);
      child = parent;
    }
  }

  #sink(place: number): void {
    let parent = place;
    for (;;) {
      const left = 2 * parent + 1;
      const right = left + 1;
      const child = this.#atMs(right) < this.#atMs(left) ? right : left;
      if (this.#atMs(parent) <= this.#atMs(child)) return;
      this.#swap(parent, child);
      parent = child;
    }
  }

  /** Past the end counts as never, so that a missing child never rises. */
  #atMs(place: number): number {
    return this.#heap[place]?.atMs ?? Infinity;
  }

  #swap(left: number, right: number): void {
    const first = this.#heap[left];
    const second = this.#heap[right];
    if (!first || !second || left === right) return;
    this.#heap[left] = second;
    this.#heap[right] = first;
    this.#places.set(second.key, left);
    this.#places.set(first.key, right);
  }
}
