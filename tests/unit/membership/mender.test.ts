import { beforeEach, describe, expect, test } from 'vitest';
import { err, failure, LINK_LIMITS, MEND_LIMITS, ok, type CellId, type RunId } from '../../../src/core/index.ts';
import { Mender } from '../../../src/membership/mending/index.ts';
import type { Signaling } from '../../../src/membership/index.ts';
import { EVENT, REQUEST } from '../../../src/wire/index.ts';
import { idOf, link, ManualTime, testBoard, type TestBoard } from '../../support/index.ts';

let time: ManualTime;
let left: TestBoard;
let right: TestBoard;
/** What the far end does when it is asked for another way. */
let answers: 'agrees' | 'is silent';
let asked: { dial: RunId; peerName: string | undefined; atMs: number }[];
let dialled: CellId[];
let mender: Mender;

const DIAL = idOf.run('d1');

beforeEach(async () => {
  time = new ManualTime();
  [left, right] = [testBoard(time, 'left', { dial: DIAL }), testBoard(time, 'right', { dial: DIAL })];
  [answers, asked, dialled] = ['agrees', [], []];
  const restart: Signaling['restart'] = (dial, peerName, send) => {
    asked.push({ dial, peerName, atMs: time.nowMs() });
    send('a text');
    const late = failure('peers_unreachable', 'no answer');
    return new Promise((resolve) => {
      if (answers === 'agrees') time.after(50, () => resolve(ok(undefined)));
      else time.after(MEND_LIMITS.agreeMs, () => resolve(err(late)));
    });
  };
  mender = new Mender({
    env: left.env,
    board: left.board,
    signaling: { ...NO_SERVICE, restart },
    peerNameOf: () => 'right',
    dialBesides: (cell) => dialled.push(cell),
  });
  for (const { board } of [left, right]) board.handlers.onRequest(REQUEST.cellPing, () => ok({}));
  await link(time, left, right);
  await time.until(left.board.call(right.self, REQUEST.cellPing, {}));
  left.heard.length = 0;
});

const nothing = (): Promise<never> => new Promise(() => undefined);
const NO_SERVICE: Signaling = {
  peerName: 'left',
  open: nothing,
  claim: nothing,
  release: () => undefined,
  dial: nothing,
};

/** What a cell does at each heartbeat, for so long. */
async function beats(forMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < forMs; passedMs += 500) {
    await time.advance(500);
    mender.tend();
    left.board.tick();
  }
}

const DIES_MS = LINK_LIMITS.silenceMsMax + 500;

describe('a link that nothing is heard on', () => {
  test('is asked for another way once it is silent for so long, and not before', async () => {
    await time.advance(MEND_LIMITS.afterMs - 500);
    mender.tend();
    expect(asked).toEqual([]);
    await beats(1_000);
    expect(asked).toMatchObject([{ dial: DIAL, peerName: 'right' }]);
  });

  test('is over in time when its far end does not answer', async () => {
    right.crash();
    answers = 'is silent';
    await beats(DIES_MS);
    expect(left.heard).toEqual([`left ${right.self} silent`]);
    expect(dialled).toEqual([]);
  });

  test('is borne with when the far end answers elsewhere, dialled anew besides, and over in the end', async () => {
    right.crash();
    await beats(DIES_MS);
    await beats(MEND_LIMITS.waitMs / 2);
    expect(left.board.isLinked(right.self)).toBe(true);
    expect(dialled).toContain(right.self);
    await beats(MEND_LIMITS.silenceMsMax + MEND_LIMITS.waitMs);
    expect(left.heard).toEqual([`left ${right.self} silent`]);
  });

  test('goes on without anything lost when it comes back', async () => {
    const resume = right.pause('running');
    await beats(DIES_MS);
    resume();
    expect((await time.until(left.board.call(right.self, REQUEST.cellPing, {}))).ok).toBe(true);
    const before = asked.length;
    await beats(500);
    expect([left.heard, asked.length]).toEqual([[], before]);
  });
});

describe('a network that changes', () => {
  test('has every link look for another way at once, and again when it changes again meanwhile', async () => {
    mender.networkChanged();
    await time.advance(10);
    mender.networkChanged();
    expect(asked.length).toBe(1);
    await time.advance(MEND_LIMITS.waitMs);
    expect(asked.length).toBe(2);
  });

  test('makes this cell bear with silence until its own signaling is back', async () => {
    right.crash();
    answers = 'is silent';
    mender.networkChanged();
    await beats(DIES_MS);
    expect(left.board.isLinked(right.self)).toBe(true);
    await beats(MEND_LIMITS.graceMs);
    expect(left.board.isLinked(right.self)).toBe(false);
  });

  test('is told to the far end by members that are heard, and never by more than a few', async () => {
    const others = Array.from({ length: 5 }, (_, index) => testBoard(time, `other${index}`));
    const carried: CellId[] = [];
    for (const other of others) {
      other.board.handlers.onEvent(EVENT.cellIntroduced, ({ length }, { to, dial }) => {
        if (length > 0 && to === right.self && dial === DIAL) carried.push(other.self);
      });
      await link(time, left, other);
    }
    mender.networkChanged();
    await time.advance(50);
    expect(carried.length).toBe(3);
  });
});
