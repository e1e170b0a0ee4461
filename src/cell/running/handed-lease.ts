import { allows, grantOf, type Grant, type LeaseRef } from '../../capability/index.ts';
import {
  err,
  failure,
  failureOf,
  ok,
  type Bytes,
  type Env,
  type FabricFailure,
  type Result,
} from '../../core/index.ts';
import { isBatchAllowed, REGION_STATE, type Permission, type RegionDoor } from '../../memory/index.ts';
import type { LeaseStand, RunRegion } from '../../tasklet/index.ts';
import type { Holdings } from '../holding/index.ts';

export interface HandedLeaseDeps {
  readonly env: Pick<Env, 'clock'>;
  readonly holdings: Holdings;
  /** Hears once that the run has done with it. */
  readonly closed: () => void;
}

/** One lease of memory as a run has it: as far as its LeaseRef reaches, until it is closed. */
export class HandedLease implements RunRegion {
  readonly sizeBytes: number;
  readonly shared?: NonNullable<RegionDoor['shared']>;
  readonly #door: RegionDoor;
  readonly #grant: Grant;
  readonly #deps: HandedLeaseDeps;
  #isClosed = false;

  constructor({ token }: LeaseRef, door: RegionDoor, deps: HandedLeaseDeps) {
    this.#door = door;
    this.#grant = grantOf(token);
    this.#deps = deps;
    this.sizeBytes = door.sizeBytes;
    // Whoever has the buffer itself can do anything with it.
    if (door.shared && isWhole(this.#grant, door.sizeBytes)) this.shared = door.shared;
  }

  async operate(batch: Bytes): Promise<Result<Bytes, FabricFailure>> {
    if (this.#isClosed) return err(CLOSED);
    if (!isBatchAllowed(batch, permissionOf(this.#grant), this.sizeBytes)) return err(BEYOND);
    return this.#door.operate(batch);
  }

  async wait(offset: number, expected: number, timeoutMs: number): ReturnType<RegionDoor['wait']> {
    if (!permissionOf(this.#grant).allows('atomic', offset, offset + 4)) return err(BEYOND);
    return this.#isClosed ? err(CLOSED) : this.#door.wait(offset, expected, timeoutMs);
  }

  query(): Promise<Result<LeaseStand, FabricFailure>> {
    return Promise.resolve(this.#stand());
  }

  async renew(ttlMs?: number): Promise<Result<unknown, FabricFailure>> {
    const held = this.#held();
    if (!held.ok) return held;
    if (!held.value.isOwn || !allows(this.#grant.operations, 'renew')) return err(NOT_ALLOWED);
    const renewed = await this.#deps.holdings.renew(this.#door.leaseId, ttlMs);
    return renewed.ok ? ok(undefined) : err(failureOf(renewed.error));
  }

  async free(): Promise<void> {
    const held = this.#held();
    this.close();
    if (held.ok && held.value.isOwn && allows(this.#grant.operations, 'free')) {
      await this.#deps.holdings.give([this.#door.leaseId]);
    }
  }

  /** Harmless a second time. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#door.close();
    this.#deps.closed();
  }

  #stand(): Result<LeaseStand, FabricFailure> {
    const held = this.#held();
    if (!held.ok) return held;
    const { generation, deadlineMs } = held.value;
    return ok({
      state: REGION_STATE.live,
      generation,
      remainingMs: Math.max(0, Math.floor(deadlineMs - this.#deps.env.clock.nowMs())),
    });
  }

  #held() {
    if (this.#isClosed) return err(CLOSED);
    const usable = this.#deps.holdings.usable(this.#door.leaseId);
    return usable.ok ? ok(usable.value.held) : err(failureOf(usable.error));
  }
}

const CLOSED = failure('lease_expired', 'the run has given that lease up');
const BEYOND = failure('lease_denied', 'the LeaseRef of the run does not reach that far');
const NOT_ALLOWED = failure(
  'lease_denied',
  'only the cell that took the lease may do that, and by a token that says so',
);

function permissionOf({ operations, from: first, to: end }: Grant): Permission {
  return { allows: (operation, from, to) => allows(operations, operation) && from >= first && to <= end };
}

/** Whether a grant leaves everything that can be done with bytes. */
function isWhole(grant: Grant, sizeBytes: number): boolean {
  const permission = permissionOf(grant);
  return (['read', 'write', 'atomic'] as const).every((operation) => permission.allows(operation, 0, sizeBytes));
}
