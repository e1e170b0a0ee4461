import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, type Browser, type Page } from '@playwright/test';
import * as v from 'valibot';
import { SHEET_SHA256 } from '../../src/programs/image-pipeline/expected.ts';
import type { NodeOutcome, Program, ProgramNode } from '../../src/sdk/index.ts';
import { openFabric, snapshot } from './support/tabs.ts';
import { test } from './support/test.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PROGRAM = join(ROOT, 'src/programs/image-pipeline');

const deploySchema = v.object({
  isDone: v.boolean(),
  nodes: v.array(v.object({ node: v.string(), status: v.string(), output: v.string() })),
});

/** `grafos deploy` of the image pipeline into a fabric that is there. */
async function deploy(fabric: string) {
  const folder = await mkdtemp(join(tmpdir(), 'grafos-pipeline-'));
  try {
    const words = [join(ROOT, 'bin/grafos.js'), 'deploy', '--program', PROGRAM, '--fabric', fabric, '--json'];
    const env = { ...process.env, GRAFOS_STATE_DIR: folder };
    const stdout = await new Promise<string>((done, failed) => {
      execFile(process.execPath, words, { cwd: folder, env }, (error, out, said) => {
        if (error) failed(new Error(`grafos deploy: ${said}`));
        else done(out);
      });
    });
    return v.parse(deploySchema, JSON.parse(stdout));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('the image pipeline gives equal hashes on the page and from the command', async ({ browser, baseURL }) => {
  const { url, tabs } = await openFabric(browser, baseURL ?? '', 3);
  const [page] = tabs;
  if (!page) throw new Error('no tab');
  const shown = await page.evaluate(() =>
    window.grafosAnswer(window.grafos?.showDemo('image-pipeline') ?? Promise.reject(new Error())),
  );
  if ('failure' in shown) throw new Error(shown.failure.message);
  const { isAsExpected, facts } = shown.value;
  expect({ isAsExpected, pictures: facts['pictures'], sheet: facts['sheet'] }).toStrictEqual({
    isAsExpected: true,
    pictures: 12,
    sheet: SHEET_SHA256,
  });
  await expect(page.locator('#contact-sheet')).toHaveAttribute('data-state', 'developed');
  const { nodes } = await deploy(url);
  expect(Object.fromEntries(nodes.map(({ node, output }) => [node, output]))).toStrictEqual({
    metadata: facts['metadata'],
    layout: facts['layout'],
    thumbnail: facts['thumbnail'],
    sheet: facts['sheet'],
  });
  for (const tab of tabs) await isWhole(tab);
});

/** Waits until nothing that this tab lends is taken. */
async function isWhole(tab: Page): Promise<void> {
  await tab.waitForFunction(() => {
    const { cells = [], leases = [] } = window.grafos?.fabric()?.snapshot() ?? {};
    const self = cells.find(({ isSelf }) => isSelf);
    return (
      self?.memoryBytesFree === self?.memoryBytesTotal &&
      self?.slotsFree === self?.slotsTotal &&
      leases.every(({ state, lessor }) => lessor !== self?.id || state !== 'active')
    );
  });
}

/** How long the pause is, in rounds, and what holds things together meanwhile. */
interface Pace {
  readonly rounds: string;
  readonly deadlineMs: number;
  readonly ttlMs: number;
}

/** The image pipeline with a node before the last that works for a while, so that there is time for something to happen. */
function slowPipeline(programs: readonly Program[], { ttlMs, deadlineMs }: Pace): Program {
  const [pipeline, hello] = ['image-pipeline', 'hello-tasklet'].map((name) =>
    programs.find((each) => each.name === name),
  );
  const spin = hello?.tasklets.find(({ name }) => name === 'spin');
  const rounds = hello?.fixtures.find(({ name }) => name === 'rounds.txt');
  if (!pipeline || !spin || !rounds) throw new Error('the programs are not here');
  const pause: ProgramNode = {
    name: 'pause',
    tasklet: 'spin',
    after: ['thumbnail'],
    isFannedOut: false,
    input: { kind: 'fixture', name: 'rounds.txt' },
    leases: [],
  };
  return {
    ...pipeline,
    tasklets: [...pipeline.tasklets, { ...spin, deadlineMs }],
    fixtures: [...pipeline.fixtures, rounds],
    leases: pipeline.leases.map((lease) => ({ ...lease, ttlMs })),
    graph: pipeline.graph.flatMap((node) =>
      node.name === 'sheet' ? [pause, { ...node, after: ['thumbnail', 'pause'] }] : [node],
    ),
  };
}

declare global {
  interface Window {
    pipeline?: { readonly finished: Promise<readonly NodeOutcome[]>; isPausing(): boolean };
  }
}

/** Two tabs: the first runs the slow pipeline in memory of the second, and is now between its thumbnails and its sheet. */
async function paused(browser: Browser, baseURL: string, pace: Pace) {
  const { tabs } = await openFabric(browser, baseURL, 2);
  const [submitter, lessor] = tabs;
  if (!submitter || !lessor) throw new Error('no tabs');
  const programs = await submitter.evaluate(() => window.grafos?.programs() ?? []);
  const { self } = await snapshot(lessor);
  await submitter.evaluate(
    ([program, memoryOn, text]) => {
      const url = program.fixtures.at(-1)?.url ?? '';
      const files = new Map([[url, new TextEncoder().encode(text)]]);
      const started = window.grafos?.startProgram(program, { files, memoryOn });
      if (!started) throw new Error('nothing started');
      window.pipeline = {
        finished: started.finished,
        isPausing: () => started.progress()?.nodes.find(({ node }) => node === 'pause')?.status === 'running',
      };
    },
    [slowPipeline(programs, pace), self, pace.rounds] as const,
  );
  await submitter.waitForFunction(() => window.pipeline?.isPausing());
  return { submitter, lessor };
}

/** The lease that the pipeline's memory is, at its lessor. */
function sharedLease(lessor: Page) {
  return lessor.evaluate(() => {
    const { leases = [], self } = window.grafos?.fabric()?.snapshot() ?? {};
    return leases.find(
      (lease) =>
        lease.lessor === self && lease.state === 'active' && lease.quantity === 1_048_576 && lease.runId === undefined,
    )?.leaseId;
  });
}

test('a shared lease that is taken back is taken anew, and what was in it made again', async ({ browser, baseURL }) => {
  const { submitter, lessor } = await paused(browser, baseURL ?? '', {
    rounds: '3',
    deadlineMs: 20_000,
    ttlMs: 10_000,
  });
  const leaseId = await sharedLease(lessor);
  if (leaseId === undefined) throw new Error('the lessor lends no such memory');
  await lessor.evaluate((id) => window.grafos?.fabric()?.revokeLease(id), leaseId);
  const outcomes = await submitter.evaluate(async () => {
    const ended = (await window.pipeline?.finished) ?? [];
    return ended.map(({ node, status, runs }) => ({ node, status, output: runs[0]?.artifacts.response.output }));
  });
  expect(outcomes.map(({ node, status }) => `${node} ${status}`)).toStrictEqual([
    'metadata succeeded',
    'layout succeeded',
    'thumbnail succeeded',
    'pause succeeded',
    'sheet succeeded',
  ]);
  expect(outcomes.map(({ output }) => output).at(-1)).toBe(SHEET_SHA256);
  await isWhole(lessor);
});

test('what a lessor lends to a program comes back when the tab that submitted it is killed', async ({
  browser,
  baseURL,
}) => {
  const { submitter, lessor } = await paused(browser, baseURL ?? '', {
    rounds: '200',
    deadlineMs: 3_000,
    ttlMs: 2_000,
  });
  expect(await sharedLease(lessor)).toBeDefined();
  const session = await submitter.context().newCDPSession(submitter);
  const crashed = submitter.waitForEvent('crash');
  session.send('Page.crash').catch(() => undefined);
  await crashed;
  await isWhole(lessor);
  expect(await sharedLease(lessor)).toBeUndefined();
});
