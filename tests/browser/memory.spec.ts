import { expect, type Page } from '@playwright/test';
import { act, read, takeRegion, write } from './support/regions.ts';
import { openFabric, snapshot } from './support/tabs.ts';
import { test } from './support/test.ts';

const SIZE_BYTES = 4 * 1_048_576;

async function pairOf(browser: Parameters<typeof openFabric>[0], baseURL: string | undefined) {
  if (!baseURL) throw new Error('no base URL');
  const { tabs } = await openFabric(browser, baseURL, 2);
  const [lessor, holder] = tabs;
  if (!lessor || !holder) throw new Error('a pair is two tabs');
  return { lessor, holder, lessorId: (await snapshot(lessor)).self };
}

/** Opens a LeaseRef in a tab; whether the bytes are shared with its page. */
function open(tab: Page, ref: string): Promise<boolean> {
  return tab.evaluate(async (text) => {
    const lease = await window.grafos?.fabric()?.openLease(text);
    if (!lease) throw new Error('no fabric here');
    const region = await lease.region();
    Object.assign(window, { lease, region });
    return region.local !== undefined;
  }, ref);
}

test('what one tab writes the other reads, both ways, and additions of both add up', async ({ browser, baseURL }) => {
  const { lessor, holder, lessorId } = await pairOf(browser, baseURL);
  const ref = await takeRegion(holder, lessorId, SIZE_BYTES, 60_000);
  expect(await open(lessor, ref)).toBe(true);

  await write(holder, 100, [1, 2, 3]);
  expect(await read(lessor, 99, 5)).toEqual([0, 1, 2, 3, 0]);
  await write(lessor, 200, [4, 5]);
  expect(await read(holder, 200, 2)).toEqual([4, 5]);

  const add = (tab: Page): Promise<unknown> =>
    act(
      tab,
      async ({ region }, count) => {
        await Promise.all(Array.from({ length: count }, () => region.u32.add(0, 1)));
      },
      5_000,
    );
  await Promise.all([add(holder), add(lessor)]);
  for (const tab of [holder, lessor]) expect(await act(tab, ({ region }) => region.u32.load(0), 0)).toBe(10_000);
});

test('a long read and write arrive whole, and a waiting tab is woken by the other', async ({ browser, baseURL }) => {
  const { lessor, holder, lessorId } = await pairOf(browser, baseURL);
  await open(lessor, await takeRegion(holder, lessorId, SIZE_BYTES, 60_000));
  const isWhole = await act(
    holder,
    async ({ region }, size) => {
      const bytes = new Uint8Array(size).map((_, index) => (index * 31) ^ (index >> 9));
      await region.write(0, bytes);
      const back = await region.read(0, size);
      return bytes.every((byte, index) => byte === back[index]);
    },
    SIZE_BYTES,
  );
  expect(isWhole).toBe(true);

  for (const [waiter, waker] of [
    [holder, lessor],
    [lessor, holder],
  ] as const) {
    await act(waiter, ({ region }) => region.u32.store(64, 7), 0);
    const waiting = act(waiter, ({ region }) => region.wait(64, 7, 20_000), 0);
    await expect.poll(() => act(waker, ({ region }) => region.notify(64), 0)).toBe(1);
    expect(await waiting).toBe('woken');
  }
});

test('a region outlives a renewal, and after the end of its lease every operation says so', async ({
  browser,
  baseURL,
}) => {
  const { lessor, holder, lessorId } = await pairOf(browser, baseURL);
  await open(lessor, await takeRegion(holder, lessorId, SIZE_BYTES, 3_000));
  const sum = await act(
    holder,
    async ({ region, lease }, count) => {
      const adds: Promise<number>[] = [];
      for (let round = 0; round < 4; round++) {
        for (let index = 0; index < count; index++) adds.push(region.u32.add(8, 1));
        if (round % 2 === 1) await lease.renew(3_000);
      }
      const before = await Promise.all(adds);
      return before.every((value, index) => value === index) && lease.generation === 3;
    },
    500,
  );
  expect(sum).toBe(true);
  await write(lessor, 0, [9]);
  for (const tab of [holder, lessor]) {
    expect(await act(tab, async ({ lease }) => (await lease.ended).type, 0)).toBe('LeaseExpired');
    await expect.poll(() => read(tab, 0, 1)).toBe('lease_expired');
    expect(await write(tab, 0, [1])).toBe('lease_expired');
    expect(await act(tab, ({ region }) => region.u64.add(8, 1n).then(String), 0)).toBe('lease_expired');
  }
});

test('only memory has bytes', async ({ browser, baseURL }) => {
  const { holder, lessorId } = await pairOf(browser, baseURL);
  const code = await holder.evaluate(async (cell) => {
    const lease = await window.grafos?.fabric()?.lease.cpu().on(cell).acquire();
    return lease?.region().then(
      () => 'a region',
      (error: unknown) => String(Reflect.get(Object(error), 'code')),
    );
  }, lessorId);
  expect(code).toBe('invalid_argument');
});
