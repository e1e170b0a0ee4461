import {
  MemoryTokenKey,
  TokenAuthority,
  type LeaseBook,
  type LeaseFacts,
  type Presentation,
  type TokenOrder,
} from '../../../src/capability/index.ts';
import { sha256, utf8, type LeaseId } from '../../../src/core/index.ts';
import { idOf, ManualTime, testEnv } from '../../support/index.ts';

export const LESSOR = idOf.cell('a');
export const HOLDER = idOf.cell('b');
export const STRANGER = idOf.cell('c');
export const LEASE = idOf.lease('4');
export const MODULE = idOf.content('2');

export const SHOWN: Presentation = { presenter: HOLDER };

/** A lease as the lessor of these tests sees it: generation 3, epoch 7, a minute to go. */
export const FACTS: LeaseFacts = {
  kind: 'mem',
  resourceId: 0,
  generation: 3,
  epoch: 7,
  expiresAtMs: 61_000,
  standing: 'live',
};

export const ORDER: TokenOrder = {
  tenant: HOLDER,
  kind: 'mem',
  resourceId: 0,
  leaseId: LEASE,
  generation: 3,
  epoch: 7,
  leaseExpiresAtMs: 61_000,
};

/** Leases that a test sets as it likes. */
export class TestBook implements LeaseBook {
  readonly #leases = new Map<LeaseId, LeaseFacts>();

  find(leaseId: LeaseId): LeaseFacts | undefined {
    return this.#leases.get(leaseId);
  }

  set(leaseId: LeaseId, facts: LeaseFacts): void {
    this.#leases.set(leaseId, facts);
  }

  forget(leaseId: LeaseId): void {
    this.#leases.delete(leaseId);
  }
}

export interface World {
  readonly time: ManualTime;
  readonly book: TestBook;
  readonly authority: TokenAuthority;
}

/** One lessor with one lease. `start` tells its starts apart; all have the same key unless a test names another. */
export function world(options: { start?: number; key?: string } = {}): World {
  const time = new ManualTime();
  const book = new TestBook();
  book.set(LEASE, FACTS);
  const key = new MemoryTokenKey(sha256(utf8(options.key ?? 'root key of the lessor')));
  const env = testEnv(time, `lessor/${options.start ?? 1}`);
  return { time, book, authority: new TokenAuthority(LESSOR, key, env, book) };
}
