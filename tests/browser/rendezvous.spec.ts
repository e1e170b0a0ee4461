import { expect } from '@playwright/test';
import { bareHost } from './support/bare-host.ts';
import { cutLink, watchConnections } from './support/links.ts';
import { freshFabricUrl, join, openFabric, openTab, run, seesCells, snapshot } from './support/tabs.ts';
import { test } from './support/test.ts';

function base(baseURL: string | undefined): string {
  if (!baseURL) throw new Error('no base URL');
  return baseURL;
}

test('tabs of one browser find each other with no signaling service at all', async ({ browser, baseURL }) => {
  const url = freshFabricUrl(base(baseURL));
  const profile = await browser.newContext();
  const tabs = [await openTab(browser, base(baseURL), profile), await openTab(browser, base(baseURL), profile)];
  tabs.push(await openTab(browser, base(baseURL), profile));
  // Nothing but what is already loaded.
  await profile.route(/peerjs/, (route) => route.abort());
  for (const tab of tabs) {
    const joined = await join(tab, url, { signalingUrl: 'local:' });
    expect(joined).toMatchObject({ value: { phase: 'ready' } });
  }
  for (const tab of tabs) await seesCells(tab, 3);
  const [first, second] = tabs;
  if (!first || !second) throw new Error('three tabs');
  expect((await snapshot(first)).signaling).toMatchObject({ url: 'local:', state: 'connected', slot: 0 });
  const { response } = await run(second, { program: 'hello-tasklet', tasklet: 'hello', text: 'Ada' });
  expect(response.status).toBe('succeeded');
  await first.close({ runBeforeUnload: false });
  await seesCells(second, 2);
  const late = await openTab(browser, base(baseURL), profile);
  expect(await join(late, url, { signalingUrl: 'local:' })).toMatchObject({ value: { phase: 'ready' } });
  await seesCells(late, 3);
  await profile.close();
});

test('when the cell at the meeting point closes, a newcomer is in within two seconds', async ({ browser, baseURL }) => {
  const { url, tabs } = await openFabric(browser, base(baseURL), 3);
  const slots = await Promise.all(tabs.map(async (tab) => (await snapshot(tab)).signaling.slot));
  const keeper = tabs[slots.indexOf(0)];
  const late = await openTab(browser, base(baseURL));
  await keeper?.close({ runBeforeUnload: false });
  const startMs = performance.now();
  expect(await join(late, url)).toMatchObject({ value: { phase: 'ready' } });
  await seesCells(late, 3);
  expect(performance.now() - startMs).toBeLessThan(2_000);
});

test('two members link anew when the signaling service is dead, by way of a third', async ({ browser, baseURL }) => {
  const host = await bareHost(base(baseURL));
  const url = freshFabricUrl(host.url);
  const tabs = [];
  for (let index = 0; index < 3; index++) {
    const tab = await openTab(browser, host.url);
    await watchConnections(tab);
    expect(await join(tab, url, { name: `cell ${index}` })).toMatchObject({ value: { phase: 'ready' } });
    tabs.push(tab);
  }
  for (const tab of tabs) await seesCells(tab, 3);
  const [first, second] = tabs;
  if (!first || !second) throw new Error('three tabs');
  host.cutSockets();
  await first.waitForFunction(() => window.grafos?.fabric()?.snapshot().signaling.state === 'lost');
  await cutLink(first, second);
  await first.waitForFunction(
    () =>
      window.grafos
        ?.fabric()
        ?.snapshot()
        .cells.filter(({ state }) => state === 'alive').length === 2,
  );
  for (const tab of tabs) await seesCells(tab, 3);
  const other = (await snapshot(second)).self;
  // Heard of by the third, it counts as here; linked it is when it has answered.
  await first.waitForFunction(
    (id) =>
      window.grafos
        ?.fabric()
        ?.snapshot()
        .cells.some((cell) => cell.id === id && cell.roundTripMs !== undefined),
    other,
  );
  const { response } = await run(first, {
    program: 'hello-tasklet',
    tasklet: 'hello',
    text: 'Ada',
    on: other,
  });
  expect(response.error?.message ?? response.status).toBe('succeeded');
  for (const tab of tabs) await tab.close();
  await host.close();
});
