/** The page over fakes, in a real browser: what a person can do, with mouse, keyboard and little room. */
import { expect, test, type Page } from '@playwright/test';
import { createServer, type ViteDevServer } from 'vite';

let server: ViteDevServer;
let base: string;

test.beforeAll(async () => {
  const configFile = new URL('preview/vite.preview.config.ts', import.meta.url).pathname;
  server = await createServer({ configFile, server: { port: 0, strictPort: false }, logLevel: 'error' });
  await server.listen();
  base = server.resolvedUrls?.local[0] ?? '';
});

test.afterAll(() => server.close());

const troubles: string[] = [];

test.beforeEach(({ page }) => {
  troubles.length = 0;
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
});

test.afterEach(() => expect(troubles).toEqual([]));

async function open(page: Page, scene: string): Promise<void> {
  await page.goto(`${base}?scene=${scene}`);
}

test('a run goes to another cell, shows its way and ends with a result that can be saved', async ({ page }) => {
  await open(page, 'two');
  await page.getByRole('button', { name: 'Image metadata and thumbnail' }).click();
  await page.getByRole('radio', { name: 'thumbnail' }).check({ force: true });
  await expect(page.getByLabel('Run on')).toHaveValue('other');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const card = page.locator('program-card').filter({ hasText: 'Image metadata' });
  await expect(card.getByText('running')).toBeVisible();
  await expect(page.locator('fabric-map .shuttle')).toHaveCount(1);
  await expect(page.getByRole('log', { name: 'Notices' })).toContainText('thumbnail finished on quiet loom');
  const result = page.getByRole('article', { name: 'Result of thumbnail' });
  await expect(result.getByAltText('Output of the run')).toBeVisible();
  await expect(result).toContainText('96 × 64 px');
  const saved = page.waitForEvent('download');
  await result.getByRole('button', { name: 'response.json' }).click();
  expect((await saved).suggestedFilename()).toMatch(/^image-info-thumbnail-[0-9a-f]{8}\.response\.json$/);
  await result.getByRole('button', { name: 'Run again' }).click();
  await expect(page.locator('run-list .row')).toHaveCount(2);
});

test('a run can be cancelled and says what to do then', async ({ page }) => {
  await open(page, 'two');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('button', { name: 'Cancel hello' }).click();
  await expect(page.getByRole('article', { name: 'Result of hello' })).toContainText(
    'Start it again when you want it.',
  );
});

test('an input over the bound is refused by name, before it is read', async ({ page }) => {
  await open(page, 'alone&inputBytesMax=1024');
  const tooLarge = { name: 'holiday.bmp', mimeType: 'image/bmp', buffer: Buffer.alloc(2_048) };
  await page.locator('input-picker input[type=file]').setInputFiles(tooLarge);
  await expect(page.getByRole('alert')).toContainText('holiday.bmp is 2 KiB; a tasklet takes 1 KiB at most.');
  await page.getByRole('radio', { name: 'class.txt' }).check({ force: true });
  await expect(page.getByText('input_too_large')).toBeHidden();
});

test('a held lease runs down and is freed only when confirmed', async ({ page }) => {
  await open(page, 'two');
  const ring = page.locator('ttl-ring span').first();
  // Off screen, nothing ticks.
  await ring.scrollIntoViewIfNeeded();
  const before = await ring.textContent();
  await expect.poll(() => ring.textContent()).not.toBe(before);
  await page.getByRole('button', { name: 'Free', exact: true }).first().click();
  await page.getByRole('button', { name: 'Keep' }).click();
  await expect(page.getByText('freed')).toHaveCount(0);
  await page.getByRole('button', { name: 'Free', exact: true }).first().click();
  await page.getByRole('button', { name: 'Free it' }).click();
  await expect(page.getByText('freed', { exact: true })).toBeVisible();
});

