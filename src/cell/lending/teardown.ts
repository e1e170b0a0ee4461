import { LEASE_LIMITS, type Env } from '../../core/index.ts';
import type { Lease, Lessor } from '../../lease/index.ts';

export interface TeardownDeps {
  readonly env: Env;
  readonly lessor: Lessor;
  /** Stops whatever uses the lease; what it answers settles when that has ended. */
  readonly stop: (lease: Lease) => readonly Promise<unknown>[];
}

/** What a teardown came to. */
export type TeardownResult = 'torn_down' | 'fenced';

/**
 * Takes ended leases apart: stops their use, clears the resource, and gives the capacity back; or, when that fails or is
 * not confirmed in time, fences it. Says so at once where there is nothing to wait for, always within
 * `LEASE_LIMITS.teardownMsMax`.
 */
export class Teardown {
  readonly #deps: TeardownDeps;

  constructor(deps: TeardownDeps) {
    this.#deps = deps;
  }

  begin(lease: Lease, done: (result: TeardownResult, lease: Lease) => void): void {
    const { env, lessor, stop } = this.#deps;
    const stopped = stop(lease);
    const cleared = lessor.tearDown(lease);
    const waits = cleared ? [...stopped, cleared] : stopped;
    if (waits.length === 0) return this.#conclude(lease, true, done);
    let isOver = false;
    const conclude = (isConfirmed: boolean): void => {
      if (isOver) return;
      isOver = true;
      timer.cancel();
      this.#conclude(lease, isConfirmed, done);
    };
    const timer = env.timers.after(LEASE_LIMITS.teardownMsMax, () => conclude(false));
    Promise.all(waits).then(
      () => conclude(true),
      () => conclude(false),
    );
  }

  #conclude(lease: Lease, isConfirmed: boolean, done: (result: TeardownResult, lease: Lease) => void): void {
    const { lessor } = this.#deps;
    const concluded = isConfirmed ? lessor.reclaim(lease.leaseId) : lessor.fence(lease.leaseId);
    done(isConfirmed ? 'torn_down' : 'fenced', concluded ?? lease);
  }
}
