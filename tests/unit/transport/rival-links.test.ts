import { describe, expect, test } from 'vitest';
import { LINK_LIMITS, ok } from '../../../src/core/index.ts';
import { type LinkListener, type MemoryEndpoint } from '../../../src/transport/index.ts';
import { EVENT, REQUEST } from '../../../src/wire/index.ts';
import { link, ManualTime, seededRandom } from '../../support/index.ts';
import { threeBoards, type RelayBoard } from './relay/world.ts';

/** Each link carries what it carries in order, and every one at a pace of its own, as the links of one network do. */
function pacedApart(time: ManualTime, endpoint: MemoryEndpoint, drawMs: () => number): void {
  const accept = endpoint.acceptor;
  endpoint.listen((raw) => {
    const listener = accept(raw);
    let lastMs = 0;
    const later = (act: () => void): void => {
      lastMs = Math.max(lastMs, time.nowMs() + drawMs());
      time.after(lastMs - time.nowMs(), act);
    };
    const paced: LinkListener = {
      frame: (channel, bytes) => {
        const copy = bytes.slice();
        later(() => listener.frame(channel, copy));
      },
      drained: (channel) => listener.drained(channel),
      closed: () => later(() => listener.closed()),
    };
    return paced;
  });
}

type Dialled = 'by one end' | 'by both in turn' | 'by whoever';

interface Story {
  readonly seed: number;
  readonly dialled: Dialled;
  readonly dials: number;
  readonly isRelayedBefore: boolean;
}

/** Several dials within a few milliseconds, while both ends talk; answers what became of the two. */
async function rivalry({ seed, dialled, dials, isRelayedBefore }: Story) {
  const time = new ManualTime();
  const random = seededRandom(`rivals ${seed}`);
  const draw = (max: number): number => ((random.bytes(1)[0] ?? 0) / 256) * max;
  const { left, right, carrier } = await threeBoards(time);
  const ends = [left, right] as const;
  if (isRelayedBefore) {
    await time.until(left.relay.dial(right.self, carrier.self));
    await time.advance(50);
  }
  const got = ends.map(({ board, heard, endpoint }) => {
    const digests: number[] = [];
    board.handlers.onRequest(REQUEST.cellPing, () => ok({}));
    board.handlers.onEvent(EVENT.cellBeat, (_from, { digest }) => digests.push(digest));
    heard.length = 0;
    pacedApart(time, endpoint, () => draw(6));
    return digests;
  });
  for (let made = 0; made < dials; made++) {
    const isLeft = dialled === 'by one end' || (dialled === 'by both in turn' ? made % 2 === 0 : draw(1) < 0.5);
    const [from, to] = isLeft ? [left, right] : [right, left];
    time.after(draw(12), () => from.endpoint.dial(to.endpoint));
  }
  const others = [
    [left, right],
    [right, left],
  ] as const;
  for (let at = 0; at < 120; at++) {
    if (isRelayedBefore || at >= 60)
      for (const [a, b] of others) a.board.notify(b.self, EVENT.cellBeat, { digest: at });
    await time.advance(1);
  }
  const paths = others.map(([a, b]) => a.board.linkOf(b.self)?.path);
  const answers = await time.until(
    Promise.all(others.map(([a, b]) => a.board.call(b.self, REQUEST.cellPing, {}, 500))),
  );
  await time.advance(LINK_LIMITS.helloDeadlineMs + LINK_LIMITS.silenceMsMax);
  return {
    paths,
    answered: answers.filter((answer) => answer.ok).length,
    // What was said once each end was joined, or all along where they were linked before.
    missed: got.filter((digests) => !isWhole(digests, isRelayedBefore ? 0 : 60)).length,
    // Neither lost the other, or was told that anything is lost.
    heard: ends.flatMap(({ heard }) => heard).filter((each) => !each.startsWith('joined')),
  };
}

/** Everything from `first` on has come, once and in order. */
function isWhole(digests: readonly number[], first: number): boolean {
  return digests.length === 120 - first && digests.every((digest, index) => digest === first + index);
}

const STORIES = [false, true].flatMap((isRelayedBefore) =>
  (['by one end', 'by both in turn', 'by whoever'] as const).flatMap((dialled) =>
    [2, 3].map((dials) => ({ isRelayedBefore, dialled, dials })),
  ),
);
const SEEDS = 20;
const WELL = { paths: ['direct', 'direct'], answered: 2, missed: 0, heard: [] };

describe('several links between two tabs', () => {
  test.each(STORIES)('$dials dialled $dialled, relayed before: $isRelayedBefore', async (story) => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const became = await rivalry({ ...story, seed });
      expect({ seed, ...became }).toEqual({ seed, ...WELL });
    }
  });
});

describe('a link that one end has lost', () => {
  const pings = async (time: ManualTime, [a, b]: readonly [RelayBoard, RelayBoard]): Promise<boolean> =>
    (await time.until(a.board.call(b.self, REQUEST.cellPing, {}))).ok;

  /** Both linked; then nothing gets through any more, and one end notices. */
  async function lostBy(end: 'left' | 'right') {
    const time = new ManualTime();
    const { left, right } = await threeBoards(time);
    for (const { board } of [left, right]) board.handlers.onRequest(REQUEST.cellPing, () => ok({}));
    const [loser, other] = end === 'left' ? [left, right] : [right, left];
    let isDead = false;
    for (const { endpoint } of [left, right]) {
      const accept = endpoint.acceptor;
      let links = 0;
      endpoint.listen((raw) => {
        const isFirst = links++ === 0;
        const listener = accept(raw);
        const isHeard = (): boolean => !(isFirst && isDead);
        return {
          frame: (channel, bytes) => isHeard() && listener.frame(channel, bytes),
          drained: (channel) => listener.drained(channel),
          closed: () => isHeard() && listener.closed(),
        };
      });
    }
    await link(time, left, right);
    expect(await pings(time, [left, right])).toBe(true);
    isDead = true;
    await time.advance(LINK_LIMITS.silenceMsMax - 500);
    loser.board.part(other.self, 'us');
    for (const { heard } of [left, right]) heard.length = 0;
    return { time, left, right, loser, other };
  }

  test.each(['left', 'right'] as const)('gives way to the one that the %s end dials next', async (end) => {
    const { time, loser, other } = await lostBy(end);
    await link(time, loser, other);
    expect(await pings(time, [loser, other])).toBe(true);
    expect(await pings(time, [other, loser])).toBe(true);
    expect(loser.heard).toEqual([`joined ${other.self}`]);
    // The other end never was without it, and is told that something may be lost.
    expect(other.heard).toEqual([`relinked ${loser.self}`]);
  });

  test('gives way also when the other end dials', async () => {
    const { time, loser, other } = await lostBy('left');
    await link(time, other, loser);
    expect(await pings(time, [loser, other])).toBe(true);
    expect(await pings(time, [other, loser])).toBe(true);
  });
});
