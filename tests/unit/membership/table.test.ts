import { beforeEach, describe, expect, test } from 'vitest';
import { LINK_LIMITS } from '../../../src/core/index.ts';
import { suspicionMs } from '../../../src/membership/swim/suspicion.ts';
import { MemberTable } from '../../../src/membership/swim/table.ts';
import type { Announcement, FateOf } from '../../../src/wire/index.ts';
import { idOf, present } from '../../support/index.ts';

const ADA = idOf.cell('ad');
const BOB = idOf.cell('b0');
const cells = ['01', '02', '03', '04', '05', '06'].map((text) => idOf.cell(text));

let table: MemberTable;
beforeEach(() => {
  table = new MemberTable();
});

function announcement(incarnation: number, sequence = 1): Announcement {
  const capacity = { slotsTotal: 1, slotsFree: 1, memoryBytesTotal: 1, memoryBytesFree: 1 };
  return { incarnation, sequence, name: 'x', ...capacity, isVisible: true, peerName: 'x' };
}
const fate = (kind: FateOf['fate'], incarnation: number, by = BOB): FateOf => ({
  cell: ADA,
  fate: kind,
  incarnation,
  by,
});
const belief = () => present(table.get(ADA)).belief;

describe('beliefs', () => {
  test('a suspicion is refuted by a later incarnation and by nothing else', () => {
    table.learn(ADA, announcement(5), 0);
    expect(table.fated(fate('suspect', 4), 0)).toBe(false);
    expect(table.fated(fate('suspect', 5), 0)).toBe(true);
    expect(table.learn(ADA, announcement(5, 9), 0)).toBe(false);
    expect(belief()).toBe('suspect');
    expect(table.learn(ADA, announcement(6), 0)).toBe(true);
    expect(belief()).toBe('alive');
  });

  test.each(['dead', 'left'] as const)('%s holds against every word of the same incarnation', (end) => {
    table.learn(ADA, announcement(5), 0);
    expect(table.fated(fate(end, 5), 0)).toBe(true);
    expect(table.fated(fate('suspect', 5), 0)).toBe(false);
    expect(table.learn(ADA, announcement(5, 9), 0)).toBe(false);
    expect(belief()).toBe(end);
    expect(table.present).toBe(0);
    expect(table.learn(ADA, announcement(6), 0)).toBe(true);
    expect(table.present).toBe(1);
  });

  test('the dead are remembered for a minute', () => {
    table.learn(ADA, announcement(5), 0);
    table.fated(fate('dead', 5), 0);
    table.forget(60_000);
    expect(table.get(ADA)).toBeDefined();
    table.forget(60_001);
    expect(table.get(ADA)).toBeUndefined();
  });

  test('nobody is known beyond the bound', () => {
    for (let index = 0; index <= LINK_LIMITS.cellsMax; index++) {
      table.learn(idOf.cell(index.toString(16).padStart(4, '0')), announcement(1), 0);
    }
    expect(table.present).toBeLessThanOrEqual(LINK_LIMITS.cellsMax);
  });
});

describe('a suspicion', () => {
  const suspected = (by: number) => {
    table.learn(ADA, announcement(1), 0);
    for (const doubter of cells.slice(0, by)) table.fated(fate('suspect', 1, doubter), 0);
    return present(table.get(ADA));
  };

  test('lasts the shorter the more cells share it, and no time at all where there is nobody to refute it', () => {
    const times = [1, 2, 3, 4].map((by) => {
      table = new MemberTable();
      return suspicionMs(suspected(by), 12);
    });
    expect(times).toEqual(times.toSorted((left, right) => right - left));
    expect([times[0], times[3]]).toEqual([3_000, 500]);
    expect(suspicionMs(suspected(1), 2)).toBe(0);
  });

  test('of a frozen cell waits for it to thaw', () => {
    table.learn(ADA, { ...announcement(1), isFrozen: true }, 0);
    table.fated(fate('suspect', 1), 0);
    expect(suspicionMs(present(table.get(ADA)), 12)).toBe(30_000);
  });
});

describe('two tables', () => {
  let other: MemberTable;
  beforeEach(() => {
    other = new MemberTable();
    for (const cell of cells) {
      table.learn(cell, announcement(7), 0);
      other.learn(cell, announcement(7), 0);
    }
  });

  test('that know the same have the same digest, whatever the order and the load', () => {
    const third = new MemberTable();
    for (const cell of cells.toReversed()) third.learn(cell, announcement(7, 40), 9);
    expect(third.digest).toBe(table.digest);
    expect(table.differing(third.buckets())).toBe(0);
  });

  test('that differ find exactly what one knows better than the other', () => {
    const [newer, gone, lacking] = [present(cells[0]), present(cells[1]), ADA];
    table.learn(newer, announcement(8), 0);
    table.fated({ cell: gone, fate: 'dead', incarnation: 7, by: BOB }, 0);
    table.learn(lacking, announcement(1), 0);
    const mask = table.differing(other.buckets());
    expect(mask).not.toBe(0);
    expect([...table.newerThan(mask, other.versions(mask))].sort()).toEqual([newer, gone, lacking].sort());
    expect(other.newerThan(mask, table.versions(mask))).toEqual([]);
  });
});
