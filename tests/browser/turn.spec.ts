import { expect, type Page } from '@playwright/test';
import { act, takeRegion } from './support/regions.ts';
import { freshFabricUrl, join, openTab, run, seesCells, snapshot } from './support/tabs.ts';
import { test } from './support/test.ts';
import { findTurnServer, startTurnServer } from './support/turn-server.ts';

const REGION_BYTES = 65_536;
const ADDITIONS = 200;

/** From now on the tab's connections go through TURN servers alone, as where nothing else is let through. */
function throughServersOnly(tab: Page): Promise<void> {
  return tab.evaluate(() => {
    const Native = window.RTCPeerConnection;
    window.RTCPeerConnection = new Proxy(Native, {
      construct: (target, [configuration]: [RTCConfiguration?]) =>
        new target({ ...configuration, iceTransportPolicy: 'relay' }),
    });
  });
}

test('two tabs that reach nothing but a TURN server are linked through it, and work over that', async ({
  browser,
  baseURL,
}) => {
  const path = await findTurnServer();
  test.skip(path === undefined, 'no `turnserver` is on PATH: install coturn to have links through a TURN server tried');
  if (path === undefined || !baseURL) return;
  const server = await startTurnServer(path);
  try {
    // One was told of it in its settings, the other by the invitation, which it has agreed to.
    const url = freshFabricUrl(baseURL);
    const [first, second] = [await openTab(browser, baseURL), await openTab(browser, baseURL)];
    for (const tab of [first, second]) await throughServersOnly(tab);
    const [urls = '', username = '', credential = ''] = server.line.split(' ');
    await first.evaluate((line) => localStorage.setItem('grafos-web.ice-servers', line), server.line);
    expect(await join(first, url, { name: 'by setting' })).toMatchObject({ value: { phase: 'ready' } });
    const invited = `${url}&i=${Buffer.from(JSON.stringify([[urls, username, credential]])).toString('base64url')}`;
    const options = { name: 'by invitation', useLinkServers: true };
    expect(await join(second, invited, options)).toMatchObject({ value: { phase: 'ready' } });
    for (const tab of [first, second]) await seesCells(tab, 2);
    const far = (await snapshot(second)).self;
    for (const tab of [first, second]) {
      await expect
        .poll(async () => (await snapshot(tab)).cells.flatMap(({ link }) => link ?? []))
        .toEqual([{ path: 'turn' }]);
    }
    const { response } = await run(first, { program: 'hello-tasklet', tasklet: 'hello', text: 'Ada', on: far });
    expect(response).toMatchObject({ status: 'succeeded', cell: far, attempt: 1 });
    await takeRegion(first, far, REGION_BYTES, 60_000);
    const added = act(
      first,
      async ({ region, lease }, count) => {
        for (let made = 0; made < count; made++) await region.u32.add(0, 1);
        await lease.renew();
        return region.u32.load(0);
      },
      ADDITIONS,
    );
    expect(await added).toBe(ADDITIONS);
  } finally {
    await server.stop();
  }
});
