import { beforeEach, describe, expect, test } from 'vitest';
import { RELAY_LIMITS, type CellId } from '../../../src/core/index.ts';
import type { Member } from '../../../src/membership/index.ts';
import { Detours } from '../../../src/membership/detours.ts';
import type { Entry } from '../../../src/membership/swim/index.ts';
import { EVENT } from '../../../src/wire/index.ts';
import { errorOf, link, ManualTime, testBoard, testSecrecy, valueOf, type TestBoard } from '../../support/index.ts';

/** How often a test looks; carriers end a link on which nothing moves for longer. */
const LOOK_MS = RELAY_LIMITS.idleMs / 4;

interface Detoured extends TestBoard {
  readonly detours: Detours;
  /** By cell, what this one has measured. */
  readonly roundTripsMs: Map<CellId, number>;
}

let time: ManualTime;
let left: Detoured;
let right: Detoured;
let near: Detoured;
let far: Detoured;

function detoured(name: string): Detoured {
  const at = testBoard(time, name);
  const { env, board, signer } = at;
  const roundTripsMs = new Map<CellId, number>();
  const member = (cell: CellId): Member => ({
    ...{ cell, announcement: undefined, state: 'alive', end: undefined, roundTripMs: roundTripsMs.get(cell) },
  });
  const roster = { members: () => board.peers().map(member), present: () => [left, right, near, far].map(entryOf) };
  board.handlers.onEvent(EVENT.cellBeat, () => undefined);
  const secrecy = testSecrecy(env.random);
  const detours = new Detours({ env, board, roster, signer, secrecy, reach: () => Promise.resolve(false) });
  return { ...at, detours, roundTripsMs };
}

function entryOf({ self }: TestBoard): Entry {
  const capacity = { slotsTotal: 1, slotsFree: 1, memoryBytesTotal: 1, memoryBytesFree: 1 };
  const announcement = { name: 'a cell', ...capacity, isVisible: true, peerName: self, sequence: 1, incarnation: 1 };
  return { cell: self, announcement, incarnation: 1, belief: 'alive', sinceMs: 0, doubters: [] };
}

beforeEach(async () => {
  time = new ManualTime();
  [left, right] = [detoured('left'), detoured('right')];
  [near, far] = [detoured('near'), detoured('far')];
  for (const end of [left, right]) for (const carrier of [near, far]) await link(time, end, carrier);
  left.roundTripsMs.set(near.self, 2).set(far.self, 40);
});

const way = (): unknown => left.board.linkOf(right.self);

async function dial(): Promise<void> {
  valueOf(await time.until(left.detours.dial(right.self)));
  await time.advance(50);
}

describe('a detour', () => {
  test('goes through the nearest cell that is linked to both', async () => {
    await dial();
    expect(way()).toEqual({ path: 'relayed', via: near.self });
    expect(left.detours.isRelayed(right.self)).toBe(true);
    expect(left.detours.isRelayed(near.self)).toBe(false);
  });

  test('goes through the next when the nearest has no link to the other end', async () => {
    near.board.part(right.self, 'us');
    await time.advance(10);
    await dial();
    expect(way()).toEqual({ path: 'relayed', via: far.self });
  });

  test('never goes through a cell that is itself reached by one', async () => {
    await dial();
    const lone = detoured('lone');
    await link(time, lone, right);
    near.board.part(left.self, 'us');
    far.board.part(left.self, 'us');
    await time.advance(10);
    expect(errorOf(await time.until(left.detours.dial(lone.self))).code).toBe('peers_unreachable');
  });

  test('is one, however often it is asked for', async () => {
    const dials = [left.detours.dial(right.self), left.detours.dial(right.self)] as const;
    expect(errorOf(await time.until(dials[1])).code).toBe('peers_unreachable');
    valueOf(await time.until(dials[0]));
    await time.advance(50);
    expect(left.heard.filter((line) => line === `joined ${right.self}`)).toHaveLength(1);
  });

  test('is refused where nobody can carry it', async () => {
    for (const carrier of [near, far]) carrier.board.part(right.self, 'us');
    await time.advance(10);
    expect((await time.until(left.detours.dial(right.self))).ok).toBe(false);
    expect(way()).toBeUndefined();
  });
});

describe('a direct link', () => {
  /** How long after the last time it is due again. */
  async function untilDueMs(): Promise<number> {
    const fromMs = time.nowMs();
    while (left.detours.dueForDirect().length === 0) {
      // Both ends say something now and then, or their carrier would take the link for dead.
      for (const end of [left, right]) end.board.broadcast(EVENT.cellBeat, { digest: 0 });
      await time.advance(LOOK_MS);
    }
    return time.nowMs() - fromMs;
  }

  test('is tried later each time, down to a bound', async () => {
    await dial();
    for (let tries = 0; tries < 6; tries++) {
      const pauseMs = Math.min(RELAY_LIMITS.directMsMin * 2 ** tries, RELAY_LIMITS.directMsMax);
      const waitedMs = await untilDueMs();
      expect(waitedMs).toBeGreaterThan(0.75 * pauseMs - LOOK_MS);
      expect(waitedMs).toBeLessThan(1.25 * pauseMs + LOOK_MS);
    }
  });

  test('is tried to nobody who is linked by one', () => {
    expect(left.detours.dueForDirect()).toEqual([]);
  });
});
