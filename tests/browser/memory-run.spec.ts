import { expect, type Page } from '@playwright/test';
import type { CellId, Region } from '../../src/sdk/index.ts';
import { buildSleeper, sleep } from './support/sleeper.ts';
import { openFabric, run, snapshot } from './support/tabs.ts';
import { test } from './support/test.ts';

let sleeper: string;

test.beforeAll(async () => {
  test.setTimeout(240_000);
  sleeper = await buildSleeper();
});

interface Member {
  readonly tab: Page;
  readonly id: CellId;
}

async function membersOf(
  browser: Parameters<typeof openFabric>[0],
  baseURL: string | undefined,
  count: number,
): Promise<readonly [Member, ...Member[]]> {
  if (!baseURL) throw new Error('no base URL');
  const { tabs } = await openFabric(browser, baseURL, count);
  const [first, ...others] = await Promise.all(tabs.map(async (tab) => ({ tab, id: (await snapshot(tab)).self })));
  if (!first) throw new Error('a fabric has at least one tab');
  return [first, ...others];
}

/** Takes a few bytes of a cell; a LeaseRef of them. The region stays in the tab, by the cell's id. */
function take({ tab }: Member, on: CellId, ttlMs: number): Promise<string> {
  return tab.evaluate(
    async ([cell, ttl]) => {
      const lease = await window.grafos?.fabric()?.lease.mem({ bytes: 64 }).ttl(ttl).on(cell).acquire();
      if (!lease) throw new Error('no fabric here');
      Reflect.set(window, `region of ${cell}`, await lease.region());
      return lease.ref();
    },
    [on, ttlMs] as const,
  );
}

/** Sets the first word of the region that was taken of a cell, and wakes whoever waits for it. */
function wake({ tab }: Member, on: CellId): Promise<number> {
  return tab.evaluate(async (cell) => {
    const region = Reflect.get(window, `region of ${cell}`) as Region;
    await region.u32.store(0, 7);
    return region.notify(0);
  }, on);
}

const counting = { program: 'distributed-counter', tasklet: 'count' } as const;

test('tasklets of three tabs add to one counter, and every step counts, at the same fuel', async ({
  browser,
  baseURL,
}) => {
  const members = await membersOf(browser, baseURL, 3);
  const [owner] = members;
  const memory = [await take(owner, owner.id, 60_000)];
  const runs = await Promise.all(
    members.map((member) => run(member.tab, { ...counting, text: '1000', on: member.id, memory })),
  );
  expect(runs.map(({ response }) => response.error)).toEqual([undefined, undefined, undefined]);
  expect(runs.map(({ response }) => response.cell)).toEqual(members.map(({ id }) => id));
  expect(new Set(runs.map(({ response }) => response.fuelUsed)).size).toBe(1);
  const total = await owner.tab.evaluate(async (cell) => {
    const region = Reflect.get(window, `region of ${cell}`) as Region;
    return Number(await region.u64.load(0));
  }, owner.id);
  expect(total).toBe(3_000);
});

test('the end of a lease reaches a tasklet that works on it in another tab as -2', async ({ browser, baseURL }) => {
  const [owner, other] = await membersOf(browser, baseURL, 2);
  if (!other) throw new Error('no other tab');
  const memory = [await take(owner, owner.id, 3_000)];
  const settings = { ...counting, text: '1000000', memory, fuel: 5_000_000_000 };
  const elsewhere = await run(owner.tab, { ...settings, on: other.id });
  expect(elsewhere.response.error?.code).toBe('tasklet_error');
  expect(elsewhere.response.error?.message).toContain('status -2');
});

test('a tasklet that waits on a lease hears of its end at once', async ({ browser, baseURL }) => {
  const [owner, other] = await membersOf(browser, baseURL, 2);
  if (!other) throw new Error('no other tab');
  const memory = await take(owner, owner.id, 3_000);
  const startedAtMs = Date.now();
  const slept = await Promise.all(
    [owner, other].map(({ id: on }) => sleep(owner.tab, sleeper, { on, memory, timeoutMs: 20_000 })),
  );
  expect(slept.map(({ end }) => end)).toEqual([-2, -2]);
  expect(Date.now() - startedAtMs).toBeLessThan(8_000);
});

test('tasklets that wait for the bytes of each other’s cells freeze neither', async ({ browser, baseURL }) => {
  const [left, right, third] = await membersOf(browser, baseURL, 3);
  if (!right || !third) throw new Error('too few tabs');
  const ofLeft = await take(third, left.id, 60_000);
  const ofRight = await take(third, right.id, 60_000);
  const sleeping = Promise.all([
    sleep(left.tab, sleeper, { on: left.id, memory: ofRight, timeoutMs: 25_000 }),
    sleep(right.tab, sleeper, { on: right.id, memory: ofLeft, timeoutMs: 25_000 }),
  ]);
  for (const { tab, id } of [left, right]) {
    await tab.waitForFunction((cell) => {
      const runs = window.grafos?.fabric()?.snapshot().runs ?? [];
      return runs.some((each) => each.tasklet === 'sleeper' && each.cell === cell && each.status === 'running');
    }, id);
  }
  const greeting = { program: 'hello-tasklet', tasklet: 'hello', text: 'Ada' };
  for (const { id } of [left, right]) {
    const { response } = await run(third.tab, { ...greeting, on: id });
    expect(response).toMatchObject({ status: 'succeeded', cell: id });
  }
  expect(await wake(third, left.id)).toBe(1);
  expect(await wake(third, right.id)).toBe(1);
  expect(await sleeping).toEqual([
    { end: 0, word: 7 },
    { end: 0, word: 7 },
  ]);
});
