import type { TokenSession } from '../../capability/index.ts';
import {
  err,
  failure,
  ok,
  type Bytes,
  type CellId,
  type FabricFailure,
  type LeaseId,
  type Result,
} from '../../core/index.ts';
import {
  failureOfStatus,
  type BatchTurns,
  type LocalRegion,
  type RegionDoor,
  type WaitEnd,
} from '../../memory/index.ts';
import type { OpenedRegion } from './region-desk.ts';

/** The way to a region whose bytes this cell lends itself. What its token does not leave, it does not do. */
export class LocalDoor implements RegionDoor {
  readonly leaseId: LeaseId;
  readonly lessor: CellId;
  readonly sizeBytes: number;
  readonly shared?: NonNullable<RegionDoor['shared']>;
  readonly #region: LocalRegion;
  readonly #turns: BatchTurns;
  readonly #token: TokenSession;
  /** Why the lease may not be used now, if it may not. */
  readonly #denial: () => FabricFailure | undefined;

  constructor(lessor: CellId, opened: OpenedRegion, denial: () => FabricFailure | undefined) {
    const { lease, buffer, region, turns, token } = opened;
    this.leaseId = lease.leaseId;
    this.lessor = lessor;
    this.sizeBytes = region.sizeBytes;
    this.#region = region;
    this.#turns = turns;
    this.#token = token;
    this.#denial = denial;
    if (!(buffer instanceof ArrayBuffer) && reachesAll(token, region.sizeBytes)) {
      this.shared = { buffer, epoch: lease.epoch };
    }
  }

  async operate(batch: Bytes): Promise<Result<Bytes, FabricFailure>> {
    const denial = this.#denial();
    if (denial) return err(denial);
    const executed = await this.#turns.execute(batch, this.#token);
    return executed.ok ? executed : err(failure('invalid_argument', 'that is not a batch'));
  }

  async wait(offset: number, expected: number, timeoutMs: number): Promise<Result<WaitEnd, FabricFailure>> {
    const denial = this.#denial();
    if (denial) return err(denial);
    return this.#ended(await this.#region.wait(offset, expected, timeoutMs));
  }

  async notices(seen: number | undefined, timeoutMs: number): Promise<Result<number, FabricFailure>> {
    const denial = this.#denial();
    if (denial) return err(denial);
    const end = seen === undefined ? 'not_equal' : await this.#region.waitNotices(seen, timeoutMs);
    const waited = this.#ended(end);
    return waited.ok ? ok(this.#region.notices) : waited;
  }

  close(): void {
    // Its bytes go with the lease, whoever has them open.
  }

  #ended(end: WaitEnd | number): Result<WaitEnd, FabricFailure> {
    return typeof end === 'number' ? err(this.#denial() ?? failureOfStatus(end)) : ok(end);
  }
}

/** Whether a token leaves all that can be done with bytes, which whoever has the buffer can do. */
export function reachesAll(token: TokenSession, sizeBytes: number): boolean {
  return (['read', 'write', 'atomic'] as const).every((operation) => token.allows(operation, 0, sizeBytes));
}
