import { FabricError } from '../../core/index.ts';
import { Arena, readVec, VEC_HEADER_BYTES, type LocalBytes } from '../../memory/index.ts';
import type { ElementArray } from '../codec.ts';
import { explainFault, requireLive, type StructureClient } from '../structure-client.ts';
import { openVec, type VecRequests } from './vec-requests.ts';

/** A vec without promises. Throws FabricError. */
export interface VecSync<T> {
  readonly length: number;
  readonly capacity: number;
  /** The element, or undefined past the end. */
  get(index: number): T | undefined;
  /** Replaces the element at `index`, which there must be. */
  set(index: number, value: T): void;
  /** Appends an element; false when there is no room. */
  push(value: T): boolean;
  /** Takes the last element away; undefined when there is none. */
  pop(): T | undefined;
}

/** A vec of any elements, by calls. */
export class LocalVec<T> implements VecSync<T> {
  readonly capacity: number;
  readonly #local: LocalBytes;
  readonly #client: StructureClient;
  readonly #requests: VecRequests<T>;

  constructor(local: LocalBytes, client: StructureClient, requests: VecRequests<T>, capacity: number) {
    this.#local = local;
    this.#client = client;
    this.#requests = requests;
    this.capacity = capacity;
  }

  get length(): number {
    return this.#client.callNow(this.#local, openVec(this.#requests.shape)).length;
  }

  get(index: number): T | undefined {
    if (!isIndex(index)) return undefined;
    return this.#client.callNow(this.#local, this.#requests.get(index, 1, 0))[0];
  }

  set(index: number, value: T): void {
    if (!isIndex(index)) throw noSuchElement(index);
    this.#client.callNow(this.#local, this.#requests.set(index, [this.#encode(value)]));
  }

  push(value: T): boolean {
    return this.#client.callNow(this.#local, this.#requests.push([this.#encode(value)])).pushed === 1;
  }

  pop(): T | undefined {
    return this.#client.callNow(this.#local, this.#requests.pop(1))[0];
  }

  #encode(value: T): Uint8Array {
    return this.#requests.codec.encode(value);
  }
}

/**
 * A vec of raw numbers, indexed where they lie. Reading and replacing a number is one aligned access and takes no lock: one
 * sees an old number or a new one, never half of each. What changes the length is under the structure lock.
 */
export class NumberVec<T> implements VecSync<T> {
  readonly capacity: number;
  readonly #local: LocalBytes;
  readonly #arena: Arena;
  readonly #base: number;
  readonly #elements: ElementArray<T>;
  readonly #words: Uint32Array;
  readonly #lengthAt: number;

  constructor(
    local: LocalBytes,
    base: number,
    capacity: number,
    arrayOver: (data: Uint8Array, offset: number, count: number) => ElementArray<T>,
  ) {
    this.#local = local;
    this.#arena = new Arena(local.bytes);
    this.#base = base;
    this.#elements = arrayOver(local.bytes, base + VEC_HEADER_BYTES, capacity);
    this.#words = local.u32;
    this.#lengthAt = base / 4;
    this.capacity = capacity;
  }

  get length(): number {
    requireLive(this.#local);
    return this.#words[this.#lengthAt] ?? 0;
  }

  get(index: number): T | undefined {
    if (this.#local.status() !== 0 || index >= (this.#words[this.#lengthAt] ?? 0)) return this.#nothing();
    return this.#elements[index];
  }

  set(index: number, value: T): void {
    if (index >>> 0 !== index || index >= (this.#words[this.#lengthAt] ?? 0) || this.#local.status() !== 0) {
      this.#refuse(index);
    }
    this.#elements[index] = value;
  }

  push(value: T): boolean {
    return this.#locked((length) => {
      if (length >= this.capacity) return false;
      this.#elements[length] = value;
      this.#arena.setU64(this.#base, length + 1);
      return true;
    });
  }

  pop(): T | undefined {
    return this.#locked((length) => {
      if (length === 0) return undefined;
      this.#arena.setU64(this.#base, length - 1);
      return this.#elements[length - 1];
    });
  }

  /** These two stand apart because engines are slow to take a function with a throw in it into its caller. */
  #nothing(): undefined {
    requireLive(this.#local);
  }

  #refuse(index: number): never {
    requireLive(this.#local);
    throw noSuchElement(index);
  }

  #locked<R>(change: (length: number) => R): R {
    const local = this.#local;
    local.enter();
    try {
      requireLive(local);
      return change(Math.min(readVec(this.#arena, this.#base).length, this.capacity));
    } catch (error) {
      return explainFault(error);
    } finally {
      local.leave();
    }
  }
}

function isIndex(index: number): boolean {
  return Number.isSafeInteger(index) && index >= 0;
}

function noSuchElement(index: number): FabricError {
  return new FabricError({ code: 'invalid_argument', message: `no element ${index} to set` });
}
