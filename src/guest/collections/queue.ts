// FabricQueue: first in, first out, in leased memory, between any number of tasklets and tabs.
import { ByteWriter } from '../bytes';
import { FabricMem } from '../mem';
import { decode, encode, fixedBytes, zero } from './codec';
import { LENGTH_BYTES, Structure, writeList } from './structure';

const QUEUE: u32 = 4;
const CREATE: u32 = 0;
const OPEN: u32 = 1;
const PUSH: u32 = 2;
const POP: u32 = 3;
const PEEK: u32 = 4;
const CLEAR: u32 = 5;
const HEADER_BYTES: u32 = 32;
const HEAD: u64 = 0;
const TAIL: u64 = 8;

export class FabricQueue<T> extends Structure {
  /** Whether the latest `pop`, `receive` or `peek` found an element. */
  found: bool = false;
  /** The word to wait on, as the latest call saw it. */
  private seen: u32 = 0;

  private constructor(
    mem: FabricMem,
    base: u64,
    /** How many elements it holds at most. */
    readonly capacity: u64,
    readonly stride: u32,
  ) {
    super(mem, base, QUEUE);
  }

  /**
   * Lays an empty queue out over whatever is there; for as many elements as fit when `capacity` is 0. Null when it failed: see
   * `mem.status`. `elementBytesMax` is for text and bytes.
   */
  static create<T>(mem: FabricMem, base: u64 = 0, capacity: u64 = 0, elementBytesMax: u32 = 0): FabricQueue<T> | null {
    const call = header<T>(mem, base, CREATE, elementBytesMax).u64le(capacity === 0 ? 0 : capacity + 1);
    return FabricQueue.answered<T>(mem, base, call);
  }

  /** Opens the queue that another has laid out. Null when something else is there. */
  static open<T>(mem: FabricMem, base: u64 = 0, elementBytesMax: u32 = 0): FabricQueue<T> | null {
    return FabricQueue.answered<T>(mem, base, header<T>(mem, base, OPEN, elementBytesMax));
  }

  private static answered<T>(mem: FabricMem, base: u64, call: ByteWriter): FabricQueue<T> | null {
    const answer = new Structure(mem, base, QUEUE).send(call, HEADER_BYTES);
    if (answer === null) return null;
    answer.u64();
    answer.u64();
    const slots = answer.u64();
    return new FabricQueue<T>(mem, base, slots - 1, <u32>answer.u64());
  }

  /** Puts an element at the end; false when the queue is full, with the status of success, or when it failed. */
  push(value: T): bool {
    const call = this.call(PUSH);
    writeList(call, [encode<T>(value)], 0, 1);
    const answer = this.send(call, 2 * LENGTH_BYTES);
    if (answer === null) return false;
    const pushed = answer.u32();
    this.seen = answer.u32();
    return pushed === 1;
  }

  /** Puts an element at the end as soon as there is room; false when the lease ended meanwhile. */
  put(value: T): bool {
    while (!this.push(value)) if (this.status !== 0 || !this.wait(HEAD, this.seen)) return false;
    return true;
  }

  /** Takes the first element; the zero of `T` when there is none, where `found` is false. */
  pop(): T {
    return this.first(POP);
  }

  /** Takes the first element as soon as there is one; `found` is false when the lease ended meanwhile. */
  receive(): T {
    for (;;) {
      const value = this.pop();
      if (this.found || this.status !== 0 || !this.wait(TAIL, this.seen)) return value;
    }
  }

  /** The first element, which stays. */
  peek(): T {
    return this.first(PEEK);
  }

  clear(): bool {
    return this.did(this.call(CLEAR));
  }

  private first(operation: u32): T {
    this.found = false;
    const answer = this.send(this.call(operation).u32le(1).u32le(0), 2 * LENGTH_BYTES + this.stride);
    if (answer === null) return zero<T>();
    this.seen = answer.u32();
    const items = answer.list();
    this.found = items.length > 0;
    return this.found ? decode<T>(items[0]) : zero<T>();
  }
}

function header<T>(mem: FabricMem, base: u64, operation: u32, elementBytesMax: u32): ByteWriter {
  const elementBytes = elementBytesMax === 0 ? fixedBytes<T>() : elementBytesMax;
  const stride = elementBytes === 0 ? 0 : elementBytes + LENGTH_BYTES;
  return new Structure(mem, base, QUEUE).call(operation).u32le(stride).u32le(0);
}
