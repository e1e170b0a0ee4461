import { beforeEach, describe, expect, test, vi } from 'vitest';
import { LINK_LIMITS, ok, RELAY_LIMITS, type CellId } from '../../../../src/core/index.ts';
import { encodeCarried } from '../../../../src/transport/relay/index.ts';
import { EVENT, RELAY, REQUEST } from '../../../../src/wire/index.ts';
import { errorOf, idOf, link, ManualTime, patternBytes, settle, valueOf } from '../../../support/index.ts';
import { relayBoard, threeBoards, type RelayBoard } from './world.ts';

let time: ManualTime;
let left: RelayBoard;
let right: RelayBoard;
let carrier: RelayBoard;

beforeEach(async () => {
  time = new ManualTime();
  ({ left, right, carrier } = await threeBoards(time));
});

/** Answers the number of the circuit at its carrier. */
async function relayed(): Promise<number> {
  const call = vi.spyOn(carrier.board, 'call');
  valueOf(await time.until(left.relay.dial(right.self, carrier.self)));
  await time.advance(50);
  const offered = call.mock.calls.find(([, kind]) => kind === RELAY.offered)?.[2];
  return Number(Reflect.get(Object(offered), 'circuit'));
}

/** Answers contents of that size, and how long one took to come. */
async function fetchMs(sizeBytes: number): Promise<number> {
  const contents = patternBytes(sizeBytes);
  right.board.handlers.onRequest(REQUEST.contentGet, () => ok(contents));
  const askedMs = time.nowMs();
  const asked = { hash: idOf.content('1'), sizeBytesMax: sizeBytes };
  const got = valueOf(await time.until(left.board.call(right.self, REQUEST.contentGet, asked, 60_000)));
  expect(Buffer.from(got).equals(Buffer.from(contents))).toBe(true);
  return time.nowMs() - askedMs;
}

describe('a link through another cell', () => {
  test('joins the two ends, who know how it goes', async () => {
    await relayed();
    expect(left.heard.at(-1)).toBe(`joined ${right.self}`);
    expect(right.heard.at(-1)).toBe(`joined ${left.self}`);
    expect(left.board.linkOf(right.self)).toEqual({ path: 'relayed', via: carrier.self });
    expect(right.board.linkOf(left.self)).toEqual({ path: 'relayed', via: carrier.self });
    expect(carrier.relay.carried).toBe(1);
  });

  test('carries calls both ways, and messages longer than a frame', async () => {
    await relayed();
    for (const { board } of [left, right]) board.handlers.onRequest(REQUEST.cellPing, () => ok({}));
    expect((await time.until(left.board.call(right.self, REQUEST.cellPing, {}))).ok).toBe(true);
    expect((await time.until(right.board.call(left.self, REQUEST.cellPing, {}))).ok).toBe(true);
    await fetchMs(300_000);
  });

  test('keeps the order of what is sent, on each channel', async () => {
    await relayed();
    const got: number[] = [];
    right.board.handlers.onEvent(EVENT.cellBeat, (_from, { digest }) => got.push(digest));
    for (let digest = 0; digest < 500; digest++) left.board.notify(right.self, EVENT.cellBeat, { digest });
    await time.advance(500);
    expect(got).toEqual(Array.from({ length: 500 }, (_, digest) => digest));
  });

  test('moves no more bytes a second than a carrier allows, and its other messages do not wait', async () => {
    await relayed();
    const sizeBytes = 8 * 1_024 * 1_024;
    right.board.handlers.onRequest(REQUEST.cellPing, () => ok({}));
    const bulk = fetchMs(sizeBytes);
    await time.advance(500);
    const askedMs = time.nowMs();
    expect((await time.until(left.board.call(right.self, REQUEST.cellPing, {}))).ok).toBe(true);
    expect(time.nowMs() - askedMs).toBeLessThan(50);
    const tookMs = await time.until(bulk);
    const leastMs = (1_000 * (sizeBytes - RELAY_LIMITS.burstBytes)) / RELAY_LIMITS.bytesPerSecondMax;
    expect(tookMs).toBeGreaterThan(leastMs);
    expect(tookMs).toBeLessThan(1.5 * leastMs);
  });

  test('ends for both when one closes it, and the carrier forgets it', async () => {
    await relayed();
    left.board.close();
    await time.advance(50);
    expect(right.heard.at(-1)).toBe(`left ${left.self} bye`);
    expect(carrier.relay.carried).toBe(0);
  });

  test('ends as stranded when the carrier goes, and another can carry it then', async () => {
    await relayed();
    const second = relayBoard(time, 'second');
    await link(time, left, second);
    await link(time, right, second);
    carrier.board.close();
    await time.advance(50);
    expect(left.heard.slice(-2).sort()).toEqual([`left ${carrier.self} bye`, `left ${right.self} stranded`].sort());
    valueOf(await time.until(left.relay.dial(right.self, second.self)));
    await time.advance(50);
    expect(left.board.linkOf(right.self)).toEqual({ path: 'relayed', via: second.self });
  });

  test('ends when one of the ends is gone without a word', async () => {
    await relayed();
    right.crash();
    for (let beat = 0; beat < 6; beat++) {
      await time.advance(LINK_LIMITS.heartbeatMs);
      for (const { board } of [left, carrier]) board.tick();
      left.board.notify(carrier.self, EVENT.cellBeat, { digest: 0 });
      carrier.board.notify(left.self, EVENT.cellBeat, { digest: 0 });
    }
    await time.advance(RELAY_LIMITS.idleMs);
    expect(left.board.isLinked(right.self)).toBe(false);
    expect(carrier.relay.carried).toBe(0);
  });
});

