import {
  err,
  LINK_LIMITS,
  ok,
  STEWARD_LIMITS,
  WIRE_LIMITS,
  type CellId,
  type LeaseId,
  type Result,
} from '../core/index.ts';
import type { RevokeResult } from '../lease/index.ts';
import type { Switchboard } from '../transport/index.ts';
import { STEWARD, type ListedLease, type Refusal, type StewardOrder } from '../wire/index.ts';
import { orderStatement, prove, type StewardKey, type StewardSeal } from './proofs.ts';

/** What a lessor does when the steward asks. */
export interface Ordered {
  leases(): readonly ListedLease[];
  revoke(leaseId: LeaseId, graceMs: number): Promise<RevokeResult>;
  unfence(leaseId: LeaseId): boolean;
}

export interface OrderAnswer {
  readonly result: RevokeResult | 'unfenced' | 'listed';
  readonly leases: readonly ListedLease[];
}

/** What the steward may ask of every lessor, each time with its signature: to list leases, to revoke and to unfence one. */
export class Orders {
  readonly #board: Switchboard;
  readonly #seal: StewardSeal;

  constructor(board: Switchboard, seal: StewardSeal, ordered: Ordered) {
    this.#board = board;
    this.#seal = seal;
    board.handlers.onRequest(STEWARD.order, async (from, { order, ...proof }) => {
      const statement = orderStatement(seal.fabric, from, board.self, order);
      if (!(await seal.isSigned(statement, proof))) {
        return err({ code: 'not_steward', message: 'that order is not signed by the steward of this fabric' });
      }
      return ok(await carriedOut(order, ordered));
    });
  }

  /** Asks a lessor, which may be this cell. */
  async ask(key: StewardKey, lessor: CellId, order: StewardOrder): Promise<Result<OrderAnswer, Refusal>> {
    const proof = await prove(key, orderStatement(this.#seal.fabric, this.#board.self, lessor, order));
    // A steward that has just come may not be linked to every lessor yet.
    await this.#board.reach(lessor, LINK_LIMITS.lessorWaitMs);
    const spareMs = order.action === 'revoke' ? order.graceMs : 0;
    return this.#board.call(lessor, STEWARD.order, { order, ...proof }, WIRE_LIMITS.callDeadlineMs + spareMs);
  }
}

async function carriedOut(
  order: StewardOrder,
  ordered: Ordered,
): Promise<{ result: OrderAnswer['result']; leases: ListedLease[] }> {
  switch (order.action) {
    case 'list':
      return { result: 'listed', leases: ordered.leases().slice(0, STEWARD_LIMITS.listedMax) };
    case 'unfence':
      return { result: ordered.unfence(order.leaseId) ? 'unfenced' : 'not_found', leases: [] };
    case 'revoke':
      return { result: await ordered.revoke(order.leaseId, order.graceMs), leases: [] };
  }
}
