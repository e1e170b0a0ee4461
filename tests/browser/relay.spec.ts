import { expect, type Page } from '@playwright/test';
import type { CellId, LinkView } from '../../src/sdk/index.ts';
import { act, read, takeRegion, write } from './support/regions.ts';
import { freshFabricUrl, join, openTab, run, seesCells, snapshot } from './support/tabs.ts';
import { test } from './support/test.ts';
import { knownByCertificate, wall } from './support/walls.ts';

const REGION_BYTES = 65_536;

const linkTo = async (tab: Page, cell: CellId): Promise<LinkView | undefined> =>
  (await snapshot(tab)).cells.find(({ id }) => id === cell)?.link;

/** Waits until the link of a tab to a cell goes that way. */
async function goes(tab: Page, cell: CellId, path: LinkView['path']): Promise<void> {
  await tab.waitForFunction(
    ([id, wanted]) =>
      window.grafos
        ?.fabric()
        ?.snapshot()
        .cells.some((each) => each.id === id && each.link?.path === wanted),
    [cell, path] as const,
  );
}

test('two tabs that find no direct way work through a third, through another after it, and directly once they can', async ({
  browser,
  baseURL,
}) => {
  if (!baseURL) throw new Error('no base URL');
  const url = freshFabricUrl(baseURL);
  const tabs: Page[] = [];
  const prints: string[] = [];
  for (let index = 0; index < 4; index++) {
    const tab = await openTab(browser, baseURL);
    prints.push(await knownByCertificate(tab));
    tabs.push(tab);
  }
  const [first, second, left, right] = tabs;
  const [, , leftPrint = '', rightPrint = ''] = prints;
  if (!first || !second || !left || !right) throw new Error('four tabs');
  await wall(left, rightPrint, true);
  await wall(right, leftPrint, true);
  for (const [index, tab] of tabs.entries()) {
    expect(await join(tab, url, { name: `cell ${index}` })).toMatchObject({ value: { phase: 'ready' } });
  }
  for (const tab of tabs) await seesCells(tab, 4);
  const ids = await Promise.all(tabs.map(async (tab) => (await snapshot(tab)).self));
  const [firstId, secondId, from, to] = ids;
  if (!from || !to) throw new Error('four cells');
  await goes(left, to, 'relayed');
  await goes(right, from, 'relayed');
  const via = (await linkTo(left, to))?.via;
  expect([firstId, secondId]).toContain(via);
  const [carrier, otherId] = via === firstId ? [first, secondId] : [second, firstId];
  expect(await linkTo(carrier, to)).toEqual({ path: 'direct' });

  // A run on the other, whose input takes many frames, and a lease.
  const { response } = await run(left, { program: 'image-info', tasklet: 'thumbnail', fixture: 'lake.bmp', on: to });
  expect(response).toMatchObject({ status: 'succeeded', cell: to, attempt: 1 });
  await takeRegion(left, to, REGION_BYTES, 120_000);
  await write(left, 100, [1, 2, 3]);

  await carrier.close();
  await expect.poll(() => linkTo(left, to)).toEqual({ path: 'relayed', via: otherId });
  expect(await read(left, 99, 5)).toEqual([0, 1, 2, 3, 0]);

  // Additions are under way while the link moves over: each happens once.
  await wall(left, rightPrint, false);
  await wall(right, leftPrint, false);
  const added = act(
    left,
    async ({ region }, peer) => {
      const isDirect = (): boolean | undefined =>
        window.grafos
          ?.fabric()
          ?.snapshot()
          .cells.some(({ id, link }) => id === peer && link?.path === 'direct');
      let count = 0;
      for (let rest = 50; rest > 0; rest -= isDirect() ? 1 : 0) {
        if ((await region.u32.add(0, 1)) !== count++) return 'an addition was lost or done twice';
      }
      return (await region.u32.load(0)) === count ? 'exact' : 'the sum is another';
    },
    to,
  );
  await goes(left, to, 'direct');
  await goes(right, from, 'direct');
  expect(await added).toBe('exact');
});
