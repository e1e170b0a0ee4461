import { err, MEMORY_LIMITS, ok, type Bytes, type Result } from '../../core/index.ts';
import type { LocalRegion } from '../local/index.ts';
import { BatchRun } from './execute.ts';
import type { Permission } from './permission.ts';
import { BatchReader } from './reader.ts';

type Executed = Result<Bytes, 'malformed_batch'>;

/**
 * Executes the batches of others on a region, one after the other in the order in which they came. While a thread of the tab
 * is inside a structure they wait for it, for a bounded time, and this thread goes on with other things.
 */
export class BatchTurns {
  readonly #region: LocalRegion;
  #last: Promise<void> | undefined;

  constructor(region: LocalRegion) {
    this.#region = region;
  }

  execute(batch: Uint8Array, permission?: Permission): Executed | Promise<Executed> {
    if (!BatchReader.isSound(batch)) return err('malformed_batch');
    const run = new BatchRun(this.#region, batch, permission);
    if (!this.#last && run.advance('in_passing')) return ok(run.answer());
    const turn = this.#finished(run, this.#last);
    this.#last = turn;
    return turn.then(() => {
      if (this.#last === turn) this.#last = undefined;
      return ok(run.answer());
    });
  }

  async #finished(run: BatchRun, before: Promise<void> | undefined): Promise<void> {
    await before;
    for (let slice = 0; slice < MEMORY_LIMITS.turnSlicesMax; slice++) {
      if (run.advance('in_passing')) return;
      await this.#region.lockMoved(MEMORY_LIMITS.turnSliceMs);
    }
    run.advance('patiently');
  }
}
