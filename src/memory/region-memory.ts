import { assert, err, ok, type Result } from '../core/index.ts';
import {
  CountedResource,
  type Binding,
  type BindingEnd,
  type LeaseDenial,
  type ResourceCapacity,
  type ResourceProvider,
} from '../lease/index.ts';
import { REGION_STATE, RegionHeader, regionBufferBytes, type RegionBuffer } from './local/index.ts';

/** Makes the zeroed buffer of a region; undefined when the host has no such piece. */
export type AllocateRegion = (sizeBytes: number) => RegionBuffer | undefined;

/**
 * Memory as a resource: bytes that are counted, and a buffer for each lease that is used as a region, made when it is
 * first opened and given up at its end. No two leases ever share a buffer, so nothing of one can be seen by another.
 */
export class RegionMemory implements ResourceProvider {
  readonly kind = 'mem';
  readonly #counted: CountedResource;
  readonly #allocate: AllocateRegion;
  /** By epoch, which no two bindings share. */
  readonly #buffers = new Map<number, RegionBuffer>();

  constructor(totalBytes: number, allocate: AllocateRegion) {
    this.#counted = new CountedResource('mem', totalBytes, 'bytes');
    this.#allocate = allocate;
  }

  capacity(): ResourceCapacity {
    return this.#counted.capacity();
  }

  acquire(quantity: number): Result<Binding, LeaseDenial> {
    return this.#counted.acquire(quantity);
  }

  admits(binding: Binding): boolean {
    return this.#counted.admits(binding);
  }

  /** The buffer of a binding, live from now on. Only for bindings that are admitted. */
  open(binding: Binding, generation: number): Result<RegionBuffer, LeaseDenial> {
    assert(this.admits(binding), 'a region is opened while its lease lives');
    const opened = this.#buffers.get(binding.epoch);
    if (opened) return ok(opened);
    const buffer = this.#allocate(regionBufferBytes(binding.quantity));
    if (!buffer) {
      const message = `this browser has no ${binding.quantity} bytes in one piece now`;
      return err({ code: 'capacity_exceeded', message });
    }
    new RegionHeader(buffer).begin(binding.epoch, generation, binding.quantity);
    this.#buffers.set(binding.epoch, buffer);
    return ok(buffer);
  }

  renewed({ epoch }: Pick<Binding, 'epoch'>, generation: number): void {
    const buffer = this.#buffers.get(epoch);
    if (buffer) new RegionHeader(buffer).renewed(generation);
  }

  /** Says to whoever shares the bytes how it ended, then zeroes them. */
  cut(binding: Binding, end: BindingEnd = 'freed'): void {
    this.#counted.cut(binding);
    const buffer = this.#buffers.get(binding.epoch);
    if (!buffer) return;
    const header = new RegionHeader(buffer);
    header.end(REGION_STATE[end]);
    header.zeroData();
  }

  tearDown(): undefined {
    return undefined;
  }

  release(binding: Binding): void {
    this.#counted.release(binding);
    this.#buffers.delete(binding.epoch);
  }
}
