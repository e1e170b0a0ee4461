import { QUEUE, type ByteReader } from '../../memory/index.ts';
import type { Codec } from '../codec.ts';
import type { StructureRequest } from '../structure-client.ts';

/** What was taken, and the word that changes when more comes. */
export interface Taken<T> {
  readonly tail: number;
  readonly values: T[];
}

/** How many were put in, and the word that changes when there is room again. */
export interface Pushed {
  readonly pushed: number;
  readonly head: number;
}

/** The calls of a queue, for elements of one type. */
export class QueueRequests<T> {
  readonly #codec: Codec<T>;

  constructor(codec: Codec<T>) {
    this.#codec = codec;
  }

  encode(value: T): Uint8Array {
    return this.#codec.encode(value);
  }

  push(encoded: readonly Uint8Array[]): StructureRequest<Pushed> {
    return {
      operation: QUEUE.push,
      write: (call) => call.list(encoded),
      read: (answer) => ({ pushed: answer.u32(), head: answer.u32() }),
    };
  }

  take(count: number, budgetBytes: number, operation: number = QUEUE.pop): StructureRequest<Taken<T>> {
    return {
      operation,
      write: (call) => call.u32(count).u32(budgetBytes),
      read: (answer) => ({ tail: answer.u32(), values: answer.list().map((element) => this.#codec.decode(element)) }),
    };
  }
}

/** Capacity and stride of a queue. */
export interface QueueHead {
  readonly capacity: number;
  readonly stride: number;
}

export function createQueue(stride: number, capacity: number): StructureRequest<QueueHead> {
  return { operation: QUEUE.create, write: (call) => call.u32(stride).u32(0).u64(capacity), read: readHead };
}

/** Of any stride when it is 0. */
export function openQueue(stride: number): StructureRequest<QueueHead & { readonly length: number }> {
  return {
    operation: QUEUE.open,
    write: (call) => call.u32(stride).u32(0),
    read: (answer) => {
      const [head, tail, capacity] = [answer.u64(), answer.u64(), answer.u64()];
      return { capacity, stride: answer.u64(), length: tail >= head ? tail - head : tail + capacity - head };
    },
  };
}

function readHead(answer: ByteReader): QueueHead {
  answer.u64();
  answer.u64();
  return { capacity: answer.u64(), stride: answer.u64() };
}
