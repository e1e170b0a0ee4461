import { beforeEach, describe, expect, test } from 'vitest';
import { failure, LINK_LIMITS } from '../../../src/core/index.ts';
import { MemoryEndpoint } from '../../../src/transport/index.ts';
import { errorOf, ManualTime, present, SignalingHub, testEnv, valueOf } from '../../support/index.ts';
import { areFullyLinked, SLOTS, testMember, type TestMember } from './world.ts';

let time: ManualTime;
let hub: SignalingHub;

beforeEach(() => {
  time = new ManualTime();
  hub = new SignalingHub(time);
});

const member = (name: string): TestMember => testMember(time, hub, name);

async function joined(names: readonly string[]): Promise<TestMember[]> {
  const members: TestMember[] = [];
  for (const name of names) {
    const next = member(name);
    valueOf(await time.until(next.joiner.join()));
    await time.advance(500);
    members.push(next);
  }
  return members;
}

const slotsOf = (members: readonly TestMember[]) => members.map(({ joiner }) => joiner.slot);

describe('joining', () => {
  test('the first cell is alone, and keeps one meeting point of the three', async () => {
    const [first] = await joined(['a']);
    expect(first?.joiner.slot).toBe(0);
    expect(SLOTS.map((slot) => hub.isTaken(slot))).toEqual([true, false, false]);
    expect(hub.dials).toEqual([]);
  });

  test('the second dials the meeting point that is taken, and is a member when it has heard of one', async () => {
    const members = await joined(['a', 'b']);
    expect(areFullyLinked(members)).toBe(true);
    expect(hub.dials[0]).toEqual({ from: 'peerb', to: 'slot0' });
    expect(
      present(members[1])
        .roster.members()
        .map(({ announcement }) => announcement?.name),
    ).toEqual(['a']);
  });

  test('later ones hear of everyone from one, and the meeting points are shared out', async () => {
    const members = await joined(['a', 'b', 'c', 'd', 'e']);
    await time.advance(10_000);
    expect(areFullyLinked(members)).toBe(true);
    expect(
      slotsOf(members)
        .filter((slot) => slot !== undefined)
        .toSorted(),
    ).toEqual([0, 1, 2]);
  });

  test.each([2, 3, 6])('%i at once end up linked, each to all', async (count) => {
    const members = Array.from({ length: count }, (_, index) => member(String.fromCharCode(97 + index)));
    const joins = members.map(({ joiner }) => joiner.join());
    for (const join of joins) valueOf(await time.until(join));
    await time.advance(20_000);
    expect(areFullyLinked(members)).toBe(true);
    for (const { heard } of members) expect(heard.filter((each) => each.startsWith('left'))).toEqual([]);
  });

  test('fails as wrong_key when the members there have another key', async () => {
    await joined(['a']);
    const stranger = testMember(time, hub, 'x', { fabric: 'another' });
    expect(errorOf(await time.until(stranger.joiner.join())).code).toBe('wrong_key');
    expect(stranger.board.peers()).toEqual([]);
  });

  test('fails as peers_unreachable when a meeting point is taken and nobody answers', async () => {
    hub.occupy('slot0', new MemoryEndpoint(testEnv(time, 'ghost')));
    hub.deaf.add('slot0');
    expect(errorOf(await time.until(member('a').joiner.join())).code).toBe('peers_unreachable');
  });

  test('goes on to the next meeting point when nobody answers at one', async () => {
    const members = await joined(['a', 'b']);
    await time.advance(5_000);
    expect(slotsOf(members)).toEqual([0, 1]);
    hub.deaf.add('slot0');
    const third = member('c');
    valueOf(await time.until(third.joiner.join()));
    await time.advance(5_000);
    expect(areFullyLinked([...members, third])).toBe(true);
  });

  test('whoever answers and then says nothing is not taken for a member', async () => {
    const mute = new MemoryEndpoint(testEnv(time, 'mute'));
    hub.occupy('slot0', mute);
    const startMs = time.nowMs();
    expect(errorOf(await time.until(member('a').joiner.join())).code).toBe('peers_unreachable');
    expect(time.nowMs() - startMs).toBeLessThanOrEqual(LINK_LIMITS.helloDeadlineMs + 100);
  });

  test('fails with what signaling says when that is what fails', async () => {
    hub.down = failure('signaling_unreachable', 'the service is down');
    expect(errorOf(await time.until(member('a').joiner.join()))).toEqual(hub.down);
  });
});

