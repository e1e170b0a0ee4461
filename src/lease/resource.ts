import { assert, err, ok, type Result } from '../core/index.ts';
import type { LeaseDenial, LeaseKind } from './lease.ts';

/** One kind of resource that a cell can lend. The lessor asks; the provider alone knows what there is. */
export interface ResourceProvider {
  readonly kind: LeaseKind;
  capacity(): ResourceCapacity;
  /** Sets `quantity` aside and answers the resource's new epoch. */
  acquire(quantity: number): Result<{ readonly epoch: number }, LeaseDenial>;
  /** Takes `quantity` back after teardown. */
  release(quantity: number): void;
}

export interface ResourceCapacity {
  readonly total: number;
  readonly free: number;
}

/** A resource that is only counted, such as worker slots, or bytes of memory that the engine allocates. */
export class CountedResource implements ResourceProvider {
  readonly kind: LeaseKind;
  readonly #total: number;
  readonly #unit: string;
  #taken = 0;
  #epoch = 0;

  constructor(kind: LeaseKind, total: number, unit: string) {
    assert(Number.isSafeInteger(total) && total >= 0, 'a capacity is a whole number');
    this.kind = kind;
    this.#total = total;
    this.#unit = unit;
  }

  capacity(): ResourceCapacity {
    return { total: this.#total, free: this.#total - this.#taken };
  }

  acquire(quantity: number): Result<{ readonly epoch: number }, LeaseDenial> {
    if (quantity > this.#total) {
      return err({
        code: 'lease_denied',
        message: `${quantity} ${this.#unit} asked, this cell has ${this.#total} in all`,
      });
    }
    const { free } = this.capacity();
    if (quantity > free) {
      return err({ code: 'capacity_exceeded', message: `${quantity} ${this.#unit} asked, ${free} free now` });
    }
    this.#taken += quantity;
    return ok({ epoch: ++this.#epoch });
  }

  release(quantity: number): void {
    assert(quantity <= this.#taken, 'more released than was taken');
    this.#taken -= quantity;
  }
}
