import type * as Records from '../../src/audit/record.ts';
import type * as Witnesses from '../../src/cell/lending/witness.ts';
import type * as Authorities from '../../src/capability/authority.ts';
import type * as Sessions from '../../src/capability/session.ts';
import type * as Verify from '../../src/capability/verify.ts';
import type * as Executors from '../../src/cell/running/executor.ts';
import type * as LendingModule from '../../src/cell/lending/lending.ts';
import type * as Holders from '../../src/lease/holding/holder.ts';
import type * as Renewals from '../../src/lease/holding/renewal.ts';
import type { Binding, LeaseEvent } from '../../src/lease/index.ts';
import type * as Book from '../../src/lease/lending/lease-book.ts';
import type * as Lessors from '../../src/lease/lending/lessor.ts';
import type * as Resources from '../../src/lease/resource.ts';
import type * as Memories from '../../src/memory/region-memory.ts';
import { grantOf } from '../../src/capability/verify.ts';
import { ok } from '../../src/core/index.ts';
import { HEADER_BYTES } from '../../src/memory/index.ts';
import { PATHS, replace, type Mutant } from './broken.ts';

function noTokenCheck(): void {
  replace<typeof Authorities>(PATHS.authority, ({ TokenAuthority: Real }) => {
    class TokenAuthority extends Real {
      override verify(token: Parameters<InstanceType<typeof Real>['verify']>[0]) {
        return Promise.resolve(ok({ ...grantOf(token), expiresAtMs: Infinity }));
      }
    }
    return { TokenAuthority };
  });
}

function noSessionCheck(): void {
  replace<typeof Sessions>(PATHS.session, ({ TokenSession: Real }) => {
    class TokenSession extends Real {
      override check() {
        return undefined;
      }
    }
    return { TokenSession };
  });
}

