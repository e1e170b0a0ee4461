import { assert, err, ok, type Result } from '../core/index.ts';
import type { Binding, BindingEnd, LeaseDenial, LeaseKind } from './lease.ts';

/**
 * One kind of resource that a cell can lend: the port by which every kind plugs in. The lessor asks; the provider alone
 * knows what there is.
 * 1. `acquire` binds something that no live binding overlaps, under a higher epoch than any before.
 * 2. From `cut` on, `admits` refuses the binding: the resource remembers the highest epoch and refuses lower ones,
 *    whatever anybody else believes.
 * 3. `release` gives it back; nothing of its last use can be seen afterwards, for `tearDown` has seen to that.
 */
export interface ResourceProvider {
  readonly kind: LeaseKind;
  capacity(): ResourceCapacity;
  acquire(quantity: number): Result<Binding, LeaseDenial>;
  /** Whether an operation under this binding may touch the resource. */
  admits(binding: Binding): boolean;
  /** Ends a binding at once; harmless when it has ended, but that a fence may still be its `end`. */
  cut(binding: Binding, end?: BindingEnd): void;
  /** Clears a cut binding for its next use (zeroes it, destroys the device). Undefined when there is nothing to do. */
  tearDown(binding: Binding): Promise<void> | undefined;
  /** Takes a cut binding back. */
  release(binding: Binding): void;
}

export interface ResourceCapacity {
  readonly total: number;
  readonly free: number;
}

/**
 * A resource that is only counted, such as worker slots, or bytes of memory that the engine allocates, fresh and zeroed,
 * for every run.
 */
export class CountedResource implements ResourceProvider {
  readonly kind: LeaseKind;
  readonly #total: number;
  readonly #unit: string;
  readonly #fences = new ResourceFences();
  #taken = 0;

  constructor(kind: LeaseKind, total: number, unit: string) {
    assert(Number.isSafeInteger(total) && total >= 0, 'a capacity is a whole number');
    this.kind = kind;
    this.#total = total;
    this.#unit = unit;
  }

  capacity(): ResourceCapacity {
    return { total: this.#total, free: this.#total - this.#taken };
  }

  acquire(quantity: number): Result<Binding, LeaseDenial> {
    const denial = this.#denial(quantity);
    if (denial) return err(denial);
    this.#taken += quantity;
    return ok({ ...this.#fences.bind(), quantity });
  }

  admits(binding: Binding): boolean {
    return this.#fences.admits(binding);
  }

  cut(binding: Binding): void {
    this.#fences.cut(binding);
  }

  tearDown(): undefined {
    return undefined;
  }

  release(binding: Binding): void {
    assert(!this.admits(binding), 'a binding is cut before it is released');
    assert(binding.quantity <= this.#taken, 'more released than was taken');
    this.#taken -= binding.quantity;
    this.#fences.release(binding);
  }

  #denial(quantity: number): LeaseDenial | undefined {
    if (quantity > this.#total) {
      return {
        code: 'lease_denied',
        message: `${quantity} ${this.#unit} asked, this cell has ${this.#total} in all`,
      };
    }
    const { free } = this.capacity();
    if (quantity > free) {
      return { code: 'capacity_exceeded', message: `${quantity} ${this.#unit} asked, ${free} free now` };
    }
    return undefined;
  }
}

/** The memory of a provider's fences: for each thing it lends, the highest epoch that was ever valid. */
export class ResourceFences {
  readonly #highest: number[] = [];
  readonly #idle: number[] = [];
  #epoch = 0;

  /** Something that is not bound now, under the next epoch. */
  bind(): Pick<Binding, 'resourceId' | 'epoch'> {
    const resourceId = this.#idle.pop() ?? this.#highest.length;
    const epoch = ++this.#epoch;
    this.#highest[resourceId] = epoch;
    return { resourceId, epoch };
  }

  admits({ resourceId, epoch }: Pick<Binding, 'resourceId' | 'epoch'>): boolean {
    return epoch === this.#highest[resourceId];
  }

  /** Raises the fence over this binding. */
  cut(binding: Pick<Binding, 'resourceId' | 'epoch'>): void {
    if (this.admits(binding)) this.#highest[binding.resourceId] = ++this.#epoch;
  }

  /** The thing may be bound again. */
  release({ resourceId }: Pick<Binding, 'resourceId'>): void {
    this.#idle.push(resourceId);
  }
}
