import { expect, type Browser, type Page } from '@playwright/test';
import type { CellId } from '../../src/sdk/index.ts';
import { bundle } from '../bench/bundle.ts';
import type * as WarmPage from './page/warm-page.ts';
import { openFabric, run, snapshot } from './support/tabs.ts';
import { test } from './support/test.ts';

declare const warmPage: typeof WarmPage;

interface Pair {
  readonly near: Page;
  readonly nearId: CellId;
  readonly far: Page;
  readonly farId: CellId;
}

async function pairOf(browser: Browser, baseURL: string | undefined): Promise<Pair> {
  if (!baseURL) throw new Error('no base URL');
  const { tabs } = await openFabric(browser, baseURL, 2);
  const script = await bundle(new URL('./page/warm-page.ts', import.meta.url), 'warmPage');
  for (const tab of tabs) await tab.evaluate(script);
  const [near, far] = tabs;
  if (!near || !far) throw new Error('a pair is two tabs');
  return { near, far, nearId: (await snapshot(near)).self, farId: (await snapshot(far)).self };
}

const open = (tab: Page, name: string, wanted: WarmPage.WarmWanted): Promise<void> =>
  tab.evaluate(([called, order]) => warmPage.open(called, order), [name, wanted] as const);
const call = (tab: Page, name: string, text: string): Promise<string> =>
  tab.evaluate(([called, input]) => warmPage.call(called, input), [name, text] as const);
const calls = (tab: Page, name: string, count: number): Promise<string> =>
  tab.evaluate(([called, number]) => warmPage.calls(called, number), [name, count] as const);
const ended = (tab: Page, name: string, isClosing: boolean): Promise<readonly WarmPage.Ended[]> =>
  tab.evaluate(([called, closing]) => warmPage.ended(called, closing), [name, isClosing] as const);

const COUNT = 500;
const GREETINGS = Array.from({ length: COUNT }, (_, index) => `Hello, name ${index}!\n`).join('');

test('a tasklet is called many times in the own tab, in another, and fresh: same outputs, same fuel, all proven', async ({
  browser,
  baseURL,
}) => {
  const { near, nearId, farId } = await pairOf(browser, baseURL);
  await open(near, 'here', { tasklet: 'hello', on: nearId, workers: 2 });
  await open(near, 'there', { tasklet: 'hello', on: farId });
  await open(near, 'fresh', { tasklet: 'hello', on: farId, fresh: true });
  expect(await call(near, 'here', 'Ada')).toBe('Hello, Ada!\n');
  expect(await call(near, 'there', 'Ada')).toBe('Hello, Ada!\n');
  expect(await call(near, 'fresh', 'Ada')).toBe('Hello, Ada!\n');
  expect(await calls(near, 'here', COUNT)).toBe(GREETINGS);
  expect(await calls(near, 'there', COUNT)).toBe(GREETINGS);
  const here = await ended(near, 'here', true);
  expect(here.map(({ error }) => error)).toEqual([undefined, undefined]);
  expect(here.reduce((total, each) => total + (each.calls ?? NaN), 0)).toBe(COUNT + 1);
  expect(await ended(near, 'there', true)).toMatchObject([{ error: undefined, calls: COUNT + 1 }]);
  expect(await ended(near, 'fresh', true)).toMatchObject([{ error: undefined, calls: 1 }]);
  expect(await call(near, 'here', 'late')).toBe('cancelled');
  await expect.poll(async () => (await snapshot(near)).leases.filter(({ state }) => state === 'active')).toEqual([]);
});

test('a lease taken back in the middle of calls ends them typed, here and there', async ({ browser, baseURL }) => {
  const { near, nearId, far, farId } = await pairOf(browser, baseURL);
  for (const [name, on, lessor] of [
    ['here', nearId, near],
    ['there', farId, far],
  ] as const) {
    await open(near, name, { tasklet: 'spin', on, callMs: 60_000 });
    const working = call(near, name, '250');
    await expect.poll(async () => (await snapshot(lessor)).leases.some(({ kind }) => kind === 'cpu')).toBe(true);
    expect(await lessor.evaluate(() => warmPage.revokeSlots())).toContain('torn_down');
    expect(await working).toBe('revoked');
    expect((await ended(near, name, false))[0]?.error).toBe('revoked');
    expect(await call(near, name, '1')).toBe('revoked');
  }
});

test('a call without end is ended: by its fuel and the next one works, by its time and the cell works on', async ({
  browser,
  baseURL,
}) => {
  const { near, nearId, farId } = await pairOf(browser, baseURL);
  for (const on of [nearId, farId]) {
    const name = `at ${on}`;
    await open(near, name, { tasklet: 'spin', on, fuel: 1_000_000 });
    expect(await call(near, name, '1')).toBe('fuel_exhausted');
    expect(await call(near, name, 'no number')).toBe('tasklet_error');
    expect(await ended(near, name, true)).toMatchObject([{ calls: 2 }]);
    await open(near, name, { tasklet: 'endless', on, fuel: 1e15, callMs: 300 });
    const startedAtMs = Date.now();
    expect(await call(near, name, '')).toBe('deadline_exceeded');
    expect(Date.now() - startedAtMs).toBeLessThan(10_000);
    expect(await ended(near, name, false)).toMatchObject([{ error: 'deadline_exceeded', calls: 0 }]);
    const { response } = await run(near, { program: 'hello-tasklet', tasklet: 'hello', text: 'on we go', on });
    expect(response.status).toBe('succeeded');
  }
});

test('another tab is called over a channel of its own; without it, or when it is lost, over the session', async ({
  browser,
  baseURL,
}) => {
  const { near, farId } = await pairOf(browser, baseURL);
  await near.evaluate(() => warmPage.watchChannels());
  const states = (): Promise<readonly string[]> => near.evaluate(() => warmPage.channelStates());
  await open(near, 'over it', { tasklet: 'hello', on: farId });
  expect(await call(near, 'over it', 'Ada')).toBe('Hello, Ada!\n');
  expect(await calls(near, 'over it', COUNT)).toBe(GREETINGS);
  expect(await states()).toEqual(['open, used']);
  expect(await ended(near, 'over it', true)).toMatchObject([{ error: undefined, calls: COUNT + 1 }]);
  await expect.poll(states).toEqual(['closed, used']);
  await open(near, 'lost', { tasklet: 'hello', on: farId });
  expect(await call(near, 'lost', 'Ada')).toBe('Hello, Ada!\n');
  await near.evaluate(() => warmPage.loseChannels());
  expect(await call(near, 'lost', 'Bob')).toBe('Hello, Bob!\n');
  expect(await ended(near, 'lost', true)).toMatchObject([{ error: undefined, calls: 2 }]);
  await near.evaluate(() => warmPage.refuseChannels());
  await open(near, 'without', { tasklet: 'hello', on: farId });
  expect(await calls(near, 'without', COUNT)).toBe(GREETINGS);
  expect(await ended(near, 'without', true)).toMatchObject([{ error: undefined, calls: COUNT }]);
  expect(await states()).toEqual(['closed, used', 'closed, used']);
});
