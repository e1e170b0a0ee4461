import { expect } from '@playwright/test';
import { bareHost } from './support/bare-host.ts';
import { freshFabricUrl, join, openFabric, openTab, run, seesCells, snapshot } from './support/tabs.ts';
import { test } from './support/test.ts';

const DEAD_PORT_URL = 'http://localhost:9/peerjs';

function base(baseURL: string | undefined): string {
  if (!baseURL) throw new Error('no base URL');
  return baseURL;
}

test('three tabs that open one link see each other, each once', async ({ browser, baseURL }) => {
  const { tabs } = await openFabric(browser, base(baseURL), 3);
  for (const tab of tabs) {
    // A cell is heard of by gossip before the link to it is there.
    const ways = async () => (await snapshot(tab)).cells.flatMap(({ link }) => link?.path ?? []);
    await expect.poll(ways).toEqual(['direct', 'direct']);
    const { phase, cells, connections } = await snapshot(tab);
    expect(connections.open).toBe(2);
    expect(phase).toBe('ready');
    expect(cells.map(({ name }) => name).toSorted()).toEqual(['cell 0', 'cell 1', 'cell 2']);
    expect(new Set(cells.map(({ id }) => id)).size).toBe(3);
  }
});

test('a link with a changed key is refused as wrong_key, one without as fabric_url_invalid', async ({
  browser,
  baseURL,
}) => {
  const url = freshFabricUrl(base(baseURL));
  const tab = await openTab(browser, base(baseURL));
  const changed = url.replace(/k=(.)/, (_, first: string) => `k=${first === 'A' ? 'B' : 'A'}`);
  expect(await join(tab, changed)).toMatchObject({ failure: { code: 'wrong_key' } });
  expect(await join(tab, url.replace(/\?.*/, ''))).toMatchObject({ failure: { code: 'fabric_url_invalid' } });
});

test('a tab with another key of the same name is in another fabric', async ({ browser, baseURL }) => {
  const { tabs } = await openFabric(browser, base(baseURL), 1);
  const stranger = await openTab(browser, base(baseURL));
  await join(stranger, freshFabricUrl(base(baseURL)), { name: 'stranger' });
  await seesCells(stranger, 1);
  expect(tabs).toHaveLength(1);
  for (const tab of tabs) expect((await snapshot(tab)).cells).toHaveLength(1);
});

test('a signaling service that is not there is a typed failure', async ({ browser, baseURL }) => {
  const tab = await openTab(browser, base(baseURL));
  const joined = await join(tab, freshFabricUrl(base(baseURL)), { signalingUrl: DEAD_PORT_URL });
  expect(joined).toMatchObject({ failure: { code: 'signaling_unreachable' } });
});

test('tabs of one browser find each other without the service, and go on when whoever was met first is gone', async ({
  browser,
  baseURL,
}) => {
  const url = freshFabricUrl(base(baseURL));
  const profile = await browser.newContext();
  const tabs = [0, 1, 2].map(() => openTab(browser, base(baseURL), profile));
  const [first, second, third] = [await tabs[0], await tabs[1], await tabs[2]];
  if (!first || !second || !third) throw new Error('three tabs were opened');
  expect(await join(first, url, { name: 'first' })).toMatchObject({ value: { phase: 'ready' } });
  expect(await join(second, url, { name: 'second', signalingUrl: DEAD_PORT_URL })).toMatchObject({
    value: { phase: 'ready' },
  });
  for (const tab of [first, second]) await seesCells(tab, 2);
  await first.close();
  await seesCells(second, 1);
  expect(await join(third, url, { name: 'third', signalingUrl: DEAD_PORT_URL })).toMatchObject({
    value: { phase: 'ready' },
  });
  for (const tab of [second, third]) await seesCells(tab, 2);
});

test('a browser without WebRTC is told so', async ({ browser, baseURL }) => {
  const context = await browser.newContext();
  await context.addInitScript(() => {
    Reflect.deleteProperty(window, 'RTCPeerConnection');
  });
  const tab = await openTab(browser, base(baseURL), context);
  expect(await join(tab, freshFabricUrl(base(baseURL)))).toMatchObject({ failure: { code: 'browser_unsupported' } });
});

test('a page without isolation headers still joins', async ({ browser, baseURL }) => {
  const host = await bareHost(base(baseURL));
  const tab = await openTab(browser, host.url);
  expect(await tab.evaluate(() => crossOriginIsolated)).toBe(false);
  expect(await join(tab, freshFabricUrl(host.url))).toMatchObject({ value: { phase: 'ready' } });
  await tab.close();
  await host.close();
});

test('a reloaded tab is the same cell, and two tabs of one profile are two cells', async ({ browser, baseURL }) => {
  const url = freshFabricUrl(base(baseURL));
  const profile = await browser.newContext();
  const first = await openTab(browser, base(baseURL), profile);
  const second = await openTab(browser, base(baseURL), profile);
  await join(first, url);
  await join(second, url);
  const before = [(await snapshot(first)).self, (await snapshot(second)).self];
  expect(before[0]).not.toBe(before[1]);
  await second.reload();
  await second.waitForFunction(() => window.grafos !== undefined);
  await join(second, url);
  expect((await snapshot(second)).self).toBe(before[1]);
  await seesCells(first, 2);
});

test('a tab that leaves is missed at once', async ({ browser, baseURL }) => {
  const { tabs } = await openFabric(browser, base(baseURL), 2);
  const [first, second] = tabs;
  await second?.close({ runBeforeUnload: false });
  if (first) await seesCells(first, 1);
});

test('a signaling service that dies takes no link with it', async ({ browser, baseURL }) => {
  const host = await bareHost(base(baseURL));
  const { tabs } = await openFabric(browser, host.url, 3);
  const [submitter] = tabs;
  if (!submitter) throw new Error('a fabric has at least one tab');
  host.cutSockets();
  await submitter.waitForFunction(() => window.grafos?.fabric()?.snapshot().signaling.state === 'lost');
  // Longer than a silent link is kept, so that whatever the loss took with it is gone by now.
  await submitter.waitForTimeout(4_000);
  for (const tab of tabs) await seesCells(tab, 3);
  const { response } = await run(submitter, { program: 'hello-tasklet', tasklet: 'hello', text: 'Ada' });
  expect(response.status).toBe('succeeded');
  for (const tab of tabs) await tab.close();
  await host.close();
});
