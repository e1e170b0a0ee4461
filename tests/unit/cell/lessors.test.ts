import { beforeEach, describe, expect, test } from 'vitest';
import { LINK_LIMITS } from '../../../src/core/index.ts';
import { link, ManualTime, present, valueOf } from '../../support/index.ts';
import { testCell, type TestCell } from './world.ts';

let time: ManualTime;
let lessor: TestCell;
let holder: TestCell;
let cut: () => void;

beforeEach(async () => {
  time = new ManualTime();
  lessor = testCell(time, 'lessor');
  holder = testCell(time, 'holder');
  cut = await link(time, lessor, holder);
  const taken = holder.cell.holdings.take(lessor.self, [{ kind: 'mem', quantity: 65_536, ttlMs: 60_000 }]);
  present(valueOf(await time.until(taken))[0]);
});

/** What the holder has heard of the end of its lease. */
const ends = (): unknown[] => holder.news.flatMap((each) => (each.kind === 'ended' ? [each.reason] : []));

describe('a holder whose link to a lessor is lost', () => {
  test('keeps its lease when the link comes back in time', async () => {
    cut();
    await time.advance(LINK_LIMITS.lessorBackMs - 1_000);
    await link(time, holder, lessor);
    await time.advance(LINK_LIMITS.silenceMsMax - 100);
    expect(ends()).toEqual([]);
    expect(holder.cell.holdings.leases()).toHaveLength(1);
  });

  test('lets go when it does not', async () => {
    cut();
    await time.advance(LINK_LIMITS.lessorBackMs - 100);
    expect(ends()).toEqual([]);
    await time.advance(200);
    expect(ends()).toEqual(['lessor_gone']);
  });

  test('lets go at once when the lessor says goodbye', async () => {
    lessor.board.close();
    await time.advance(20);
    expect(ends()).toEqual(['lessor_gone']);
  });

  test('lets go when the lessor comes back as another tab', async () => {
    cut();
    await time.advance(1_000);
    expect(ends()).toEqual([]);
    await link(time, holder, testCell(time, 'lessor', { session: 2 }));
    expect(ends()).toEqual(['lessor_gone']);
  });

  test('lets go when another tab of the lessor takes the place of the one that is linked', async () => {
    await link(time, holder, testCell(time, 'lessor', { session: 2 }));
    expect(ends()).toEqual(['lessor_gone']);
  });
});
