import { ok, type Bytes } from '../../../src/core/index.ts';
import { signedOutcome } from '../../../src/cell/outcome.ts';
import type { TaskletResult } from '../../../src/tasklet/index.ts';
import { EVENT, REQUEST, type RunOrderMessage, type WireOutcome } from '../../../src/wire/index.ts';
import { idOf, testBoard, type ManualTime, type TestBoard } from '../../support/index.ts';

/** A member that grants what it is asked for and then answers runs however the test likes: honestly, or not. */
export class HandWorker {
  readonly at: TestBoard;
  readonly orders: RunOrderMessage[] = [];
  readonly freed: string[] = [];
  readonly cancelled: string[] = [];
  /** What `content.get` delivers. */
  output: Bytes = new Uint8Array(0);
  kinds: readonly ('cpu' | 'mem')[] = ['cpu', 'mem'];

  constructor(time: ManualTime, name: string, tamper: (outcome: WireOutcome) => WireOutcome | undefined) {
    this.at = testBoard(time, name);
    const { handlers } = this.at.board;
    handlers.onRequest(REQUEST.leaseRequest, (_from, { wishes }) =>
      ok({
        grants: wishes.map(({ quantity, ttlMs }, index) => {
          const leaseId = idOf.lease(`${index}`);
          const kind = this.kinds[index] ?? 'cpu';
          const token = new Uint8Array([1]);
          return {
            leaseId,
            kind,
            quantity,
            ttlMs,
            remainingMs: ttlMs,
            generation: 1,
            epoch: 1,
            tier: 'standard',
            token,
          };
        }),
      }),
    );
    handlers.onRequest(REQUEST.leaseFree, (_from, { leaseIds }) => {
      this.freed.push(...leaseIds);
      return ok({ freed: leaseIds.length });
    });
    handlers.onRequest(REQUEST.runCancel, (_from, { runId }) => {
      this.cancelled.push(runId);
      return ok({});
    });
    handlers.onRequest(REQUEST.contentGet, () => ok(this.output));
    handlers.onRequest(REQUEST.runSubmit, (from, order) => {
      this.orders.push(order);
      const result: TaskletResult = { status: 'succeeded', output: this.output, fuelUsed: 5, log: [] };
      const timings = { admittedMs: 0, runMs: 0 };
      void signedOutcome(order, this.at.self, this.at.signer, result, timings).then((honest) => {
        const outcome = tamper(honest);
        if (outcome) this.at.board.notify(from, EVENT.runFinished, { runId: order.runId, outcome });
      });
      return ok({});
    });
  }
}
