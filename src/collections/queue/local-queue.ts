import type { LocalBytes } from '../../memory/index.ts';
import type { QueueRequests } from './queue-requests.ts';
import type { StructureClient } from '../structure-client.ts';

/** A queue without promises. Throws FabricError. */
export interface QueueSync<T> {
  /** Puts an element at the end; false when the queue is full. */
  push(value: T): boolean;
  /** Takes the first element; undefined when the queue is empty. */
  pop(): T | undefined;
}

export class LocalQueue<T> implements QueueSync<T> {
  readonly #local: LocalBytes;
  readonly #client: StructureClient;
  readonly #requests: QueueRequests<T>;

  constructor(local: LocalBytes, client: StructureClient, requests: QueueRequests<T>) {
    this.#local = local;
    this.#client = client;
    this.#requests = requests;
  }

  push(value: T): boolean {
    return this.#client.callNow(this.#local, this.#requests.push([this.#requests.encode(value)])).pushed === 1;
  }

  pop(): T | undefined {
    return this.#client.callNow(this.#local, this.#requests.take(1, 0)).values[0];
  }
}