function noEnd(): void {
  replace<typeof Book>(PATHS.book, ({ LeaseBook: Real }) => {
    class LeaseBook extends Real {
      override denialOf(lease: Parameters<InstanceType<typeof Real>['denialOf']>[0]) {
        return lease.state === 'active' ? undefined : super.denialOf(lease);
      }
    }
    return { LeaseBook };
  });
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'renews what has expired, until its timer comes by',
    rules: ['expired is never renewed'],
    install: () => {
      noEnd();
      noTokenCheck();
      noSessionCheck();
    },
  },
  {
    name: 'lets the holder go on after the lessor has stopped',
    rules: ['the holder stops first'],
    install: () =>
      replace<typeof Renewals>(PATHS.renewal, () => ({
        holderDeadlineMs: (askedAtMs, remainingMs) => askedAtMs + remainingMs + 200,
      })),
  },
  {
    name: 'believes tokens of past generations',
    rules: ['tokens are checked'],
    install: () =>
      replace<typeof Verify>(PATHS.verify, ({ leaseDenials }) => ({
        leaseDenials: (...shown) => leaseDenials(...shown).filter(({ code }) => code !== 'stale_generation'),
      })),
  },
  { name: 'never checks a token', rules: ['tokens are checked'], install: noTokenCheck },
  {
    name: 'leaks capacity now and then',
    rules: ['capacity adds up'],
    install: () =>
      replace<typeof Resources>(PATHS.resource, ({ CountedResource: Real }) => {
        class CountedResource extends Real {
          override release(binding: Binding): void {
            if (binding.epoch % 8 !== 0) super.release(binding);
          }
        }
        return { CountedResource };
      }),
  },
  {
    name: 'lends more than it has',
    rules: ['leases never overlap', 'capacity adds up', 'slots are slots'],
    install: () =>
      replace<typeof Resources>(PATHS.resource, ({ CountedResource: Real }) => {
        class CountedResource extends Real {
          readonly #lent: number;
          constructor(kind: 'cpu' | 'mem', total: number, unit: string) {
            super(kind, total * 2, unit);
            this.#lent = total;
          }

          override capacity() {
            return { total: this.#lent, free: Math.min(super.capacity().free, this.#lent) };
          }
        }
        return { CountedResource };
      }),
  },
  {
    name: 'gives an epoch more than once',
    rules: ['epochs only grow'],
    install: () =>
      replace<typeof Resources>(PATHS.resource, ({ CountedResource: Real }) => {
        class CountedResource extends Real {
          readonly #epochs = new Map<number, number>();
          override acquire(quantity: number) {
            const acquired = super.acquire(quantity);
            if (!acquired.ok) return acquired;
            this.#epochs.set(acquired.value.resourceId, acquired.value.epoch);
            return ok({ ...acquired.value, epoch: Math.ceil(acquired.value.epoch / 4) });
          }

          override admits(binding: Binding): boolean {
            return super.admits(this.#truly(binding));
          }

          override cut(binding: Binding): void {
            super.cut(this.#truly(binding));
          }

          #truly(binding: Binding): Binding {
            return { ...binding, epoch: this.#epochs.get(binding.resourceId) ?? binding.epoch };
          }
        }
        return { CountedResource };
      }),
  },
  {
    name: 'runs what comes, leases or not',
    rules: ['no run without leases', 'nothing succeeds after the end', 'leases are of one kind', 'freed is over'],
    install: () =>
      replace<typeof LendingModule>(PATHS.lending, ({ Lending: Real }) => {
        class Lending extends Real {
          override check(...asked: Parameters<InstanceType<typeof Real>['check']>) {
            const checked = super.check(...asked);
            const [some] = this.leases().granted;
            return checked.ok || !some ? checked : ok(some);
          }

          override admitRun(...[shown, leaseId, kind]: Parameters<InstanceType<typeof Real>['admitRun']>) {
            return Promise.resolve(this.check(shown.presenter, leaseId, kind));
          }
        }
        return { Lending };
      }),
  },
  {
    name: 'leaves runs going when their leases end',
    rules: ['no run without leases'],
    install: () =>
      replace<typeof Executors>(PATHS.executor, ({ Executor: Real }) => {
        class Executor extends Real {
          override leaseEnded() {
            return [];
          }
        }
        return { Executor };
      }),
  },
  {
    name: 'lets expired leases lie',
    rules: ['lease ended on time'],
    install: () =>
      replace<typeof Lessors>(PATHS.lessor, ({ Lessor: Real }) => {
        class Lessor extends Real {
          override tick() {
            return [];
          }
        }
        return { Lessor };
      }),
  },
  {
    name: 'does not seal what is given back',
    rules: ['the audit is complete'],
    install: () =>
      replace<typeof Witnesses>(PATHS.witness, ({ LeaseWitness: Real }) => {
        class LeaseWitness extends Real {
          override observe(event: LeaseEvent): void {
            if (event.kind !== 'freed') super.observe(event);
          }
        }
        return { LeaseWitness };
      }),
  },
  {
    name: 'seals its records one by one, not as a chain',
    rules: ['the audit is whole'],
    install: () =>
      replace<typeof Records>(PATHS.record, ({ sealed, GENESIS }) => ({
        sealed: (event, place) => sealed(event, { ...place, prevHash: GENESIS.hash }),
      })),
  },
  {
    name: 'keeps holding what has expired',
    rules: ['the holder lets go'],
    install: () =>
      replace<typeof Holders>(PATHS.holder, ({ LeaseHolder: Real }) => {
        class LeaseHolder extends Real {
          override tick() {
            return [];
          }
        }
        return { LeaseHolder };
      }),
  },
  {
    name: 'lends memory as its last holder left it',
    rules: ['bytes are of one lease', 'additions add up'],
    install: () =>
      replace<typeof Memories>(PATHS.memory, ({ RegionMemory: Real }) => {
        class RegionMemory extends Real {
          readonly #keep: () => void;

          constructor(totalBytes: number, allocate: Memories.AllocateRegion) {
            const live = new Map<number, NonNullable<ReturnType<Memories.AllocateRegion>>>();
            const left = new Map<number, NonNullable<ReturnType<Memories.AllocateRegion>>>();
            super(totalBytes, (sizeBytes) => {
              const buffer = left.get(sizeBytes)?.slice(0) ?? allocate(sizeBytes);
              if (buffer) new Uint8Array(buffer, 0, HEADER_BYTES).fill(0);
              if (buffer) live.set(sizeBytes, buffer);
              return buffer;
            });
            this.#keep = () => live.forEach((buffer, sizeBytes) => left.set(sizeBytes, buffer.slice(0)));
          }

          override cut(...how: Parameters<Memories.RegionMemory['cut']>): void {
            this.#keep();
            super.cut(...how);
          }
        }
        return { RegionMemory };
      }),
  },
];
