/**
 * What it costs to have a tasklet done, in the product itself: tabs of a built page, joined over real channels, against
 * workers called directly, plugins made afresh, and a bare channel.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { findBrowser, launchBrowser } from '../../../src/cli/browser/index.ts';
import { launchServer } from '../../../src/cli/server/index.ts';
import { createFabricUrl } from '../../../src/sdk/index.ts';
import { missingBrowser } from '../browser.ts';
import { bundle } from '../bundle.ts';
import { median, row, type BenchGroup, type Row } from '../row.ts';
import type { DispatchOrder, Samples, timeDispatch, timeTiles } from './dispatch-page.ts';
import { noopModule } from './noop.ts';

const GROUP = 'dispatch';
const REPEATS = 5;
const CALLS = 100;
const BURST = 1_000;
const PEERS = ['comlink', 'threads', 'workerpool'];
const SIDE = 48;
const ITERATIONS = 20_000;

interface Loaded {
  readonly dispatchPage: { timeDispatch: typeof timeDispatch; timeTiles: typeof timeTiles };
}

export const DISPATCH: BenchGroup = {
  name: GROUP,
  async run(report) {
    const missing = missingBrowser('chromium');
    if (missing) return console.error(`nothing is measured: ${missing}`);
    await withServer(async (url, browser) => {
      const [first] = await fabricOf(browser, url, [4, 4]);
      const order: DispatchOrder = {
        module: [...noopModule()],
        peerWorker: await bundle(new URL('./peer-worker.ts', import.meta.url), 'peerWorker'),
        ...{ repeats: REPEATS, calls: CALLS, burst: BURST },
      };
      const samples = await first?.evaluate<Samples, DispatchOrder>((given) => {
        const loaded = globalThis as unknown as Loaded;
        return loaded.dispatchPage.timeDispatch(given);
      }, order);
      for (const each of rowsOf(samples ?? {})) report(each);
      for (const context of browser.contexts()) await context.close();
      const [submitter] = await fabricOf(browser, url, [1, 1, 1]);
      if (submitter) report(await tilesRow(submitter));
    });
  },
};

function rowsOf(samples: Samples): readonly Row[] {
  const of = (name: string): number => median(samples[name] ?? []);
  const best = (what: string, isBetter: (a: number, b: number) => boolean): string =>
    PEERS.reduce((chosen, peer) => (isBetter(of(`${peer} ${what}`), of(`${chosen} ${what}`)) ? peer : chosen));
  const fastest = best('p50', (a, b) => a < b);
  const busiest = best('rate', (a, b) => a > b);
  const shared = { group: GROUP };
  const local = 'no-op, warm, local';
  const beside = 'no-op, warm, in another tab';
  const single = 'a run for each no-op';
  const ours = (
    name: string,
    sample: string,
    peer: string,
    unit: string,
    goal?: NonNullable<Parameters<typeof row>[0]['goal']>,
  ): Row =>
    row({
      ...shared,
      name,
      ours: of(sample),
      peer: of(peer),
      peerName: peer.replace(/ \w+$/, '').replace('echo', 'bare echo'),
      unit,
      ...(goal ? { goal } : {}),
    });
  return [
    ours(`${local}: p50`, 'warm p50', `${fastest} p50`, 'ms', '<= 0.6'),
    ours(`${local}: rate with 2 workers`, 'warm rate', `${busiest} rate`, 'a second', '>= 1.5'),
    ours('fresh instance, end to end', 'run fresh', 'extism fresh', 'ms', '<= 0.3'),
    ours(`${beside}: rate, pipelined`, 'far warm rate', 'echo rate', 'a second', '>= 0.7'),
    ours(`${beside}: p50`, 'far warm p50', 'echo p50', 'ms', '<= 2'),
    ours(`${single}, local: p50`, 'run p50', `${fastest} p50`, 'ms'),
    ours(`${single}, local: rate with 2 workers`, 'run rate', `${busiest} rate`, 'a second'),
    ours(`${single}, in another tab: p50`, 'far run p50', 'echo p50', 'ms'),
    ours(`${single}, in another tab: rate`, 'far run rate', 'echo rate', 'a second'),
  ];
}

async function tilesRow(page: Page): Promise<Row> {
  const inputs = Array.from(
    { length: 48 },
    (_, at) => `384 288 ${(at % 8) * SIDE} ${Math.floor(at / 8) * SIDE} ${SIDE} ${SIDE} ${ITERATIONS}`,
  );
  const times: Record<1 | 2, number[]> = { 1: [], 2: [] };
  const moduleUrl = await page.evaluate(async () => {
    const programs = await window.grafos?.programs();
    return programs?.find(({ name }) => name === 'mandelbrot')?.tasklets[0]?.moduleUrl ?? '';
  });
  for (let repeat = 0; repeat < 3; repeat++) {
    for (const cells of [1, 2] as const) {
      const ms = await page.evaluate<number, readonly [number, string, string[]]>(
        ([count, module, given]) => {
          const loaded = globalThis as unknown as Loaded;
          return loaded.dispatchPage.timeTiles(count, module, given);
        },
        [cells, moduleUrl, inputs],
      );
      times[cells].push(ms);
    }
  }
  const [one, two] = [median(times[1]), median(times[2])];
  return row({
    group: GROUP,
    name: 'Mandelbrot over 2 cells',
    ours: two,
    peer: one,
    peerName: 'one cell',
    unit: 'ms',
    ratio: one / two,
    goal: '>= 1.8',
  });
}

async function withServer(use: (url: string, browser: Browser) => Promise<void>): Promise<void> {
  const root = new URL('../../../', import.meta.url).pathname;
  const outDir = await mkdtemp(join(tmpdir(), 'grafos-bench-'));
  const say = (): void => undefined;
  const server = await launchServer({ root, mode: 'production', isLan: false, port: 0, builds: outDir, say });
  const browser = await launchBrowser(await findBrowser(say), { isHeaded: false });
  try {
    await use(server.url, browser);
  } finally {
    await browser.close();
    await server.close();
    await rm(outDir, { recursive: true, force: true });
  }
}

/** Tabs of one fabric, each with so many worker slots; the measuring code is in the first. */
async function fabricOf(browser: Browser, url: string, slots: readonly number[]): Promise<readonly Page[]> {
  const joinUrl = createFabricUrl(url, GROUP, { bytes: (size) => crypto.getRandomValues(new Uint8Array(size)) });
  const script = await bundle(new URL('./dispatch-page.ts', import.meta.url), 'dispatchPage');
  const pages: Page[] = [];
  for (const [index, count] of slots.entries()) {
    const context = await browser.newContext({ bypassCSP: true });
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForFunction(() => window.grafos !== undefined);
    await page.evaluate(([link, name, own]) => window.grafos?.join(link, { name, slots: own }).then(() => undefined), [
      joinUrl,
      `cell ${index}`,
      count,
    ] as const);
    pages.push(page);
  }
  const [first] = pages;
  await first?.waitForFunction((all) => window.grafos?.fabric()?.snapshot().cells.length === all, slots.length);
  await first?.addScriptTag({ content: script });
  return pages;
}