test('a cell can be renamed from the keyboard, and a name too long is refused', async ({ page }) => {
  await open(page, 'alone');
  await page.getByRole('button', { name: /^Rename/ }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('ü'.repeat(30));
  await page.keyboard.press('Enter');
  await expect(page.getByText('That name is too long.')).toBeVisible();
  await page.getByLabel('Name of this cell').fill('north window');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /now called north window/ })).toBeFocused();
});

test('the invitation opens, holds the link and gives the focus back', async ({ page }) => {
  await open(page, 'busy');
  const invite = page.getByRole('button', { name: 'Invite' });
  await invite.click();
  await expect(page.getByRole('img', { name: 'QR code of the join link' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Join link' })).toHaveValue(/#\/f\/reading%20room\?k=/);
  await page.keyboard.press('Escape');
  await expect(invite).toBeFocused();
});

test('leaving leads back in', async ({ page }) => {
  await open(page, 'two');
  await page.getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByRole('heading', { name: 'You left reading room' })).toBeVisible();
});

test('a fabric is created by name and joined at once', async ({ page }) => {
  await page.goto(base);
  await page.getByLabel('Name of the fabric').fill('quiet room');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'reading room' })).toBeVisible();
  expect(new URL(page.url()).hash).toBe('#/f/quiet%20room?k=fake');
});

test('a pasted link is read before it is opened, and never run', async ({ page }) => {
  await page.goto(base);
  const field = page.getByLabel('Join link');
  await field.fill('https://example.org/#/f/reading%20room');
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page.getByRole('alert')).toContainText('fabric_url_invalid');
  await field.fill('javascript:document.title="run"#/f/x?k=fake');
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page.getByRole('heading', { name: 'reading room' })).toBeVisible();
  expect(await page.title()).not.toBe('run');
});

test.describe('joining that fails says why and what to do', () => {
  const failures = [
    ['unreachable', 'signaling_unreachable', 'Try again'],
    ['isolation', 'isolation_missing', 'What works in this browser'],
    ['badlink', 'fabric_url_invalid', 'Create a fabric or use another link'],
  ] as const;
  for (const [scene, code, action] of failures) {
    test(code, async ({ page }) => {
      await open(page, scene);
      await expect(page.getByText(code)).toBeVisible();
      await expect(page.getByText(action)).toBeVisible();
      await page.getByRole('button', { name: 'Create a fabric or use another link' }).click();
      await expect(page.getByRole('heading', { name: 'Create a fabric' })).toBeVisible();
    });
  }
});

test.describe('at the width of a small phone', () => {
  test.use({ viewport: { width: 360, height: 740 } });
  for (const scene of ['landing', 'busy', 'alone', 'eight', 'crowd', 'isolation']) {
    test(`${scene} does not scroll sideways`, async ({ page }) => {
      await open(page, scene);
      await page.waitForTimeout(300);
      const overflow = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth - clientWidth;
      });
      expect(overflow).toBe(0);
    });
  }
});

test('servers that come with a link are shown before they are used', async ({ page }) => {
  await open(page, 'servers');
  await expect(page.getByText('turn:turn.example.org:3478')).toBeVisible();
  expect(await page.evaluate(() => Reflect.get(window, 'joinedWith') as unknown)).toBeUndefined();
  await page.getByRole('button', { name: 'Join without them' }).click();
  await expect(page.getByRole('heading', { name: 'reading room' })).toBeVisible();
  expect(await page.evaluate(() => Reflect.get(window, 'joinedWith') as unknown)).toMatchObject({
    useLinkServers: false,
  });
});

test('colours follow the system until a person chooses', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await open(page, 'alone');
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  expect(await ground()).toBe('rgb(12, 18, 32)');
  await page.getByRole('button', { name: 'Use light colours' }).click();
  expect(await ground()).toBe('rgb(239, 242, 241)');
  await page.reload();
  expect(await ground()).toBe('rgb(239, 242, 241)');
});
