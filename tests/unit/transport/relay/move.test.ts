import { beforeEach, describe, expect, test } from 'vitest';
import { LINK_LIMITS, ok, RELAY_LIMITS, type CellId } from '../../../../src/core/index.ts';
import { MemoryEndpoint, type LinkListener, type RawLink } from '../../../../src/transport/index.ts';
import { EVENT, REQUEST } from '../../../../src/wire/index.ts';
import { errorOf, idOf, ManualTime, patternBytes, testEnv, valueOf } from '../../../support/index.ts';
import { threeBoards, type RelayBoard } from './world.ts';

let time: ManualTime;
let left: RelayBoard;
let right: RelayBoard;
let carrier: RelayBoard;
/** Digests that came, by who got them. */
let got: Map<CellId, number[]>;

beforeEach(async () => {
  time = new ManualTime();
  ({ left, right, carrier } = await threeBoards(time));
  got = new Map();
  for (const { board, self } of [left, right]) {
    const digests: number[] = [];
    got.set(self, digests);
    board.handlers.onEvent(EVENT.cellBeat, (_from, { digest }) => digests.push(digest));
    board.handlers.onRequest(REQUEST.contentGet, () => ok(patternBytes(200_000)));
    board.handlers.onRequest(REQUEST.cellPing, () => ok({}));
  }
  valueOf(await time.until(left.relay.dial(right.self, carrier.self)));
  await time.advance(50);
  for (const { heard } of [left, right]) heard.length = 0;
});

const pathOf = (board: RelayBoard, to: RelayBoard): string | undefined => board.board.linkOf(to.self)?.path;
const paths = (): readonly (string | undefined)[] => [pathOf(left, right), pathOf(right, left)];

/** Both ends say a number every half millisecond and ask for bulk now and then, for so long; answers whether all came. */
async function talkFor(durationMs: number): Promise<void> {
  const calls: Promise<{ readonly ok: boolean }>[] = [];
  const asked = { hash: idOf.content('1'), sizeBytesMax: 200_000 };
  for (let at = 0; at < 2 * durationMs; at++) {
    for (const [from, to] of [
      [left, right],
      [right, left],
    ] as const) {
      from.board.notify(to.self, EVENT.cellBeat, { digest: at });
      if (at % 16 === 0) calls.push(from.board.call(to.self, REQUEST.contentGet, asked));
      if (at % 5 === 0) calls.push(from.board.call(to.self, REQUEST.cellPing, {}));
    }
    await time.advance(0.5);
  }
  const answers = await time.until(Promise.all(calls));
  expect(answers.filter((answer) => !answer.ok)).toEqual([]);
  await time.advance(100);
  const sent = Array.from({ length: 2 * durationMs }, (_, at) => at);
  for (const { self } of [left, right]) expect(got.get(self)).toEqual(sent);
}

/** Lets the next link at `endpoint` be worked on: what it sends, or how it is told of. */
function work(endpoint: MemoryEndpoint, on: (link: RawLink, listener: LinkListener) => LinkListener): void {
  const accept = endpoint.acceptor;
  endpoint.listen((link) => on(link, accept(link)));
}

describe('a link that goes through another cell', () => {
  test.each([0, 1, 3, 7, 12])(
    'moves to a direct one %i ms later, and nothing is lost or overtaken',
    async (afterMs) => {
      const talk = talkFor(60);
      await time.advance(afterMs);
      left.endpoint.dial(right.endpoint);
      await talk;
      expect(paths()).toEqual(['direct', 'direct']);
      expect([left.heard, right.heard]).toEqual([[], []]);
      expect(carrier.relay.carried).toBe(0);
    },
  );

  test('stays as it is when the direct one breaks before anything moved', async () => {
    const cut = left.endpoint.dial(right.endpoint);
    const talk = talkFor(40);
    await time.advance(3);
    cut();
    await talk;
    expect(paths()).toEqual(['relayed', 'relayed']);
    expect([left.heard, right.heard]).toEqual([[], []]);
  });

  test('stays as it is when neither hears that the other is ready', async () => {
    for (const { endpoint } of [left, right]) {
      work(endpoint, (_link, listener) => ({
        ...listener,
        // Hellos and nothing else get through.
        frame: (channel, bytes) => (bytes[4] ?? 0) < 8 && listener.frame(channel, bytes),
      }));
    }
    left.endpoint.dial(right.endpoint);
    await talkFor(40);
    await time.advance(LINK_LIMITS.helloDeadlineMs);
    expect(paths()).toEqual(['relayed', 'relayed']);
  });

  test('is over for both when it breaks half moved: nobody goes on without what was lost', async () => {
    work(right.endpoint, (_link, listener) => ({
      ...listener,
      // What says that everything came through does not come.
      frame: (channel, bytes) => bytes[4] !== 0x0a && listener.frame(channel, bytes),
    }));
    left.endpoint.dial(right.endpoint);
    await time.advance(30);
    const call = right.board.call(left.self, REQUEST.cellPing, {}, 2 * RELAY_LIMITS.moveMs);
    await time.advance(RELAY_LIMITS.moveMs + 500);
    expect(errorOf(await call).code).toBe('disconnected');
    expect(left.board.isLinked(right.self)).toBe(false);
    expect(right.board.isLinked(left.self)).toBe(false);
  });

  test('is replaced by a reloaded tab’s, whatever way that goes', async () => {
    left.board.part(right.self, 'us');
    await time.advance(20);
    left.endpoint.dial(right.endpoint);
    await time.advance(20);
    expect(paths()).toEqual(['direct', 'direct']);
    // A direct link does not give way to one through another cell.
    expect((await time.until(left.relay.dial(right.self, carrier.self))).ok).toBe(false);
    expect(paths()).toEqual(['direct', 'direct']);
  });

  test('moves when both dial at once, or stays and can be moved later', async () => {
    left.endpoint.dial(right.endpoint);
    right.endpoint.dial(left.endpoint);
    await talkFor(60);
    expect(new Set(paths()).size).toBe(1);
    await time.advance(LINK_LIMITS.helloDeadlineMs);
    await time.until(left.board.call(right.self, REQUEST.cellPing, {}));
    left.endpoint.dial(right.endpoint);
    await time.advance(50);
    expect(paths()).toEqual(['direct', 'direct']);
    expect([left.heard, right.heard]).toEqual([[], []]);
  });

  test('holds nothing back for long when the new link is quiet', async () => {
    const strange = new MemoryEndpoint(testEnv(time, 'strange'));
    strange.dial(right.endpoint);
    await talkFor(20);
    expect(paths()).toEqual(['relayed', 'relayed']);
  });
});
