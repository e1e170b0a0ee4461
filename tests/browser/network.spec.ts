import { expect, type Page } from '@playwright/test';
import { watchConnections } from './support/links.ts';
import { act, takeRegion } from './support/regions.ts';
import { freshFabricUrl, join, openTab, seesCells, snapshot } from './support/tabs.ts';
import { test } from './support/test.ts';

const REGION_BYTES = 65_536;
const ADDITIONS = 2_000;

/** What ICE calls the other end of each connection: another name after each restart. */
function namesOfTheOther(tab: Page): Promise<string[]> {
  return tab.evaluate(() =>
    (Reflect.get(window, 'madeConnections') as RTCPeerConnection[]).map(
      ({ remoteDescription }) => /^a=ice-ufrag:(\S+)/m.exec(remoteDescription?.sdp ?? '')?.[1] ?? '',
    ),
  );
}

test('when the network changes a link finds another way, and its session, leases and calls under way do not notice', async ({
  browser,
  baseURL,
}) => {
  const url = freshFabricUrl(baseURL ?? '');
  const tabs: Page[] = [];
  for (const name of ['one', 'two']) {
    const tab = await openTab(browser, baseURL ?? '');
    await watchConnections(tab);
    expect(await join(tab, url, { name })).toMatchObject({ value: { phase: 'ready' } });
    tabs.push(tab);
  }
  const [first, second] = tabs;
  if (!first || !second) throw new Error('two tabs');
  for (const tab of tabs) await seesCells(tab, 2);
  await takeRegion(first, (await snapshot(second)).self, REGION_BYTES, 120_000);
  const added = act(
    first,
    async ({ region }, count) => {
      for (let made = 0; made < count; made++) {
        if ((await region.u32.add(0, 1)) !== made) return 'an addition was lost or done twice';
      }
      return 'exact';
    },
    ADDITIONS,
  );
  // The end that dialled, then the other, which has to ask for it, then both at once.
  for (const changed of [[first], [second], tabs]) {
    const before = await Promise.all(tabs.map(namesOfTheOther));
    await Promise.all(changed.map((tab) => tab.evaluate(() => dispatchEvent(new Event('online')))));
    for (const [index, tab] of tabs.entries()) {
      await expect.poll(() => namesOfTheOther(tab)).not.toEqual(before[index]);
    }
  }
  expect(await added).toBe('exact');
  for (const tab of tabs) {
    const { connections, events, cells } = await snapshot(tab);
    expect(connections).toEqual({ open: 1, made: 1 });
    expect(events.filter(({ kind }) => kind === 'cell.left')).toEqual([]);
    expect(cells.map(({ state }) => state)).toEqual(['alive', 'alive']);
  }
});
