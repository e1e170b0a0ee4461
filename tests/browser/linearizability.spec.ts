import { expect, type Page } from '@playwright/test';
import { bundle } from '../bench/bundle.ts';
import { isLinearizable, type ClientHistory } from '../conformance/linearizability/checker.ts';
import { everyModel, type Call } from '../conformance/linearizability/models.ts';
import { CLIENTS, HISTORY_BYTES, planned, type HistoryPlan } from '../conformance/linearizability/plan.ts';
import type * as MemoryPage from './page/memory-page.ts';

import { clockOffset, onOurClock, type ClockOffset } from './support/clocks.ts';
import { openFabric, snapshot } from './support/tabs.ts';
import { test } from './support/test.ts';

declare const memoryPage: typeof MemoryPage;

/** How many histories of each kind, and how many of them at least have to be interleaved: far fewer than busy tabs make. */
const HISTORIES = [
  ['word', 1_000, 100],
  ['queue', 100, 1],
  ['map', 100, 0],
] as const;
const TTL_MS = 240_000;

// A trace of thousands of calls costs more than the calls.
test.use({ trace: 'off' });

interface Client {
  readonly tab: Page;
  readonly offset: ClockOffset;
}

/** Three tabs with one region: of the first, whose page shares the bytes, and two that reach it over the wire. */
async function sharing(
  browser: Parameters<typeof openFabric>[0],
  baseURL: string | undefined,
  bytes: number,
): Promise<readonly Client[]> {
  const { tabs } = await openFabric(browser, baseURL ?? '', CLIENTS);
  const [owner, ...others] = tabs;
  if (!owner) throw new Error('no tabs');
  const script = await bundle(new URL('./page/memory-page.ts', import.meta.url), 'memoryPage');
  for (const tab of tabs) await tab.evaluate(script);
  const { self } = await snapshot(owner);
  const ref = await owner.evaluate(([cell, size, ttl]) => memoryPage.take(cell, size, ttl), [
    self,
    bytes,
    TTL_MS,
  ] as const);
  for (const tab of others) await tab.evaluate((text) => memoryPage.open(text), ref);
  const isLocal = await Promise.all(tabs.map((tab) => tab.evaluate(() => memoryPage.isLocal())));
  expect(isLocal).toEqual([true, false, false]);
  const clients: Client[] = [];
  for (const tab of tabs) clients.push({ tab, offset: await clockOffset(tab) });
  return clients;
}

/** What the tabs were answered, each history by tab, all on one clock. */
async function histories(
  clients: readonly Client[],
  plans: readonly HistoryPlan[],
): Promise<readonly (readonly ClientHistory<Call>[])[]> {
  await clients[0]?.tab.evaluate((all) => memoryPage.prepare(all), plans);
  const records = await Promise.all(
    clients.map(({ tab }, self) =>
      tab.evaluate(([all, client]) => memoryPage.record(all, client), [plans, self] as const),
    ),
  );
  return plans.map((plan, index) =>
    clients.map(({ offset }, client) => {
      const calls = plan.clients[client] ?? [];
      const answers = records[client]?.[index] ?? [];
      expect(answers).toHaveLength(calls.length);
      return calls.flatMap(({ call }, step) => {
        const recorded = answers[step];
        return recorded ? [{ ...onOurClock(offset, recorded), call }] : [];
      });
    }),
  );
}

/** Whether the answers are other than those of tabs that came one after the other. */
function isInterleaved(clients: readonly ClientHistory<Call>[]): boolean {
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  return !orders.some((order) => isLinearizable(everyModel, [order.flatMap((client) => clients[client] ?? [])]));
}

/** The same with one answer that is off by a little. */
function twisted(clients: readonly ClientHistory<Call>[], at: number): readonly ClientHistory<Call>[] {
  const twist = (answer: string): string => (/^\d+$/.test(answer) ? String(BigInt(answer) + 1n) : `not ${answer}`);
  return clients.map((history, client) =>
    history.map((each, index) =>
      client === at % 3 && index === at % 5 ? { ...each, answer: twist(each.answer) } : each,
    ),
  );
}

test('what three tabs do to one region at once is as if done one after the other', async ({ browser, baseURL }) => {
  test.setTimeout(180_000);
  const total = Math.max(...HISTORIES.map(([, count]) => count));
  const clients = await sharing(browser, baseURL, HISTORY_BYTES * total);
  const widths = clients.map(({ offset }) => (offset.mostMs - offset.leastMs).toFixed(2));
  console.info(`the clocks of the tabs are known to ${widths.join(', ')} ms`);
  for (const [kind, count, interleavedMin] of HISTORIES) {
    const all = await histories(clients, planned(kind, `tabs ${kind}`, count));
    expect(all).toHaveLength(count);
    expect(all.filter((each) => !isLinearizable(everyModel, each))).toEqual([]);
    const interleaved = all.filter(isInterleaved).length;
    const noticed = all.filter((each, index) => !isLinearizable(everyModel, twisted(each, index))).length;
    console.info(
      `${kind}: ${count} histories, ${interleaved} interleaved, ${noticed} noticed when one answer is changed`,
    );
    expect(interleaved).toBeGreaterThanOrEqual(interleavedMin);
    expect(noticed).toBeGreaterThan(0.9 * count);
  }
});
