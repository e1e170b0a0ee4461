import { err, failure, ok, type FabricFailure, type LeaseId, type Result } from '../../core/index.ts';
import type { HeldLease } from '../../lease/index.ts';
import type { RegionDoor } from '../../memory/index.ts';
import { REQUEST } from '../../wire/index.ts';
import type { Holdings, HoldingNews } from '../holding/index.ts';
import { failureOf } from './failure.ts';
import { LocalDoor } from './local-door.ts';
import { NeighbourAsker, type NeighbourClaim, type NeighbourAskerDeps } from './neighbours.ts';
import type { RegionDesk } from './region-desk.ts';
import { WireDoor, type RegionSession } from './wire-door.ts';

export interface RegionsDeps extends NeighbourAskerDeps {
  readonly holdings: Holdings;
  readonly desk: RegionDesk;
}

/** A door that several have open. */
interface OpenDoor {
  readonly door: Promise<Result<LocalDoor | WireDoor, FabricFailure>>;
  users: number;
}

/** How often, and how long apart, a region is opened again while the token of a renewal is on its way. */
const REOPENS_MAX = 10;
const REOPEN_AFTER_MS = 200;

/** The regions this cell holds or has open. One door a lease, closed when the last one who opened it closes it. */
export class Regions {
  readonly #deps: RegionsDeps;
  readonly #neighbours: NeighbourAsker;
  readonly #open = new Map<LeaseId, OpenDoor>();

  constructor(deps: RegionsDeps) {
    this.#deps = deps;
    this.#neighbours = new NeighbourAsker(deps);
  }

  /** The way to the bytes of a memory lease that this cell holds or has open. Ends with the lease. */
  async openRegion(leaseId: LeaseId): Promise<Result<RegionDoor, FabricFailure>> {
    const usable = this.#deps.holdings.usable(leaseId);
    if (!usable.ok) return err(failureOf(usable.error));
    const { held } = usable.value;
    if (held.kind !== 'mem') {
      return err(failure('invalid_argument', `lease ${leaseId} is of kind ${held.kind}; only mem leases are regions`));
    }
    const open = this.#open.get(leaseId) ?? { door: this.#opened(held), users: 0 };
    open.users++;
    this.#open.set(leaseId, open);
    const door = await open.door;
    if (door.ok) return ok(this.#used(door.value, open));
    this.#left(leaseId, open);
    return door;
  }

  /** The buffer of a region that this cell lends, for a tab beside this one that shows a ticket. */
  redeem(claim: NeighbourClaim): SharedArrayBuffer | undefined {
    return this.#deps.desk.redeem(claim);
  }

  held(news: HoldingNews): void {
    if (news.kind !== 'ended') return;
    const { leaseId } = news.held;
    const open = this.#open.get(leaseId);
    this.#open.delete(leaseId);
    const reason = this.#denial(leaseId) ?? failure('lease_expired', `lease ${leaseId} is over`);
    void open?.door.then((door) => {
      if (door.ok && door.value instanceof WireDoor) door.value.ended(reason);
    });
  }

  /** A use of a door, which can be closed once. */
  #used(door: LocalDoor | WireDoor, open: OpenDoor): RegionDoor {
    let isOpen = true;
    const closed = failure('invalid_argument', 'this region was closed');
    const guarded = <T>(ask: () => Promise<Result<T, FabricFailure>>): Promise<Result<T, FabricFailure>> =>
      isOpen ? ask() : Promise.resolve(err(closed));
    return {
      leaseId: door.leaseId,
      lessor: door.lessor,
      sizeBytes: door.sizeBytes,
      ...(door.shared ? { shared: door.shared } : {}),
      operate: (batch) => guarded(() => door.operate(batch)),
      wait: (offset, expected, timeoutMs) => guarded(() => door.wait(offset, expected, timeoutMs)),
      notices: (seen, timeoutMs) => guarded(() => door.notices(seen, timeoutMs)),
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        if (this.#left(door.leaseId, open)) door.close();
      },
    };
  }

  /** Whether nobody uses the door any more. */
  #left(leaseId: LeaseId, open: OpenDoor): boolean {
    open.users--;
    if (open.users > 0) return false;
    if (this.#open.get(leaseId) === open) this.#open.delete(leaseId);
    return true;
  }

  async #opened({ leaseId, lessor }: HeldLease): Promise<Result<LocalDoor | WireDoor, FabricFailure>> {
    const { board, desk } = this.#deps;
    const denial = (): FabricFailure | undefined => this.#denial(leaseId);
    if (lessor !== board.self) {
      const reopen = (): Promise<Result<RegionSession, FabricFailure>> => this.#session(leaseId);
      const opened = await reopen();
      if (!opened.ok) return opened;
      const shared = await this.#neighbours.shared(lessor, leaseId, opened.value);
      const deps = { board, leaseId, lessor, reopen, denial, ...(shared ? { shared } : {}) };
      return ok(new WireDoor(deps, opened.value));
    }
    const usable = this.#deps.holdings.usable(leaseId);
    const opened = usable.ok ? await desk.admit(leaseId, { presenter: lessor, ...usable.value }) : usable;
    return opened.ok ? ok(new LocalDoor(lessor, opened.value, denial)) : err(failureOf(opened.error));
  }

  /** Opens the region at its lessor, as often as it takes for the token of the present generation to be here. */
  async #session(leaseId: LeaseId): Promise<Result<RegionSession, FabricFailure>> {
    const { board, holdings, env } = this.#deps;
    for (let attempt = 1; ; attempt++) {
      const usable = holdings.usable(leaseId);
      if (!usable.ok) return err(failureOf(usable.error));
      const { held, ...shown } = usable.value;
      const answer = await board.call(held.lessor, REQUEST.memoryOpen, { leaseId, ...shown });
      if (answer.ok) return ok(answer.value);
      const isStale = answer.error.code === 'lease_expired' && this.#denial(leaseId) === undefined;
      if (!isStale || attempt >= REOPENS_MAX) return err(failureOf(answer.error));
      await new Promise<void>((resolve) => env.timers.after(REOPEN_AFTER_MS, resolve));
    }
  }

  #denial(leaseId: LeaseId): FabricFailure | undefined {
    const usable = this.#deps.holdings.usable(leaseId);
    return usable.ok ? undefined : failureOf(usable.error);
  }
}
