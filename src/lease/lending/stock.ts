import { err, ok, type Result } from '../../core/index.ts';
import type { Binding, BindingEnd, Lease, LeaseDenial, LeaseKind, LeaseWish } from '../lease.ts';
import type { ResourceCapacity, ResourceProvider } from '../resource.ts';

/** Capacity spoken for by a request that others are making room for. */
export interface Claim {
  readonly wishes: readonly LeaseWish[];
}

export type Bound = readonly [LeaseWish, Binding];

/** What a cell has to lend, of all kinds: what is free, what is spoken for, and who is bound to what. */
export class Stock {
  readonly #providers: ReadonlyMap<LeaseKind, ResourceProvider>;
  readonly #claims = new Set<Claim>();

  constructor(providers: readonly ResourceProvider[]) {
    this.#providers = new Map(providers.map((provider) => [provider.kind, provider]));
  }

  capacity(kind: LeaseKind): ResourceCapacity {
    return this.#providers.get(kind)?.capacity() ?? { total: 0, free: 0 };
  }

  /** What is free of a kind and not spoken for by anybody else than `own`. */
  unclaimed(kind: LeaseKind, own?: Claim): number {
    let { free } = this.capacity(kind);
    for (const claim of this.#claims) {
      if (claim === own) continue;
      for (const wish of claim.wishes) if (wish.kind === kind) free -= wish.quantity;
    }
    return free;
  }

  claim(wishes: readonly LeaseWish[]): Claim {
    const claim = { wishes };
    this.#claims.add(claim);
    return claim;
  }

  unclaim(claim: Claim): void {
    this.#claims.delete(claim);
  }

  /** Sets aside what every wish asks for, or nothing. */
  bind(wishes: readonly LeaseWish[], claim: Claim | undefined): Result<readonly Bound[], LeaseDenial> {
    const bound: Bound[] = [];
    for (const wish of wishes) {
      const acquired = this.#acquire(wish, claim);
      if (!acquired.ok) {
        for (const [{ kind }, binding] of bound) this.#undo(kind, binding);
        return acquired;
      }
      bound.push([wish, acquired.value]);
    }
    return ok(bound);
  }

  /** Whether the resource itself would still serve this lease. */
  admits(lease: Lease): boolean {
    return this.#providers.get(lease.kind)?.admits(lease) === true;
  }

  cut(lease: Lease, end: BindingEnd): void {
    this.#providers.get(lease.kind)?.cut(lease, end);
  }

  tearDown(lease: Lease): Promise<void> | undefined {
    return this.#providers.get(lease.kind)?.tearDown(lease);
  }

  release(lease: Lease): void {
    this.#providers.get(lease.kind)?.release(lease);
  }

  #acquire({ kind, quantity }: LeaseWish, claim: Claim | undefined): Result<Binding, LeaseDenial> {
    const provider = this.#providers.get(kind);
    if (!provider) return err({ code: 'lease_denied', message: `this cell lends no ${kind}` });
    const isSpokenFor = quantity <= provider.capacity().free && quantity > this.unclaimed(kind, claim);
    if (isSpokenFor) {
      return err({ code: 'capacity_exceeded', message: `${quantity} of ${kind} asked, others are about to have it` });
    }
    return provider.acquire(quantity);
  }

  #undo(kind: LeaseKind, binding: Binding): void {
    const provider = this.#providers.get(kind);
    provider?.cut(binding, 'freed');
    provider?.release(binding);
  }
}