describe('a carrier', () => {
  const dialled = async (to: CellId, via = carrier): Promise<string> =>
    errorOf(await time.until(left.relay.dial(to, via.self))).code;

  test('carries only between cells it knows and is linked to itself', async () => {
    const stranger = relayBoard(time, 'stranger');
    expect(await dialled(stranger.self)).toBe('peers_unreachable');
    carrier.unknown.add(right.self);
    expect(await dialled(right.self)).toBe('peers_unreachable');
    carrier.unknown.clear();
    carrier.unknown.add(left.self);
    expect(await dialled(right.self)).toBe('peers_unreachable');
    expect(await dialled(carrier.self)).toBe('invalid_argument');
  });

  test('does not carry over a link that is carried itself', async () => {
    await relayed();
    const far = relayBoard(time, 'far');
    await link(time, right, far);
    expect(errorOf(await time.until(left.relay.dial(far.self, right.self))).code).toBe('peers_unreachable');
  });

  test('links a cell for somebody else where cells are not linked to all', async () => {
    const far = relayBoard(time, 'far');
    const near: RelayBoard = relayBoard(time, 'near', async (cell) => {
      expect(cell).toBe(far.self);
      await link(time, near, far);
      return true;
    });
    await link(time, left, near);
    valueOf(await time.until(left.relay.dial(far.self, near.self)));
    await time.advance(50);
    expect(left.board.linkOf(far.self)).toEqual({ path: 'relayed', via: near.self });
  });

  test('carries so many links of one cell and no more', async () => {
    const others = Array.from({ length: RELAY_LIMITS.carriedPerCellMax + 1 }, (_, at) => relayBoard(time, `o${at}`));
    for (const other of others) await link(time, other, carrier);
    const codes: string[] = [];
    for (const { self } of others) {
      const opened = await time.until(left.relay.dial(self, carrier.self));
      codes.push(opened.ok ? 'ok' : opened.error.code);
      await time.advance(20);
    }
    expect(codes).toEqual([...Array<string>(RELAY_LIMITS.carriedPerCellMax).fill('ok'), 'capacity_exceeded']);
  });

  test('ends a circuit whose sender does not keep to its window', async () => {
    const circuit = await relayed();
    const record = new Uint8Array(RELAY_LIMITS.recordBytesMax);
    const carried = encodeCarried({ isFromCarrier: false, circuit, record });
    for (let sent = 0; sent < 60; sent++) void left.board.call(carrier.self, RELAY.data, carried);
    await time.advance(100);
    expect(carrier.relay.carried).toBe(0);
    expect(left.heard.at(-1)).toBe(`left ${right.self} stranded`);
  });

  test('is told nothing by those who have no part in a circuit', async () => {
    const circuit = await relayed();
    const third = relayBoard(time, 'third');
    await link(time, third, carrier);
    third.board.notify(carrier.self, RELAY.closed, { circuit, isFromCarrier: false });
    const record = encodeCarried({ isFromCarrier: false, circuit, record: new Uint8Array(1) });
    const foreign = third.board.call(carrier.self, RELAY.control, record);
    expect(errorOf(await time.until(foreign)).code).toBe('not_found');
    expect(carrier.relay.carried).toBe(1);
    expect(left.board.isLinked(right.self)).toBe(true);
  });

  test('closes what has come to a standstill', async () => {
    await relayed();
    await time.advance(2 * RELAY_LIMITS.idleMs);
    await settle();
    expect(carrier.relay.carried).toBe(0);
    expect(left.board.isLinked(right.self)).toBe(false);
  });
});
