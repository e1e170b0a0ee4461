import { type CellId } from '../../../../src/core/index.ts';
import { Relay } from '../../../../src/transport/index.ts';
import { decodeCarried, encodeCarried } from '../../../../src/transport/relay/index.ts';
import { RELAY, type ChannelName } from '../../../../src/wire/index.ts';
import { link, testBoard, testSecrecy, type ManualTime, type TestBoard } from '../../../support/index.ts';

/** A board whose cell can be an end of relayed links and carry those of others. */
export interface RelayBoard extends TestBoard {
  readonly relay: Relay;
  /** Cells that it does not take for members. */
  readonly unknown: Set<CellId>;
}

export function relayBoard(time: ManualTime, name: string, reach?: (cell: CellId) => Promise<boolean>): RelayBoard {
  const tested = testBoard(time, name);
  const unknown = new Set<CellId>();
  const { env, board, signer } = tested;
  const relay = new Relay({
    ...{ env, board, signer },
    secrecy: testSecrecy(env.random),
    knows: (cell) => !unknown.has(cell),
    reach: reach ?? (() => Promise.resolve(false)),
  });
  return { ...tested, relay, unknown };
}

/** Left and right, which know no way to each other, and a carrier between them. */
export async function threeBoards(time: ManualTime) {
  const [left, right, carrier] = [relayBoard(time, 'left'), relayBoard(time, 'right'), relayBoard(time, 'carrier')];
  await link(time, left, carrier);
  await link(time, right, carrier);
  return { left, right, carrier };
}

/** What a carrier sees pass, and may do to it. `index` counts the records of one way and channel from 0. */
export interface Passing {
  readonly from: CellId;
  readonly channel: ChannelName;
  readonly index: number;
  readonly record: Uint8Array;
}

/** What it hands on in place of a record: that, others, or nothing. */
export type Trick = (passing: Passing) => readonly Uint8Array[];

/** A member that agrees to carry and does to each record what `trick` says. */
export async function evilCarrier(time: ManualTime, left: RelayBoard, right: RelayBoard, trick: () => Trick) {
  const evil = testBoard(time, 'carrier');
  const seen: Uint8Array[] = [];
  const counts = new Map<string, number>();
  let circuit = 6;
  const other = (from: CellId): CellId => (from === left.self ? right.self : left.self);
  evil.board.handlers.onRequest(RELAY.open, async (from, { to }) => {
    counts.clear();
    circuit++;
    const offered = await evil.board.call(to, RELAY.offered, { from, circuit });
    return offered.ok ? { ok: true, value: { circuit } } : offered;
  });
  for (const channel of ['control', 'data'] as const) {
    evil.board.handlers.onRequest(RELAY[channel], (from, bytes) => {
      const carried = decodeCarried(bytes);
      const record = new Uint8Array(carried?.record ?? []);
      seen.push(record);
      const key = `${from} ${channel}`;
      const index = counts.get(key) ?? 0;
      counts.set(key, index + 1);
      for (const each of trick()({ from, channel, index, record })) {
        const passed = encodeCarried({ isFromCarrier: true, circuit, record: each });
        void evil.board.call(other(from), RELAY[channel], passed);
      }
      return { ok: true, value: new Uint8Array(0) };
    });
  }
  evil.board.handlers.onEvent(RELAY.closed, (from, closed) =>
    evil.board.notify(other(from), RELAY.closed, { circuit: closed.circuit, isFromCarrier: true }),
  );
  await link(time, left, evil);
  await link(time, right, evil);
  return { evil, seen };
}
