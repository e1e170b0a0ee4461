import { expect, type Browser, type Page } from '@playwright/test';
import { CONTEXT_PERMISSIONS } from '../../src/cli/browser/index.ts';
import { freshFabricUrl } from './support/tabs.ts';
import { test } from './support/test.ts';

const FABRIC = 'drawing room';

async function open(browser: Browser, link: string): Promise<Page> {
  const page = await (await browser.newContext({ permissions: [...CONTEXT_PERMISSIONS] })).newPage();
  await page.goto(link);
  await expect(page.getByRole('heading', { name: FABRIC, exact: true })).toBeVisible();
  return page;
}

/** Two tabs of a fresh fabric that see each other. */
async function pair(browser: Browser, baseURL: string | undefined) {
  if (!baseURL) throw new Error('no base URL');
  const url = freshFabricUrl(baseURL, FABRIC);
  const first = await open(browser, url);
  const second = await open(browser, url);
  for (const page of [first, second]) await expect(page.getByText('2 cells').first()).toBeVisible();
  return { url, first, second };
}

/** Pressed rather than clicked: cards above may still be growing under the mouse. */
async function choose(page: Page, program: RegExp): Promise<void> {
  const title = page.locator('program-card .title', { hasText: program });
  await title.press('Enter');
  await expect(title).toHaveAttribute('aria-expanded', 'true');
}

async function openView(page: Page, program: RegExp): Promise<void> {
  await choose(page, program);
  await page.getByRole('button', { name: 'Open', exact: true }).press('Enter');
}

/** What the ref dialog offers, and the dialog closed again. */
async function sharedRef(page: Page): Promise<string> {
  const ref = page.getByRole('textbox', { name: 'LeaseRef', exact: true });
  await expect(ref).toHaveValue(/^[\w-]{50,}$/);
  const text = await ref.inputValue();
  await page.keyboard.press('Escape');
  return text;
}

/** Takes back what a tab lends, as its page would. */
function takeBack(page: Page): Promise<unknown> {
  return page.evaluate(() => {
    const fabric = window.grafos?.fabric();
    const lease = fabric?.snapshot().leases.find(({ kind, state }) => kind === 'mem' && state === 'active');
    return lease && fabric?.revokeLease(lease.leaseId);
  });
}

test('a stroke drawn in one tab is seen in the other, undone and cleared there too, until the lease is over', async ({
  browser,
  baseURL,
}) => {
  const { url, first, second } = await pair(browser, baseURL);
  await openView(first, /Shared whiteboard/);
  await first.getByLabel('Memory from').selectOption({ index: 1 });
  await first.getByRole('button', { name: 'Start a board' }).click();
  await expect(first.getByRole('application')).toBeVisible();
  await first.locator('whiteboard-view').getByRole('button', { name: 'Share' }).click();
  const friend = await open(browser, `${url}&l=${await sharedRef(first)}`);
  const sheet = friend.getByRole('application');
  await expect(sheet).toBeVisible();

  const box = await sheet.boundingBox();
  if (!box) throw new Error('the sheet is not to be seen');
  await friend.mouse.move(box.x + 50, box.y + 50);
  await friend.mouse.down();
  await friend.mouse.move(box.x + 250, box.y + 150, { steps: 40 });
  await friend.mouse.up();
  const strokes = first.locator('board-easel path');
  await expect(strokes).toHaveCount(1);
  await expect(strokes.first()).toHaveClass('ink-0');
  const width = () => strokes.first().evaluate((path: SVGPathElement) => path.getBBox().width / 65_535);
  await expect.poll(width).toBeCloseTo(200 / box.width, 1);

  await first.getByRole('application').focus();
  for (const key of ['ArrowRight', 'ArrowDown', 'ArrowRight']) await first.keyboard.press(key);
  await expect(friend.locator('board-easel path')).toHaveCount(2);
  await first.getByRole('button', { name: 'Undo' }).click();
  await expect(friend.locator('board-easel path')).toHaveCount(1);
  await friend.getByRole('button', { name: 'Clear', exact: true }).click();
  await friend.getByRole('button', { name: 'Clear for everyone' }).click();
  await expect(strokes).toHaveCount(0);
  await first.getByRole('application').focus();
  await first.keyboard.press('ArrowLeft');
  await expect(friend.locator('board-easel path')).toHaveCount(1);

  await takeBack(second);
  for (const page of [first, friend]) await expect(page.getByText('The tab that lent it took it back.')).toBeVisible();
  await first.getByRole('button', { name: 'Take a new lease for it' }).click();
  await expect(first.getByText(/1 stroke in the memory of/)).toBeVisible();
});

test('the lease lab shows one lease from three sides, and that its end closes it for all of them', async ({
  browser,
  baseURL,
}) => {
  const { url, first: holder, second: lessor } = await pair(browser, baseURL);
  await openView(lessor, /Lease lab/);
  await openView(holder, /Lease lab/);
  await holder.getByRole('button', { name: 'Take it', exact: true }).last().click();
  await expect(holder.locator('lease-lab').getByText('You hold it')).toBeVisible();
  await expect(lessor.locator('lease-lab').getByText('You lend it')).toBeVisible();
  const number = holder.getByLabel('The number in the lease');
  await holder.getByRole('button', { name: '+1' }).click();
  await expect(number).toHaveText('1');
  await holder.locator('lease-lab').getByRole('button', { name: 'Renew' }).click();
  await expect(holder.locator('lease-lab').getByText('generation 2').first()).toBeVisible();
  await expect(lessor.locator('lease-lab').getByText('LeaseRenewed')).toBeVisible();
  await holder.locator('lease-lab').getByRole('button', { name: 'Share' }).click();
  const opener = await open(browser, `${url}&l=${await sharedRef(holder)}`);
  await expect(opener.locator('lease-lab').getByText('You have it open')).toBeVisible();
  await expect(opener.getByLabel('The number in the lease')).toHaveText('1');
  await opener.getByRole('button', { name: '+1' }).click();
  await expect(number).toHaveText('2');
  await lessor.getByRole('button', { name: 'Take it back now' }).click();
  for (const page of [holder, opener]) {
    await expect(page.locator('lease-lab').getByText('LeaseRevoked')).toBeVisible();
    await page.getByRole('button', { name: '+1' }).click();
    await expect(page.locator('lease-lab failure-card').getByText('revoked', { exact: true })).toBeVisible();
  }
  await expect(lessor.locator('lease-lab .lab-states [aria-current]')).toHaveText('torndown');
  await expect(holder.locator('lease-lab .lab-steps .done')).toHaveCount(6);
});

test('a demo is shown with a click and says that it came out as expected', async ({ browser, baseURL }) => {
  // Ten thousand steps, each a round trip between two tabs, on whatever machine this is.
  test.setTimeout(240_000);
  const { first } = await pair(browser, baseURL);
  await choose(first, /Distributed counter/);
  await first.getByRole('button', { name: 'Show', exact: true }).press('Enter');
  await expect(first.getByText('came out as expected')).toBeVisible({ timeout: 180_000 });
  await expect(first.locator('demo-show dl')).toContainText(/total\s*20.?000/);
});
