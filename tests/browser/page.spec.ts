import { expect, test } from '@playwright/test';
import { CONTEXT_PERMISSIONS } from '../../src/cli/browser/index.ts';
import { freshFabricUrl } from './support/tabs.ts';

test('opening a link joins; a click runs a tasklet in the other tab and shows the picture', async ({
  browser,
  baseURL,
}) => {
  if (!baseURL) throw new Error('no base URL');
  const url = freshFabricUrl(baseURL, 'reading room');
  const open = async () => {
    const page = await (await browser.newContext({ permissions: [...CONTEXT_PERMISSIONS] })).newPage();
    await page.goto(url);
    return page;
  };
  const first = await open();
  await expect(first.getByRole('heading', { name: 'reading room' })).toBeVisible();
  const second = await open();
  await expect(first.getByText('2 cells').first()).toBeVisible();
  await expect(second.getByText('2 cells').first()).toBeVisible();
  await first.getByRole('button', { name: /Image info/ }).click();
  await first.getByRole('radio', { name: /^thumbnail/ }).check();
  await first.getByRole('radio', { name: /^lake\.bmp/ }).check();
  await first.getByRole('button', { name: 'Run', exact: true }).last().click();
  await expect(first.getByText('succeeded').first()).toBeVisible({ timeout: 20_000 });
  const picture = first.locator('img').first();
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(96);
});

test('a damaged link is a calm error that says what to do', async ({ browser, baseURL }) => {
  if (!baseURL) throw new Error('no base URL');
  const page = await (await browser.newContext()).newPage();
  await page.goto(freshFabricUrl(baseURL).slice(0, -2));
  await expect(page.getByText('wrong_key')).toBeVisible();
  await expect(page.getByText(/Ask for the current link/)).toBeVisible();
});

test('the signaling page makes a link and says who is waiting', async ({ browser, baseURL }) => {
  if (!baseURL) throw new Error('no base URL');
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${baseURL}signaling.html`);
  await expect(page.getByText(/peerjs/).first()).toBeVisible();
  await page.getByRole('textbox').first().fill('class 7b');
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('textbox', { name: 'Join link' })).toHaveValue(/#\/f\/class%207b\?k=/);
});
