import { assert } from '../../core/index.ts';
import { BYTES_PER_FUEL } from '../abi.ts';

/** A tasklet's memory, as any engine shows it. `buffer` changes when the memory grows, so it is read anew each time. */
export interface TaskletMemory {
  readonly buffer: ArrayBufferLike;
}

/** The meter's global: fuel left. */
export interface FuelGlobal {
  value: bigint;
}

export type ImportFunction = (...args: never[]) => number | bigint;

/** Thrown through the tasklet's frames when an import's own charge exceeds the fuel left. */
export class HostStop extends Error {
  override readonly name = 'HostStop';
}

/** The memory and the fuel of an instance, as imports reach them: what lies in memory, and what moving it costs. */
export class GuestMemory {
  #memory: TaskletMemory | undefined;
  #fuel: FuelGlobal | undefined;

  /** Before this no import may be called. */
  bind(memory: TaskletMemory, fuel: FuelGlobal): void {
    this.#memory = memory;
    this.#fuel = fuel;
  }

  /** The bytes at (ptr, len), or undefined when they do not lie in memory. */
  range(ptr: number, len: number): Uint8Array | undefined {
    assert(this.#memory !== undefined, 'an import was called before the instance was bound');
    const { buffer } = this.#memory;
    const start = ptr >>> 0;
    const size = len >>> 0;
    return start + size <= buffer.byteLength ? new Uint8Array(buffer, start, size) : undefined;
  }

  /** The same bytes, to be read and written as numbers. */
  view(ptr: number, len: number): DataView | undefined {
    const bytes = this.range(ptr, len);
    return bytes && new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Takes the fuel for bytes that are about to move. */
  charge(movedBytes: number): void {
    assert(this.#fuel !== undefined, 'an import was called before the instance was bound');
    this.#fuel.value -= BigInt(Math.ceil(movedBytes / BYTES_PER_FUEL));
    if (this.#fuel.value < 0n) throw new HostStop('out of fuel');
  }

  fuelLeft(): bigint {
    assert(this.#fuel !== undefined, 'an import was called before the instance was bound');
    return this.#fuel.value;
  }
}
