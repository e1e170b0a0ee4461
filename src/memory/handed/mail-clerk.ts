import { err, failure, ok, type Bytes, type FabricFailure, type Result } from '../../core/index.ts';
import type { RunRegion } from '../../tasklet/index.ts';
import { MEMORY_STATUS, statusOfFailure } from '../status.ts';
import { decodeTtl, decodeWait, encodeStand } from './lease-mail.ts';
import { MAIL, MailboxReceiver, type Letter, type Reply } from './mailbox.ts';
import { WAIT_END } from './wait-end.ts';

const NOTHING: Bytes = new Uint8Array(0);

/**
 * Answers what a tasklet's worker asks of the leases of its run. The thread it lives in goes on with other things
 * meanwhile; the end of a lease answers what is under way with its status.
 */
export class MailClerk {
  readonly #receiver: MailboxReceiver;
  readonly #regions: readonly RunRegion[];

  constructor(mailbox: SharedArrayBuffer, regions: readonly RunRegion[]) {
    this.#receiver = new MailboxReceiver(mailbox);
    this.#regions = regions;
  }

  /** The tasklet's worker has rung. */
  rung(): void {
    const letter = this.#receiver.take();
    if (letter) void this.#reply(letter).then((reply) => this.#receiver.answer(reply));
  }

  async #reply(letter: Letter): Promise<Reply> {
    const region = this.#regions[letter.lease];
    const replied = region ? await replyOf(region, letter) : err(NO_SUCH_LEASE);
    return replied.ok ? replied.value : { status: statusOfFailure(replied.error), data: NOTHING };
  }
}

async function replyOf(region: RunRegion, { kind, data }: Letter): Promise<Result<Reply, FabricFailure>> {
  switch (kind) {
    case MAIL.batch: {
      const answer = await region.operate(data);
      return answer.ok ? ok({ status: MEMORY_STATUS.ok, data: answer.value }) : answer;
    }
    case MAIL.wait: {
      const { offset, expected, timeoutMs } = decodeWait(data);
      const ended = await region.wait(offset, expected, timeoutMs);
      return ended.ok ? ok({ status: WAIT_END[ended.value], data: NOTHING }) : ended;
    }
    case MAIL.query: {
      const stand = await region.query();
      return stand.ok ? ok({ status: MEMORY_STATUS.ok, data: encodeStand(stand.value) }) : stand;
    }
    case MAIL.renew: {
      const ttlMs = decodeTtl(data);
      const renewed = await region.renew(ttlMs === 0 ? undefined : ttlMs);
      return renewed.ok ? ok(DONE) : renewed;
    }
    case MAIL.free:
      await region.free();
      return ok(DONE);
    case MAIL.more:
      return ok(DONE);
  }
}

const DONE: Reply = { status: MEMORY_STATUS.ok, data: NOTHING };
const NO_SUCH_LEASE = failure('invalid_argument', 'the run was not handed that many leases');
