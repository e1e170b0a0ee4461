import { FabricError } from '../../core/index.ts';
import { Arena, HEADER_BYTES, readVec, REGION_FIELD, VEC_HEADER_BYTES, type LocalBytes } from '../../memory/index.ts';
import type { ArrayOver } from '../codec.ts';
import { explainFault, requireLive, type StructureClient } from '../structure-client.ts';
import { openVec, type VecRequests } from './vec-requests.ts';

/** A vec without promises. Throws FabricError. */
export interface VecSync<T> {
  length(): number;
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

  length(): number {
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

/** Places from here on are outside of every array of numbers. */
export const NUMBERS_MAX = 2 ** 31;

/**
 * A vec of raw numbers, up to `NUMBERS_MAX`, indexed where they lie; of a region that is live. Reading and replacing a number is
 * one aligned access and takes no lock: one sees an old number or a new one, never half of each. What changes the length
 * is under the structure lock.
 *
 * Each access reads the region's gate and the length, and checks both without a branch: a gate that is shut or an index past
 * the end moves the place out of the array, where the engine's own check of the range finds it. It is made of closures,
 * too, whose variables engines take for constants (ARCHITECTURE.md, decision 41).
 */
export function numberVec<T>(local: LocalBytes, base: number, capacity: number, arrayOver: ArrayOver<T>): VecSync<T> {
  const { words } = local;
  const { gate } = REGION_FIELD;
  const lengthAt = (HEADER_BYTES + base) / 4;
  const elements = arrayOver(local.bytes, base + VEC_HEADER_BYTES, capacity);
  const arena = new Arena(local.bytes);
  const nothing = (): undefined => {
    requireLive(local);
  };
  const refuse = (index: number): never => {
    requireLive(local);
    throw noSuchElement(index);
  };
  return {
    capacity,
    length() {
      requireLive(local);
      return Math.max(words[lengthAt] ?? 0, 0);
    },
    get(index) {
      const refusal = (((((words[lengthAt] ?? 0) + ~index) | (words[gate] ?? 0)) & ~index) >> 31) << 31;
      const element = elements[index + refusal];
      return element === undefined ? nothing() : element;
    },
    set(index, value) {
      const refusal = (((((words[lengthAt] ?? 0) + ~index) | (words[gate] ?? 0)) & ~index) >> 31) << 31;
      const place = index + refusal;
      if (elements[place] === undefined) refuse(index);
      elements[place] = value;
    },
    push: (value) =>
      changed(local, arena, base, (length) => {
        if (length >= capacity) return false;
        elements[length] = value;
        arena.setU64(base, length + 1);
        return true;
      }),
    pop: () =>
      changed(local, arena, base, (length) => {
        if (length === 0 || length > capacity) return undefined;
        arena.setU64(base, length - 1);
        return elements[length - 1];
      }),
  };
}

/** Changes the length of a vec under the structure lock. */
function changed<R>(local: LocalBytes, arena: Arena, base: number, change: (length: number) => R): R {
  local.enter();
  try {
    requireLive(local);
    return change(readVec(arena, base).length);
  } catch (error) {
    return explainFault(error);
  } finally {
    local.leave();
  }
}

function isIndex(index: number): boolean {
  return Number.isSafeInteger(index) && index >= 0;
}

function noSuchElement(index: number): FabricError {
  return new FabricError({ code: 'invalid_argument', message: `no element ${index} to set` });
}
