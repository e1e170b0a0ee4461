import { beforeEach, describe, expect, test } from 'vitest';
import { LINK_LIMITS } from '../../../src/core/index.ts';
import { EVENT, type Announcement } from '../../../src/wire/index.ts';
import { link, ManualTime, present, SignalingHub, testBoard, type TestBoard } from '../../support/index.ts';
import { testMember, type TestMember } from './world.ts';

let time: ManualTime;
let watcher: TestMember;
let peer: TestBoard;
let cut: () => void;

beforeEach(async () => {
  time = new ManualTime();
  watcher = testMember(time, new SignalingHub(time), 'watcher');
  peer = testBoard(time, 'peer');
  peer.board.handlers.onEvent(EVENT.cellAnnounced, (_from, { sequence }) => sequences.push(sequence));
  for (const type of [EVENT.cellGossiped, EVENT.cellDigested, EVENT.cellCompared]) {
    peer.board.handlers.onEvent<unknown>(type, () => undefined);
  }
  peer.board.handlers.onEvent(EVENT.cellBeat, () => beats++);
  beats = 0;
  sequences = [];
  cut = await link(time, peer, watcher);
});

let sequences: number[] = [];
let beats = 0;

function announce(sequence: number, name: string): void {
  const capacity = { slotsTotal: 2, slotsFree: 1, memoryBytesTotal: 10, memoryBytesFree: 5 };
  const announcement: Announcement = { incarnation: 1, sequence, name, ...capacity, isVisible: true, peerName: 'peer' };
  peer.board.notify(watcher.self, EVENT.cellAnnounced, announcement);
}

const seen = () => present(watcher.roster.members()[0]);

describe('the roster', () => {
  test('shows a member from the moment it is linked, and what it is once it has said so', async () => {
    expect(seen()).toMatchObject({ cell: peer.self, state: 'alive', announcement: undefined });
    let isHeard = false;
    void watcher.roster.heardFirst.then(() => (isHeard = true));
    await time.advance(1);
    expect(isHeard).toBe(false);
    announce(1, 'Ada');
    await time.advance(5);
    expect(isHeard).toBe(true);
    expect(seen().announcement).toMatchObject({ name: 'Ada', slotsFree: 1 });
  });

  test('believes the latest announcement, in whatever order they come', async () => {
    for (const [sequence, name] of [
      [5, 'new'],
      [4, 'old'],
      [5, 'again'],
    ] as const)
      announce(sequence, name);
    await time.advance(5);
    expect(seen().announcement?.name).toBe('new');
    announce(6, 'newer');
    await time.advance(5);
    expect(seen().announcement?.name).toBe('newer');
  });

  test('says who this cell is when linked and soon after a change, with growing numbers, and beats once a second', async () => {
    expect(sequences).toEqual([1]);
    watcher.roster.announceSoon();
    watcher.roster.announceSoon();
    await time.advance(100);
    // Nothing has changed.
    expect(sequences).toEqual([1]);
    watcher.load.slotsFree = 0;
    watcher.roster.announceSoon();
    watcher.roster.announceSoon();
    await time.advance(100);
    expect(sequences).toEqual([1, 2]);
    await time.advance(LINK_LIMITS.heartbeatMs);
    // It is there, and has nothing new to say.
    expect(beats).toBe(1);
    expect(sequences).toEqual([1, 2]);
  });

  test('suspects a silent member halfway to the bound, and trusts it again when it speaks', async () => {
    announce(1, 'Ada');
    await time.advance(5);
    time.sleep(LINK_LIMITS.silenceMsMax / 2 - 10);
    expect(seen().state).toBe('alive');
    time.sleep(20);
    expect(seen().state).toBe('suspect');
    announce(2, 'Ada');
    await time.advance(5);
    expect(seen().state).toBe('alive');
  });

  test('shows a member that left for a while, with how it left, and then forgets it', async () => {
    announce(1, 'Ada');
    await time.advance(5);
    peer.board.close();
    await time.advance(5);
    expect(seen()).toMatchObject({ state: 'gone', end: 'bye', announcement: { name: 'Ada' } });
    await time.advance(10_000);
    expect(watcher.roster.members()).toEqual([]);
  });

  test('starts over with a member that comes back', async () => {
    announce(9, 'Ada');
    await time.advance(5);
    cut();
    await time.advance(10);
    expect(seen().state).toBe('gone');
    const back = testBoard(time, 'peer', { session: 2 });
    await link(time, back, watcher);
    expect(watcher.roster.members().length).toBe(1);
    expect(seen()).toMatchObject({ state: 'alive', announcement: undefined });
  });

  test('measures the round trip', async () => {
    const other = testMember(time, new SignalingHub(time), 'other');
    await link(time, other, watcher);
    const member = watcher.roster.members().find(({ cell }) => cell === other.self);
    expect(member?.roundTripMs).toBe(2);
  });
});
