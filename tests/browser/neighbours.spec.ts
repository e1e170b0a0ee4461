import { expect, type Browser, type Frame, type Page } from '@playwright/test';
import { CONTEXT_PERMISSIONS, installAnswer } from '../../src/cli/browser/index.ts';
import type { CellId, FabricSnapshot, LeaseHandle, Region } from '../../src/sdk/index.ts';
import { freshFabricUrl, join, openTab, run, seesCells } from './support/tabs.ts';
import { test } from './support/test.ts';

const SIZE_BYTES = 65_536;
const ADDITIONS = 20_000;

interface Held {
  readonly lease: LeaseHandle;
  readonly region: Region;
}
declare global {
  interface Window {
    held?: Held;
  }
}

/** A page that has joined a fresh fabric, and what is needed to let another join beside it. */
async function firstCell(browser: Browser, baseURL: string | undefined) {
  if (!baseURL) throw new Error('no base URL');
  const profile = await browser.newContext({ permissions: [...CONTEXT_PERMISSIONS] });
  await profile.addInitScript(installAnswer);
  const url = freshFabricUrl(baseURL);
  const parent = await openTab(browser, baseURL, profile);
  return { url, baseURL, parent, self: await joined(parent, url) };
}

async function joined(at: Page | Frame, url: string): Promise<CellId> {
  await at.waitForFunction(() => window.grafos !== undefined);
  const answer = await at.evaluate(
    (joinUrl) =>
      window.grafosAnswer<FabricSnapshot | undefined>(
        Promise.resolve(window.grafos?.join(joinUrl, { name: 'a cell' })).then((fabric) => fabric?.snapshot()),
      ),
    url,
  );
  if ('failure' in answer || !answer.value) throw new Error(`joining failed: ${JSON.stringify(answer)}`);
  return answer.value.self;
}

async function openChild(parent: Page, baseURL: string): Promise<Page> {
  const [child] = await Promise.all([
    parent.waitForEvent('popup'),
    parent.evaluate((address) => void window.open(address), baseURL),
  ]);
  return child;
}

async function openFrame(parent: Page, baseURL: string): Promise<Frame> {
  const element = await parent.evaluateHandle((address) => {
    const frame = document.createElement('iframe');
    frame.src = address;
    document.body.append(frame);
    return frame;
  }, baseURL);
  const frame = await element.contentFrame();
  if (!frame) throw new Error('no frame');
  return frame;
}

/** Takes memory of a cell, and keeps lease and region in the page. Answers a LeaseRef of it. */
function take(at: Page | Frame, on: CellId, ttlMs = 60_000): Promise<string> {
  return at.evaluate(
    async ([cell, bytes, ttl]) => {
      const lease = await window.grafos?.fabric()?.lease.mem({ bytes }).ttl(ttl).on(cell).acquire();
      if (!lease) throw new Error('no fabric here');
      window.held = { lease, region: await lease.region() };
      return lease.ref();
    },
    [on, SIZE_BYTES, ttlMs] as const,
  );
}

/** Opens a LeaseRef; whether the bytes are shared with the page, and how long that took. */
function open(at: Page | Frame, ref: string): Promise<{ isLocal: boolean; tookMs: number }> {
  return at.evaluate(async (text) => {
    const lease = await window.grafos?.fabric()?.openLease(text);
    if (!lease) throw new Error('no fabric here');
    const beganMs = performance.now();
    const region = await lease.region();
    window.held = { lease, region };
    return { isLocal: region.local !== undefined, tookMs: performance.now() - beganMs };
  }, ref);
}

function setByte(at: Page | Frame, index: number, value: number): Promise<void> {
  return at.evaluate(
    ([place, byte]) => {
      const bytes = window.held?.region.local?.bytes;
      if (!bytes) throw new Error('not local');
      bytes[place] = byte;
    },
    [index, value] as const,
  );
}
const byteOf = (at: Page | Frame, index: number): Promise<number | undefined> =>
  at.evaluate((place) => window.held?.region.local?.bytes[place], index);

const add = (at: Page | Frame): Promise<unknown> =>
  at.evaluate(async (count) => {
    const { region } = window.held ?? {};
    for (let turn = 0; turn < count; turn++) await region?.u32.add(0, 1);
  }, ADDITIONS);

const codeOfRead = (at: Page | Frame): Promise<string> =>
  at.evaluate(() =>
    Promise.resolve(window.held?.region.read(0, 1)).then(
      () => 'read',
      (error: unknown) => String(Reflect.get(Object(error), 'code')),
    ),
  );

