import { decodeLeaseRef, encodeToken } from '../../capability/index.ts';
import {
  err,
  ok,
  RUN_LIMITS,
  type Bytes,
  type CellId,
  type ContentHash,
  type Env,
  type FabricFailure,
  type LeaseId,
  type Result,
} from '../../core/index.ts';
import type { RegionDoor } from '../../memory/index.ts';
import type { RunRegion } from '../../tasklet/index.ts';
import type { Refusal, RunOrderMessage } from '../../wire/index.ts';
import type { Holdings } from '../holding/index.ts';
import { HandedLease } from './handed-lease.ts';

/** The leases of memory that one run was handed, open. */
export interface HandedMemory {
  readonly regions: readonly RunRegion[];
  close(): void;
}

/** A lease as it is shown to its lessor on behalf of a run. */
interface ShownLease {
  readonly lessor: CellId;
  readonly leaseId: LeaseId;
  readonly token: Bytes;
  readonly module: ContentHash;
}

export interface RunMemoryDeps {
  readonly env: Pick<Env, 'clock' | 'timers'>;
  readonly holdings: Holdings;
  /** Opens the bytes of a lease that this cell holds. */
  readonly openRegion: (leaseId: LeaseId) => Promise<Result<RegionDoor, FabricFailure>>;
}

/** Said as they are, these would mean to the submitter that the link to this cell is gone. */
const UNREACHED: ReadonlySet<Refusal['code']> = new Set(['disconnected', 'deadline_exceeded']);
const NOT_REACHED: Refusal = {
  code: 'lease_denied',
  message: 'the lessor of a lease of the run cannot be reached from this cell',
};
const NONE: HandedMemory = { regions: [], close: () => undefined };

/**
 * Opens the leases of memory that runs bring along as LeaseRefs, in the name of this cell and for the run's module.
 * 1. A run gets all of them or is refused with the reason of the first that cannot be had, in time for its submitter.
 * 2. A run may do what its LeaseRef allows, even where this cell itself may do more.
 * 3. What was opened for runs is closed with the last of them; what this cell held before stays.
 */
export class RunMemory {
  readonly #deps: RunMemoryDeps;
  /** How many runs use each lease that is held on their behalf alone. */
  readonly #users = new Map<LeaseId, number>();

  constructor(deps: RunMemoryDeps) {
    this.#deps = deps;
  }

  async open({
    memory = [],
    module,
  }: Pick<RunOrderMessage, 'memory' | 'module'>): Promise<Result<HandedMemory, Refusal>> {
    if (memory.length === 0) return ok(NONE);
    const opened = await Promise.all(memory.map((text) => this.#openInTime(text, module)));
    const doors = opened.flatMap((each) => (each.ok ? each.value : []));
    const close = (): void => doors.forEach((door) => door.close());
    const refused = opened.find((each) => !each.ok);
    if (!refused) return ok({ regions: doors, close });
    close();
    return err(UNREACHED.has(refused.error.code) ? NOT_REACHED : refused.error);
  }

  /** Settles in time; what opens too late is closed again. */
  #openInTime(text: string, module: ContentHash): Promise<Result<HandedLease, Refusal>> {
    return new Promise((resolve) => {
      let isLate = false;
      const deadline = this.#deps.env.timers.after(RUN_LIMITS.memoryOpenMsMax, () => {
        isLate = true;
        resolve(err(NOT_REACHED));
      });
      void this.#open(text, module).then((opened) => {
        deadline.cancel();
        if (!isLate) resolve(opened);
        else if (opened.ok) opened.value.close();
      });
    });
  }

  async #open(text: string, module: ContentHash): Promise<Result<HandedLease, Refusal>> {
    const ref = decodeLeaseRef(text);
    if (!ref.ok) return refusal('invalid_argument', `a run was handed what is no LeaseRef: ${ref.error}`);
    if (ref.value.kind !== 'mem') return refusal('invalid_argument', 'a run is handed leases of memory only');
    const { cell: lessor, leaseId, token } = ref.value;
    const held = await this.#hold({ lessor, leaseId, token: encodeToken(token), module });
    if (!held.ok) return held;
    const closed = held.value;
    const door = await this.#deps.openRegion(leaseId);
    if (door.ok) return ok(new HandedLease(ref.value, door.value, { ...this.#deps, closed }));
    closed();
    return refusal(door.error.code, door.error.message);
  }

  /** Has the token checked and makes sure that this cell may use the lease. Answers what to do when a run needs it no more. */
  async #hold({ lessor, leaseId, token, module }: ShownLease): Promise<Result<() => void, Refusal>> {
    const { holdings } = this.#deps;
    const isHeld = holdings.usable(leaseId).ok;
    const isForRuns = !isHeld || this.#users.has(leaseId);
    if (isForRuns) this.#users.set(leaseId, (this.#users.get(leaseId) ?? 0) + 1);
    const closed = (): void => {
      if (isForRuns) this.#release(leaseId);
    };
    const shown = isHeld
      ? await holdings.prove(lessor, leaseId, token, module)
      : await holdings.open(lessor, leaseId, token, module);
    if (shown.ok) return ok(closed);
    closed();
    return shown;
  }

  #release(leaseId: LeaseId): void {
    const users = (this.#users.get(leaseId) ?? 1) - 1;
    if (users > 0) {
      this.#users.set(leaseId, users);
      return;
    }
    this.#users.delete(leaseId);
    void this.#deps.holdings.give([leaseId]);
  }
}

function refusal(code: Refusal['code'], message: string): Result<never, Refusal> {
  return err({ code, message });
}