describe('staying', () => {
  test('when the keeper of a meeting point leaves, another takes it, and newcomers still get in', async () => {
    const members = await joined(['a', 'b', 'c', 'd']);
    await time.advance(5_000);
    const leaver = present(members.find(({ joiner }) => joiner.slot === 0));
    leaver.close('goodbye');
    await time.advance(10_000);
    const rest = members.filter((each) => each !== leaver);
    expect(slotsOf(rest).toSorted()).toEqual([0, 1, 2]);
    const late = member('late');
    valueOf(await time.until(late.joiner.join()));
    await time.advance(10_000);
    expect(areFullyLinked([...rest, late])).toBe(true);
  });

  test('when it crashes, it counts as gone after the bound on silence, and its meeting point is taken', async () => {
    const members = await joined(['a', 'b', 'c', 'd']);
    await time.advance(5_000);
    const [crashed, ...rest] = members;
    present(crashed).close('crash');
    await time.advance(LINK_LIMITS.silenceMsMax + 10_000);
    expect(slotsOf(rest).toSorted()).toEqual([0, 1, 2]);
    expect(areFullyLinked(rest)).toBe(true);
  });

  test.each([
    [true, 'suspect'],
    [false, undefined],
  ])('one whose browser stops it (%s) is waited for longer than one that says nothing', async (isFrozen, state) => {
    // With nobody else there, whom nobody hears is gone at once.
    const [first, second] = await joined(['a', 'b', 'c']);
    await time.advance(5_000);
    if (isFrozen) {
      present(first).load.isFrozen = true;
      present(first).roster.announceNow();
      await time.advance(10);
    }
    present(first).close('crash');
    await time.advance(15_000);
    const stopped = present(second)
      .roster.members()
      .find(({ cell }) => cell === present(first).self);
    expect(stopped?.state).toBe(state);
  });

  test('two that lost each other find each other again through a third', async () => {
    const members = await joined(['a', 'b']);
    const cut = present(members[0]).endpoint.dial(present(members[1]).endpoint);
    await time.advance(50);
    const third = member('c');
    valueOf(await time.until(third.joiner.join()));
    cut();
    await time.advance(30_000);
    expect(areFullyLinked([...members, third])).toBe(true);
  });

  test.each([500, 8_000])(
    'two that lost each other with nobody between them, %i ms after joining, find each other at a meeting point',
    async (togetherMs) => {
      const members = await joined(['a', 'b']);
      await time.advance(togetherMs);
      // A laptop that slept: both ends ran into the bound on silence.
      time.sleep(60_000);
      for (const { board } of members) board.tick();
      expect(areFullyLinked(members)).toBe(false);
      await time.advance(60_000);
      expect(areFullyLinked(members)).toBe(true);
    },
  );

  test('two that lost each other after the service died are introduced by a third', async () => {
    const members = await joined(['a', 'b', 'c']);
    await time.advance(5_000);
    hub.down = failure('signaling_unreachable', 'the service is down');
    const [a, b] = [present(members[0]), present(members[1])];
    a.board.part(b.self, 'us');
    await time.advance(50);
    expect(a.board.isLinked(b.self)).toBe(false);
    await time.advance(20_000);
    expect(areFullyLinked(members)).toBe(true);
  });

  test('a meeting point whose keeper never answers is dialled ever more seldom', async () => {
    await joined(['a']);
    hub.occupy('slot1', new MemoryEndpoint(testEnv(time, 'ghost')));
    hub.deaf.add('slot1');
    await time.advance(600_000);
    expect(hub.dials.length).toBeGreaterThan(5);
    expect(hub.dials.length).toBeLessThan(30);
  });

  test('a lone cell keeps one meeting point and leaves the others free', async () => {
    const [first] = await joined(['a']);
    await time.advance(120_000);
    expect(present(first).joiner.slot).toBe(0);
    expect(SLOTS.map((slot) => hub.isTaken(slot))).toEqual([true, false, false]);
    expect(hub.dials).toEqual([]);
  });
});