/** The region of a lease of two seconds, held at one page and open at another, is one and the same, until it ends. */
async function shareBytes(owner: Page | Frame, other: Page | Frame): Promise<void> {
  await setByte(owner, 100, 7);
  expect(await byteOf(other, 100)).toBe(7);
  await setByte(other, 101, 9);
  expect(await byteOf(owner, 101)).toBe(9);
  await Promise.all([add(owner), add(other)]);
  for (const at of [owner, other]) {
    expect(await at.evaluate(() => window.held?.region.u32.load(0))).toBe(2 * ADDITIONS);
  }
  const waiting = owner.evaluate(() => window.held?.region.wait(64, 0, 20_000));
  await expect.poll(() => other.evaluate(() => window.held?.region.notify(64))).toBe(1);
  expect(await waiting).toBe('woken');
}

test('a child that keeps its opener shares the bytes of its opener’s lease, until the lease is over', async ({
  browser,
  baseURL,
}) => {
  const { url, baseURL: address, parent, self } = await firstCell(browser, baseURL);
  const child = await openChild(parent, address);
  await joined(child, url);
  for (const at of [parent, child]) expect(await at.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(await child.evaluate(() => window.opener !== null)).toBe(true);
  await seesCells(parent, 2);

  expect(await open(child, await take(parent, self))).toMatchObject({ isLocal: true });
  await shareBytes(parent, child);

  expect(await open(child, await take(parent, self, 2_000))).toMatchObject({ isLocal: true });
  await setByte(child, 100, 1);
  for (const at of [parent, child]) await expect.poll(() => codeOfRead(at)).toBe('lease_expired');
  expect(await byteOf(child, 100)).toBe(0);
});

test('an opener shares the bytes of its child’s lease, which the child took of itself', async ({
  browser,
  baseURL,
}) => {
  const { url, baseURL: address, parent } = await firstCell(browser, baseURL);
  const child = await openChild(parent, address);
  const childCell = await joined(child, url);
  await seesCells(parent, 2);
  expect(await open(parent, await take(child, childCell))).toMatchObject({ isLocal: true });
  await shareBytes(child, parent);
});

test('tasklets of both tabs work on the same bytes, and fuel says nothing of where they are', async ({
  browser,
  baseURL,
}) => {
  const { url, baseURL: address, parent, self } = await firstCell(browser, baseURL);
  const child = await openChild(parent, address);
  const childCell = await joined(child, url);
  await seesCells(parent, 2);
  await seesCells(child, 2);
  const memory = [await take(parent, self)];
  const counting = { program: 'distributed-counter', tasklet: 'count', text: '1000', memory };
  const runs = await Promise.all([run(parent, { ...counting, on: self }), run(child, { ...counting, on: childCell })]);
  expect(runs.map(({ response }) => response.error)).toEqual([undefined, undefined]);
  expect(new Set(runs.map(({ response }) => response.fuelUsed)).size).toBe(1);
  expect(await parent.evaluate(async () => Number(await window.held?.region.u64.load(0)))).toBe(2_000);
});

test('a frame shares the bytes of the page that it is in', async ({ browser, baseURL }) => {
  const { url, baseURL: address, parent, self } = await firstCell(browser, baseURL);
  const frame = await openFrame(parent, address);
  await joined(frame, url);
  await seesCells(parent, 2);
  expect(await open(frame, await take(parent, self))).toMatchObject({ isLocal: true });
  await shareBytes(parent, frame);
});

test('a tab that nobody here has opened stays remote, and works', async ({ browser, baseURL }) => {
  const { url, baseURL: address, parent, self } = await firstCell(browser, baseURL);
  for (const stranger of [await openTab(browser, address, parent.context()), await openTab(browser, address)]) {
    await join(stranger, url);
    expect(await open(stranger, await take(parent, self))).toMatchObject({ isLocal: false });
    await add(parent);
    await stranger.evaluate(() => window.held?.region.u32.add(0, 1));
    expect(await parent.evaluate(() => window.held?.region.u32.load(0))).toBe(ADDITIONS + 1);
  }
});

test('a child whose opener is no cell loses no time after the first look', async ({ browser, baseURL }) => {
  const { url, baseURL: address, parent, self } = await firstCell(browser, baseURL);
  const silent = await parent.context().newPage();
  await silent.goto(address);
  const child = await openChild(silent, address);
  await joined(child, url);
  await seesCells(parent, 2);
  await open(child, await take(parent, self));
  const { isLocal, tookMs } = await open(child, await take(parent, self));
  expect(isLocal).toBe(false);
  expect(tookMs).toBeLessThan(150);
});
