import { err, FabricError, ok } from '../../../src/core/index.ts';
import {
  executeBatch,
  failureOfStatus,
  LocalRegion,
  openedRegion,
  REGION_STATE,
  RegionHeader,
  type Region,
  type RegionDoor,
} from '../../../src/memory/index.ts';
import { idOf, ManualTime, valueOf } from '../../support/index.ts';
import { EPOCH, freshBuffer, testThread } from '../memory/thread.ts';

export type Whereabouts = 'here' | 'far';

/** Regions in this thread, shared with it or reached by batches alone. */
export class RegionWorld {
  readonly time = new ManualTime();
  /** Round trips so far, to regions that are far. */
  trips = 0;
  readonly #where: Whereabouts;
  readonly #thread = testThread({ time: this.time });
  readonly #locals: LocalRegion[] = [];

  constructor(where: Whereabouts) {
    this.#where = where;
  }

  region(sizeBytes: number): Region {
    const local = new LocalRegion(freshBuffer(sizeBytes), EPOCH, this.#thread);
    this.#locals.push(local);
    const { buffer } = local;
    const isShared = this.#where === 'here' && buffer instanceof SharedArrayBuffer;
    const door = this.#door(local);
    return openedRegion(isShared ? { ...door, shared: { buffer, epoch: EPOCH } } : door, this.#thread);
  }

  /** The bytes behind the first region. */
  get local(): LocalRegion {
    const [first] = this.#locals;
    if (!first) throw new Error('no region yet');
    return first;
  }

  /** Ends all leases. */
  end(how: 'expired' | 'revoked'): void {
    for (const { buffer } of this.#locals) {
      new RegionHeader(buffer).end(REGION_STATE[how]);
      this.#thread.waits.wakeAll(buffer);
    }
  }

  until<T>(promise: Promise<T>): Promise<T> {
    return this.time.until(promise, 1_000_000);
  }

  #door(local: LocalRegion): RegionDoor {
    return {
      leaseId: idOf.lease('4'),
      lessor: idOf.cell('b'),
      sizeBytes: local.sizeBytes,
      operate: (batch) => {
        this.trips++;
        const status = local.status();
        return Promise.resolve(status === 0 ? ok(valueOf(executeBatch(local, batch))) : err(failureOfStatus(status)));
      },
      wait: async (offset, expected, timeoutMs) => {
        const end = await local.wait(offset, expected, timeoutMs);
        return typeof end === 'number' ? err(failureOfStatus(end)) : ok(end);
      },
      notices: () => Promise.resolve(ok(local.notices)),
      close: () => undefined,
    };
  }
}

/** The code with which it fails. */
export function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'succeeded',
    (error: unknown) => (error instanceof FabricError ? error.code : String(error)),
  );
}

/** The code that it throws. */
export function codeThrown(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof FabricError ? error.code : String(error);
  }
  return 'returned';
}

export async function listOf<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}
