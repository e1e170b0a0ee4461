import { readFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { verifyAudit } from '../../src/audit/index.ts';
import { CONTEXT_PERMISSIONS } from '../../src/cli/browser/index.ts';
import { freshFabricUrl } from './support/tabs.ts';
import { test } from './support/test.ts';

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

test('a lease is taken, shared by a link, taken back with grace, and the chain that saw it is saved', async ({
  browser,
  baseURL,
}) => {
  if (!baseURL) throw new Error('no base URL');
  const url = freshFabricUrl(baseURL, 'lease lesson');
  const open = async (link: string) => {
    const page = await (await browser.newContext({ permissions: [...CONTEXT_PERMISSIONS] })).newPage();
    await page.goto(link);
    await expect(page.getByRole('heading', { name: 'lease lesson' })).toBeVisible();
    return page;
  };
  const lessor = await open(url);
  const holder = await open(url);
  await expect(holder.getByText('2 cells').first()).toBeVisible();
  await expect(lessor.getByText('2 cells').first()).toBeVisible();
  await holder.getByText('Take or open a lease').click();
  await holder.getByLabel('What', { exact: true }).selectOption('16 MiB of memory');
  await holder.getByLabel('For', { exact: true }).selectOption('60 s');
  await holder.getByLabel('From', { exact: true }).selectOption({ index: 2 });
  await holder.getByRole('button', { name: 'Take it' }).click();
  await expect(holder.getByText('you hold it')).toBeVisible();
  await expect(lessor.getByText('you lend it')).toBeVisible();
  await holder.getByRole('button', { name: 'Share', exact: true }).click();
  const ref = await holder.getByRole('textbox', { name: 'LeaseRef', exact: true }).inputValue();
  expect(ref.length).toBeLessThan(200);
  await holder.keyboard.press('Escape');
  const friend = await open(`${url}&l=${ref}`);
  await expect(friend.getByText('you have it open')).toBeVisible();
  await expect(lessor.getByText('you lend it, 1 more has it open')).toBeVisible();
  await lessor.getByRole('button', { name: 'Take back' }).click();
  await lessor.getByRole('button', { name: 'In 5 s' }).click();
  await expect(friend.getByText('being taken back')).toBeVisible();
  await holder.getByRole('button', { name: 'Saved' }).click();
  await expect(lessor.getByText('revoked', { exact: true })).toBeVisible();
  const saving = lessor.waitForEvent('download');
  await lessor.getByRole('button', { name: 'Save the audit chain' }).click();
  const lines = (await readFile(await (await saving).path(), 'utf8')).trimEnd().split('\n');
  const verified = verifyAudit(lines);
  expect(verified.ok && verified.value.records.map(({ kind }) => kind)).toEqual([
    'cell.started',
    'lease.granted',
    'lease.revoked',
  ]);
});
