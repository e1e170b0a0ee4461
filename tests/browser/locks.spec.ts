import { expect, type Page } from '@playwright/test';
import { bundle } from '../bench/bundle.ts';
import type * as LockPage from './page/lock-page.ts';
import { openFabric, snapshot } from './support/tabs.ts';
import { test } from './support/test.ts';

declare const lockPage: typeof LockPage;

const HOLD_MS = 2_000;
const LATE_MS_MAX = 50;
const PAUSES = 20;
const PAUSED_HOLD_MS = 100;

/** Three tabs that share a region with a mutex in it: the one that lends and holds its lease, and two that have it open. */
async function threeTabs(browser: Parameters<typeof openFabric>[0], baseURL: string | undefined) {
  const { tabs } = await openFabric(browser, baseURL ?? '', 3);
  const [owner, left, right] = tabs;
  if (!owner || !left || !right) throw new Error('no tabs');
  const script = await bundle(new URL('./page/lock-page.ts', import.meta.url), 'lockPage');
  for (const tab of tabs) await tab.evaluate(script);
  const ref = await owner.evaluate((cell) => lockPage.take(cell, 128, 120_000), (await snapshot(owner)).self);
  await owner.evaluate(() => lockPage.create());
  for (const tab of [left, right]) await tab.evaluate((text) => lockPage.open(text), ref);
  return { owner, left, right };
}

const KILLS: readonly (readonly [string, (tab: Page) => Promise<void>])[] = [
  [
    'crashes',
    async (tab) => {
      const session = await tab.context().newCDPSession(tab);
      const crashed = tab.waitForEvent('crash');
      session.send('Page.crash').catch(() => undefined);
      await crashed;
    },
  ],
  ['is closed', (tab) => tab.context().close()],
];

for (const [how, kill] of KILLS) {
  test(`when the tab that holds a mutex ${how}, the next gets it within its time, and is told`, async ({
    browser,
    baseURL,
  }) => {
    const { left: victim, right: next } = await threeTabs(browser, baseURL);
    expect(await victim.evaluate((ttlMs) => lockPage.lock(ttlMs), HOLD_MS)).toBe(false);
    const taking = next.evaluate((ttlMs) => lockPage.takeOver(ttlMs), HOLD_MS);
    await kill(victim);
    const { recovered, tookMs, timerMs } = await taking;
    console.info(
      `${how}: taken over after ${tookMs.toFixed(0)} ms, a timer of ${HOLD_MS} ms came after ${timerMs.toFixed(0)} ms`,
    );
    expect(recovered).toBe(true);
    expect(tookMs).toBeLessThanOrEqual(timerMs + LATE_MS_MAX);
  });
}

test('a tab that stands still past its hold writes nothing, and no update is lost', async ({ browser, baseURL }) => {
  const { owner, left: paused, right: next } = await threeTabs(browser, baseURL);
  let overtaken = 0;
  for (let pause = 1; pause <= PAUSES; pause++) {
    const late = paused.evaluate(([ttlMs, pauseMs]) => lockPage.countLate(ttlMs, pauseMs), [
      PAUSED_HOLD_MS,
      PAUSED_HOLD_MS + 20 + pause,
    ] as const);
    if (await (pause % 2 === 0 ? owner : next).evaluate(() => lockPage.count())) overtaken++;
    expect(await late).toBe('fenced');
  }
  expect(await next.evaluate(() => lockPage.counter())).toBe(PAUSES);
  console.info(`${overtaken} of ${PAUSES} were overtaken by somebody who was told`);
});
