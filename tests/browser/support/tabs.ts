import { webcrypto } from 'node:crypto';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { CONTEXT_PERMISSIONS, installAnswer, type PageAnswer } from '../../../src/cli/browser/index.ts';
import { createFabricUrl, type Artifacts, type FabricSnapshot, type RunRequest } from '../../../src/sdk/index.ts';

/** A fresh fabric on the page at `baseUrl`. */
export function freshFabricUrl(baseUrl: string, name = 'test'): string {
  return createFabricUrl(baseUrl, name, { bytes: (sizeBytes) => webcrypto.getRandomValues(new Uint8Array(sizeBytes)) });
}

/** A tab in a browser profile of its own unless one is given, with the page loaded and not yet joined. */
export async function openTab(browser: Browser, url: string, profile?: BrowserContext): Promise<Page> {
  const context = profile ?? (await browser.newContext({ permissions: [...CONTEXT_PERMISSIONS] }));
  const page = await context.newPage();
  await page.addInitScript(installAnswer);
  await page.goto(url);
  await page.waitForFunction(() => window.grafos !== undefined);
  return page;
}

export interface JoinSettings {
  readonly name?: string;
  readonly signalingUrl?: string;
  readonly slots?: number;
}

/** Joins from script and answers the first snapshot, or the failure. */
export function join(page: Page, url: string, settings: JoinSettings = {}): Promise<PageAnswer<FabricSnapshot>> {
  return page.evaluate(
    ([joinUrl, options]) =>
      window.grafosAnswer(
        Promise.resolve(window.grafos?.join(joinUrl, { name: 'a cell', ...options })).then((fabric) => {
          if (!fabric) throw new Error('the page offers no fabric');
          return fabric.snapshot();
        }),
      ),
    [url, settings] as const,
  );
}

/** `count` tabs of one fresh fabric, each in a profile of its own, all seeing all. */
export async function openFabric(
  browser: Browser,
  baseUrl: string,
  count: number,
): Promise<{ readonly url: string; readonly tabs: readonly Page[] }> {
  const url = freshFabricUrl(baseUrl);
  const tabs: Page[] = [];
  for (let index = 0; index < count; index++) {
    const tab = await openTab(browser, baseUrl);
    const joined = await join(tab, url, { name: `cell ${index}` });
    if ('failure' in joined) throw new Error(`joining failed: ${joined.failure.code} ${joined.failure.message}`);
    tabs.push(tab);
  }
  for (const tab of tabs) await seesCells(tab, count);
  return { url, tabs };
}

/** Waits until a tab sees `count` cells alive, itself included. */
export async function seesCells(tab: Page, count: number): Promise<void> {
  await tab.waitForFunction(
    (wanted) =>
      window.grafos
        ?.fabric()
        ?.snapshot()
        .cells.filter((cell) => cell.state === 'alive').length === wanted,
    count,
  );
}

export function snapshot(tab: Page): Promise<FabricSnapshot> {
  return tab.evaluate(() => {
    const fabric = window.grafos?.fabric();
    if (!fabric) throw new Error('not joined');
    return fabric.snapshot();
  });
}

export interface RunSettings extends Pick<
  RunRequest,
  'on' | 'fuel' | 'deadlineMs' | 'memoryBytes' | 'memory' | 'verify' | 'recovery'
> {
  readonly program: string;
  readonly tasklet: string;
  /** A fixture of the program, or the input itself as text. */
  readonly fixture?: string;
  readonly text?: string;
}

/** Starts one of the page's programs and answers its run id at once; its artifacts wait as `window.lastRun`. */
export async function start(tab: Page, settings: RunSettings): Promise<string> {
  return tab.evaluate(async (wanted) => {
    const door = window.grafos;
    const fabric = door?.fabric();
    const program = (await door?.programs())?.find(({ name }) => name === wanted.program);
    const tasklet = program?.tasklets.find(({ name }) => name === wanted.tasklet);
    const fixture = program?.fixtures.find(({ name }) => name === wanted.fixture);
    if (!fabric || !tasklet) throw new Error('no such program here');
    const bytesAt = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer());
    const handle = fabric.start({
      program: wanted.program,
      tasklet: wanted.tasklet,
      module: await bytesAt(tasklet.moduleUrl),
      input: fixture ? await bytesAt(fixture.url) : new TextEncoder().encode(wanted.text ?? ''),
      on: wanted.on ?? 'other',
      fuel: wanted.fuel ?? tasklet.fuel,
      memoryBytes: wanted.memoryBytes ?? tasklet.memoryBytes,
      deadlineMs: wanted.deadlineMs ?? tasklet.deadlineMs,
      ...(wanted.verify === undefined ? {} : { verify: wanted.verify }),
      ...(wanted.recovery === undefined ? {} : { recovery: wanted.recovery }),
      ...(wanted.memory ? { memory: wanted.memory } : {}),
    });
    Reflect.set(window, 'lastRun', window.grafosAnswer(handle.finished));
    return handle.runId;
  }, settings);
}

/** What the run started last in this tab came to. */
export async function finished(tab: Page): Promise<Artifacts> {
  const answer = await tab.evaluate(() => Reflect.get(window, 'lastRun') as Promise<PageAnswer<Artifacts>>);
  if ('failure' in answer)
    throw new Error(`the run has no artifacts: ${answer.failure.code} ${answer.failure.message}`);
  return answer.value;
}

/** Starts a run and waits for its end. */
export async function run(tab: Page, settings: RunSettings): Promise<Artifacts> {
  await start(tab, settings);
  return finished(tab);
}
