import { test as base } from '@playwright/test';

/** A test that leaves no tab open: what it opened would work on beside every test after it. */
export const test = base.extend<{ closeTabs: undefined }>({
  closeTabs: [
    async ({ browser }, use) => {
      await use(undefined);
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    { auto: true },
  ],
});
