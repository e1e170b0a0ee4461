/**
 * How soon tabs are a fabric, in one Chromium: sixteen at once until each has spoken with every other, against trystero
 * with a relay on this machine; and a second tab, beside the first and elsewhere, against PeerJS opening and connecting and no
 * more.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchServer } from '../../../src/cli/server/index.ts';
import { createFabricUrl } from '../../../src/sdk/index.ts';
import { missingBrowser, withPage } from '../browser.ts';
import { bundle } from '../bundle.ts';
import { median, row, type BenchGroup } from '../row.ts';
import type { dialMs, enterRoom, waitAs } from './peers-page.ts';
import { startRelay } from './relay.ts';

const GROUP = 'join';
const TABS = 16;
const TRIES = Number(process.env['GRAFOS_BENCH_TRIES'] ?? 10);
const PAIRS = 7;
const DEADLINE_MS = 90_000;
const ROOT = resolve(import.meta.dirname, '../../..');

type PeersPage = typeof globalThis & {
  peersPage: { enterRoom: typeof enterRoom; waitAs: typeof waitAs; dialMs: typeof dialMs };
};

export const JOIN: BenchGroup = {
  name: GROUP,
  async run(report) {
    const missing = missingBrowser('chromium');
    if (missing) return console.error(`nothing is measured: ${missing}`);
    const outDir = await mkdtemp(join(tmpdir(), 'grafos-bench-'));
    const server = await launchServer({
      root: ROOT,
      mode: 'production',
      isLan: false,
      port: 0,
      builds: outDir,
      say: () => undefined,
    });
    const relay = await startRelay();
    const script = await bundle(new URL('./peers-page.ts', import.meta.url), 'peersPage');
    try {
      await withPage('chromium', async (first) => {
        const browser = first.context().browser();
        if (!browser) throw new Error('no browser');
        const stage = { browser, url: server.url, relayUrl: relay.url, script };
        const pairs = await timePairs(stage);
        report(
          row({
            group: GROUP,
            name: 'second tab joined, p50',
            ours: median(pairs.beside),
            peer: median(pairs.peer),
            peerName: 'bare PeerJS',
            unit: 'ms',
            goal: '<= 1.5',
          }),
        );
        report(
          row({
            group: GROUP,
            name: 'second tab joined from another profile, by the service, p50',
            ours: median(pairs.byService),
            peer: median(pairs.peer),
            peerName: 'bare PeerJS',
            unit: 'ms',
            goal: '<= 1.5',
          }),
        );
        const ours: number[] = [];
        const peer: number[] = [];
        for (let done = 0; done < TRIES; done++) {
          ours.push(await timeFabric(stage));
          peer.push(await timeRoom(stage));
        }
        const complete = (times: readonly number[]): number[] => times.filter((each) => each < DEADLINE_MS);
        report(
          row({
            group: GROUP,
            name: `${TABS} tabs, all reachable from all, p50`,
            ours: median(ours),
            peer: median(peer),
            peerName: 'trystero',
            unit: 'ms',
            goal: '<= 0.7',
          }),
        );
        const tries = { group: GROUP, unit: `of ${TRIES}`, peerName: 'trystero', peer: complete(peer).length };
        const share = complete(ours).length / TRIES;
        report(
          row({
            ...tries,
            name: `${TABS} tabs, tries that were complete`,
            ours: share * TRIES,
            ratio: share,
            goal: '>= 1',
          }),
        );
      });
    } finally {
      relay.close();
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    }
  },
};

interface Stage {
  readonly browser: Browser;
  readonly url: string;
  readonly relayUrl: string;
  readonly script: string;
}

const freshUrl = (url: string): string =>
  createFabricUrl(url, 'bench', { bytes: (sizeBytes) => new Uint8Array(randomBytes(sizeBytes)) });

/** Milliseconds until each of the tabs has had an answer from every other; the deadline when they never do. */
async function timeFabric(stage: Stage): Promise<number> {
  const joinUrl = freshUrl(stage.url);
  return inTabs(stage, TABS, openPage, (tab) =>
    tab.evaluate(
      async ([url, others]) => {
        const fabric = await window.grafos?.join(url, { name: 'a cell' });
        while (fabric?.snapshot().cells.filter(({ roundTripMs }) => roundTripMs !== undefined).length !== others) {
          await new Promise((wake) => setTimeout(wake, 20));
        }
      },
      [joinUrl, TABS - 1] as const,
    ),
  );
}

