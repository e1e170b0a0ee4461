import { expect, type Page } from '@playwright/test';
import type { CellId, LinkView } from '../../src/sdk/index.ts';
import { freshFabricUrl, join, openTab, run, seesCells, snapshot } from './support/tabs.ts';
import { test } from './support/test.ts';
import { knownByCertificate, wall } from './support/walls.ts';

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

test('two tabs that find no direct way work through a third', async ({ browser, baseURL }) => {
  if (!baseURL) throw new Error('no base URL');
  const url = freshFabricUrl(baseURL);
  const tabs: Page[] = [];
  const prints: string[] = [];
  for (let index = 0; index < 3; index++) {
    const tab = await openTab(browser, baseURL);
    prints.push(await knownByCertificate(tab));
    tabs.push(tab);
  }
  const [carrier, left, right] = tabs;
  const [, leftPrint = '', rightPrint = ''] = prints;
  if (!carrier || !left || !right) throw new Error('three tabs');
  await wall(left, rightPrint, true);
  await wall(right, leftPrint, true);
  for (const [index, tab] of tabs.entries()) {
    expect(await join(tab, url, { name: `cell ${index}` })).toMatchObject({ value: { phase: 'ready' } });
  }
  for (const tab of tabs) await seesCells(tab, 3);
  const [via, from, to] = await Promise.all(tabs.map(async (tab) => (await snapshot(tab)).self));
  if (!via || !from || !to) throw new Error('three cells');
  await goes(left, to, 'relayed');
  expect(await linkTo(left, to)).toEqual({ path: 'relayed', via });
  await goes(right, from, 'relayed');
  expect(await linkTo(carrier, to)).toEqual({ path: 'direct' });

  // A run on the other, whose input takes many frames.
  const { response } = await run(left, { program: 'image-info', tasklet: 'thumbnail', fixture: 'lake.bmp', on: to });
  expect(response).toMatchObject({ status: 'succeeded', cell: to, attempt: 1 });
});
