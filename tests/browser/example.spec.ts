import { expect } from '@playwright/test';
import { test } from './support/test.ts';

test('a plain page without a bundler joins a fabric and has a tasklet greet the world', async ({ page }) => {
  await page.goto('examples/hello.html');
  await expect(page.locator('#out')).toContainText('world', { timeout: 30_000 });
});
