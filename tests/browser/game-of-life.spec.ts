import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { CONTEXT_PERMISSIONS } from '../../src/cli/browser/index.ts';
import { after, populationOf, readPattern } from '../../src/programs/game-of-life/board.ts';
import { freshFabricUrl, seesCells } from './support/tabs.ts';
import { test } from './support/test.ts';

const FIXTURE = new URL('../../src/programs/game-of-life/fixtures/garden.rle', import.meta.url);
const FABRIC = 'garden';

const figure = (page: Page, name: string) =>
  page.locator('game-of-life dl div', { hasText: name }).locator('dd').innerText().then(Number);

/** Pauses, and looks whether as many squares live as at that generation of the same board in one piece. */
async function pauseAndCompare(page: Page): Promise<number> {
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Go on' })).toBeVisible();
  const generation = await figure(page, 'Generation');
  const reference = after(readPattern(await readFile(FIXTURE, 'utf8')), generation);
  expect(await figure(page, 'Living')).toBe(populationOf(reference));
  return generation;
}

test('a board in three tabs comes out as in one, is seen while it lives, and goes on when a tab is lost', async ({
  browser,
  baseURL,
}) => {
  test.setTimeout(120_000);
  const url = freshFabricUrl(baseURL ?? '', FABRIC);
  const open = async (): Promise<Page> => {
    const page = await (await browser.newContext({ permissions: [...CONTEXT_PERMISSIONS] })).newPage();
    await page.goto(url);
    await expect(page.getByRole('heading', { name: FABRIC, exact: true })).toBeVisible();
    return page;
  };
  const first = await open();
  const [, lost] = await Promise.all([open(), open()]);
  await seesCells(first, 3);
  const shown = await first.evaluate(() => window.grafos?.showDemo('game-of-life', '30'));
  expect(shown).toMatchObject({ isAsExpected: true, facts: { cells: 3, generations: 30, begunAgain: 0 } });

  const title = first.locator('program-card .title', { hasText: /Game of Life/ });
  await title.press('Enter');
  await first.getByRole('button', { name: 'Open', exact: true }).press('Enter');
  await first.getByLabel('Pace').selectOption('25');
  await first.getByRole('button', { name: 'Start', exact: true }).click();
  const bands = first.getByRole('list', { name: 'Bands' }).getByRole('listitem');
  await expect(bands).toHaveCount(3);
  await expect.poll(() => figure(first, 'Generation')).toBeGreaterThan(4);
  const pausedAt = await pauseAndCompare(first);

  await first.getByRole('button', { name: 'Go on' }).click();
  await expect.poll(() => figure(first, 'Generation')).toBeGreaterThan(pausedAt);
  await lost.context().close();
  await expect(first.getByText(/A band was lost at generation \d+/)).toBeVisible({ timeout: 20_000 });
  await expect(bands).toHaveCount(2);
  const lostAt = await figure(first, 'Generation');
  await expect.poll(() => figure(first, 'Generation')).toBeGreaterThan(lostAt + 2);
  await pauseAndCompare(first);
  const leases = () =>
    first.evaluate(
      () =>
        window.grafos
          ?.fabric()
          ?.snapshot()
          .leases.filter(({ state }) => state === 'active').length,
    );
  await expect.poll(leases).toBe(0);
});
