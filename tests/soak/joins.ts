/**
 * `npm run soak -- [cycles]`: one tab joins and leaves a fabric over and over, beside another that stays. Each time it has
 * to be a member and to have had an answer from the other. Prints a JSON line for every hundred cycles and one at the end;
 * ends with 1 when a cycle failed.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { launchServer } from '../../src/cli/server/index.ts';
import { createFabricUrl } from '../../src/sdk/index.ts';
import { missingBrowser, withPage } from '../bench/browser.ts';

const CYCLES = Number(process.argv[2] ?? 2_000);
const BATCH = 100;
const ROOT = resolve(import.meta.dirname, '../..');

interface Batch {
  readonly failures: readonly string[];
  readonly tookMs: readonly number[];
}

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction(() => 'grafos' in window);
}

/** Joins and leaves `cycles` times in one page. */
function cycle(page: Page, url: string, cycles: number): Promise<Batch> {
  return page.evaluate(
    async ([joinUrl, count]) => {
      const failures: string[] = [];
      const tookMs: number[] = [];
      for (let done = 0; done < count; done++) {
        const startMs = performance.now();
        try {
          const fabric = await window.grafos?.join(joinUrl, { name: 'comes and goes' });
          if (!fabric) throw new Error('the page is not there');
          while (!fabric.snapshot().cells.some(({ roundTripMs }) => roundTripMs !== undefined)) {
            if (performance.now() - startMs > 30_000) throw new Error('no answer from the other tab');
            await new Promise((wake) => setTimeout(wake, 5));
          }
          await fabric.leave();
          tookMs.push(performance.now() - startMs);
        } catch (error) {
          failures.push(`${done}: ${String(error)}`);
        }
      }
      return { failures, tookMs };
    },
    [url, cycles] as const,
  );
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

async function main(): Promise<void> {
  const missing = missingBrowser('chromium');
  if (missing) throw new Error(missing);
  const outDir = await mkdtemp(join(tmpdir(), 'grafos-soak-'));
  const say = (): void => undefined;
  const server = await launchServer({ root: ROOT, mode: 'production', isLan: false, port: 0, builds: outDir, say });
  let failed = 0;
  try {
    await withPage('chromium', async (first) => {
      const context = await first.context().browser()?.newContext();
      if (!context) throw new Error('no browser');
      const staying = await context.newPage();
      const url = createFabricUrl(server.url, 'soak', { bytes: (size) => new Uint8Array(randomBytes(size)) });
      await open(staying, server.url);
      await staying.evaluate((joinUrl) => window.grafos?.join(joinUrl, { name: 'stays' }).then(() => undefined), url);
      const page = await context.newPage();
      await open(page, server.url);
      for (let done = 0; done < CYCLES; done += BATCH) {
        const { failures, tookMs } = await cycle(page, url, Math.min(BATCH, CYCLES - done));
        failed += failures.length;
        const { cells } = await staying.evaluate(() => ({ cells: window.grafos?.fabric()?.snapshot().cells.length }));
        const cycles = done + tookMs.length + failures.length;
        console.log(
          JSON.stringify({ cycles, failed, medianMs: Math.round(median(tookMs)), cellsSeen: cells, failures }),
        );
      }
    });
  } finally {
    await server.close();
    await rm(outDir, { recursive: true, force: true });
  }
  console.log(JSON.stringify({ cycles: CYCLES, failed }));
  process.exitCode = failed === 0 ? 0 : 1;
}

await main();