async function timeRoom(stage: Stage): Promise<number> {
  const room = randomBytes(8).toString('hex');
  return inTabs(stage, TABS, openBare, (tab) =>
    tab.evaluate(
      ([relayUrl, roomId, others]) => (globalThis as PeersPage).peersPage.enterRoom(relayUrl, roomId, others),
      [stage.relayUrl, room, TABS - 1] as const,
    ),
  );
}

interface Pairs {
  /** Beside the first in one profile, where tabs find each other without the service. */
  readonly beside: readonly number[];
  readonly byService: readonly number[];
  readonly peer: readonly number[];
}

async function timePairs(stage: Stage): Promise<Pairs> {
  const beside: number[] = [];
  const byService: number[] = [];
  const peer: number[] = [];
  const { port } = new URL(stage.url);
  const address = { host: 'localhost', port: Number(port), path: '/peerjs' };
  for (let done = 0; done < PAIRS; done++) {
    const [context, other] = [await stage.browser.newContext(), await stage.browser.newContext()];
    beside.push(await timeSecond(stage, context, context));
    byService.push(await timeSecond(stage, context, other));
    const [waiting, dialling] = [await openBare(stage, context), await openBare(stage, context)];
    const name = randomBytes(8).toString('hex');
    const order = [name, `${name}x`, address] as const;
    await waiting.evaluate(([id, , at]) => (globalThis as PeersPage).peersPage.waitAs(id, at), order);
    peer.push(
      await dialling.evaluate(([id, own, at]) => (globalThis as PeersPage).peersPage.dialMs(id, own, at), order),
    );
    for (const each of [context, other]) await each.close();
  }
  return { beside, byService, peer };
}

/** Milliseconds from the wish to join to being ready, of a tab that is the second of its fabric. */
async function timeSecond(stage: Stage, of: BrowserContext, joins: BrowserContext): Promise<number> {
  const joinUrl = freshUrl(stage.url);
  const [first, second] = [await openPage(stage, of), await openPage(stage, joins)];
  await first.evaluate((url) => window.grafos?.join(url, { name: 'first' }).then(() => undefined), joinUrl);
  const tookMs = await second.evaluate(async (url) => {
    const startMs = performance.now();
    await window.grafos?.join(url, { name: 'second' });
    return performance.now() - startMs;
  }, joinUrl);
  for (const page of [first, second]) await page.close();
  return tookMs;
}

async function inTabs(
  stage: Stage,
  count: number,
  open: (stage: Stage, context: BrowserContext) => Promise<Page>,
  enter: (tab: Page) => Promise<void>,
): Promise<number> {
  const context = await stage.browser.newContext();
  const tabs: Page[] = [];
  for (let index = 0; index < count; index++) tabs.push(await open(stage, context));
  const startMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((wake) => {
    timer = setTimeout(() => wake('late'), DEADLINE_MS);
  });
  const entered = Promise.all(tabs.map(enter));
  // Tabs that are closed because they were late reject, and nobody waits for them any more.
  entered.catch(() => undefined);
  const outcome = await Promise.race([entered, late]);
  clearTimeout(timer);
  const tookMs = outcome === 'late' ? DEADLINE_MS : performance.now() - startMs;
  await context.close();
  return tookMs;
}

async function openPage({ url }: Stage, context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(() => window.grafos !== undefined);
  return page;
}

/** A page of the same origin with nothing on it but the peers. */
async function openBare({ url, script }: Stage, context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.route(`${url}bare`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
  await page.goto(`${url}bare`);
  await page.addScriptTag({ content: script });
  return page;
}
