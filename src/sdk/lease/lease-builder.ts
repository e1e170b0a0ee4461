import type { LeaseTier } from '../../lease/index.ts';
import { LEASE_LIMITS } from '../../core/index.ts';
import type { RunTarget } from '../program.ts';
import { aborted, type Abort } from '../run/index.ts';
import type { LeaseHandle } from './lease-handle.ts';
import type { LeaseOrder } from './lease-port.ts';

export const LEASE_TTL_MS_DEFAULT = 30_000;

type AcquireAll = (orders: readonly LeaseOrder[], waitMs: number) => Promise<LeaseHandle[]>;

export interface AllOptions {
  /** How long to ask again where there is no room; not at all unless said otherwise, 60,000 at most. */
  readonly waitMs?: number;
  /** Gives back what comes after it. */
  readonly signal?: Abort;
}

/** A lease in the making, the same for every kind. Each step answers another builder; nothing happens before `acquire`. */
export class LeaseBuilder {
  readonly #order: LeaseOrder;
  readonly #acquire: (order: LeaseOrder) => Promise<LeaseHandle>;

  constructor(order: LeaseOrder, acquire: (order: LeaseOrder) => Promise<LeaseHandle>) {
    this.#order = order;
    this.#acquire = acquire;
  }

  /** For how long, 100 to 300,000 ms; 30,000 unless said otherwise. */
  ttl(ttlMs: number): LeaseBuilder {
    return this.#with({ ttlMs });
  }

  /** Where: a cell by id, any cell, or any other cell; `any` unless said otherwise. */
  on(on: RunTarget): LeaseBuilder {
    return this.#with({ on });
  }

  /** `guaranteed`, `standard` (unless said otherwise) or `scavenger`: lower tiers make room for higher ones. */
  tier(tier: LeaseTier): LeaseBuilder {
    return this.#with({ tier });
  }

  /** Has it renewed in time until it is freed. */
  keepAlive(): LeaseBuilder {
    return this.#with({ isKeptAlive: true });
  }

  /** Lets it outlive this tab's goodbye until its deadline, so that `attachLease` finds it after a reload. */
  keep(): LeaseBuilder {
    return this.#with({ isKept: true });
  }

  /** What it has come to so far. */
  get order(): LeaseOrder {
    return this.#order;
  }

  /** Takes it. Rejects with `capacity_exceeded`, `lease_denied`, `runtime_not_ready` or `invalid_argument`. */
  acquire(): Promise<LeaseHandle> {
    return this.#acquire(this.#order);
  }

  #with(change: Partial<LeaseOrder>): LeaseBuilder {
    return new LeaseBuilder({ ...this.#order, ...change }, this.#acquire);
  }
}

/** Where leases begin: one builder a kind. */
export class LeaseBuilders {
  readonly #acquire: (order: LeaseOrder) => Promise<LeaseHandle>;
  readonly #acquireAll: AcquireAll;

  constructor(acquire: (order: LeaseOrder) => Promise<LeaseHandle>, acquireAll: AcquireAll) {
    this.#acquire = acquire;
    this.#acquireAll = acquireAll;
  }

  /**
   * Takes all of these or none. Where there is no room it gives back what it has and asks again, for up to `waitMs`: who wants
   * the same things as others cannot wait for them while they wait for it.
   */
  async all(builders: readonly LeaseBuilder[], { waitMs = 0, signal }: AllOptions = {}): Promise<LeaseHandle[]> {
    const orders = builders.map(({ order }) => order);
    const handles = await this.#acquireAll(orders, Math.min(Math.max(0, waitMs), LEASE_LIMITS.acquireWaitMsMax));
    if (signal?.aborted !== true) return handles;
    await Promise.all(handles.map((handle) => handle.free()));
    throw aborted('taking leases');
  }

  /** Worker slots; one unless said otherwise. */
  cpu({ slots = 1 }: { readonly slots?: number } = {}): LeaseBuilder {
    return this.#builder('cpu', slots);
  }

  /** Bytes of memory. */
  mem({ bytes }: { readonly bytes: number }): LeaseBuilder {
    return this.#builder('mem', bytes);
  }

  #builder(kind: LeaseOrder['kind'], quantity: number): LeaseBuilder {
    const defaults = { ttlMs: LEASE_TTL_MS_DEFAULT, tier: 'standard', isKeptAlive: false, isKept: false } as const;
    return new LeaseBuilder({ kind, quantity, ...defaults, on: 'any' }, this.#acquire);
  }
}
