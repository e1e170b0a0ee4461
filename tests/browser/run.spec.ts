import { createHash, webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import type { RunResponse } from '../../src/sdk/index.ts';
import { receiptBytes } from '../../src/tasklet/index.ts';
import {
  finished,
  freshFabricUrl,
  join,
  openFabric,
  openTab,
  run,
  seesCells,
  snapshot,
  start,
} from './support/tabs.ts';
import { test } from './support/test.ts';

const FIXTURES = new URL('../../src/programs/image-info/fixtures/', import.meta.url);

async function fabricOf(browser: Parameters<typeof openFabric>[0], baseURL: string | undefined, count: number) {
  if (!baseURL) throw new Error('no base URL');
  const { url, tabs } = await openFabric(browser, baseURL, count);
  const [submitter, ...others] = tabs;
  if (!submitter) throw new Error('a fabric has at least one tab');
  return { url, submitter, others };
}

async function idOf(tab: Page | undefined) {
  if (!tab) throw new Error('no such tab');
  return (await snapshot(tab)).self;
}

async function isReceiptGood(response: RunResponse): Promise<boolean> {
  const { receipt, runId, cell, module, input, output, status, fuelUsed, fuelLimit } = response;
  if (!receipt || !cell) return false;
  const key = Buffer.from(receipt.publicKey, 'hex');
  const responseHash = receipt.responseHash ?? undefined;
  const claims = {
    runId,
    cell,
    module,
    input,
    output,
    status,
    errorCode: response.error?.code,
    responseHash,
    fuelUsed,
    fuelLimit,
  };
  const imported = await webcrypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
  const isSigned = await webcrypto.subtle.verify(
    'Ed25519',
    imported,
    Buffer.from(receipt.signature, 'hex'),
    receiptBytes(claims),
  );
  return isSigned && createHash('sha256').update(key).digest('hex').startsWith(cell);
}

test('a tasklet submitted in one tab runs in the other, and its artifacts come back', async ({ browser, baseURL }) => {
  const { submitter, others } = await fabricOf(browser, baseURL, 2);
  const { response, outputBase64 } = await run(submitter, {
    program: 'image-info',
    tasklet: 'metadata',
    fixture: 'mountains.png',
  });
  const image = await readFile(new URL('mountains.png', FIXTURES));
  expect(response.status).toBe('succeeded');
  expect(response.cell).toBe(await idOf(others[0]));
  expect(response.submitter).toBe(await idOf(submitter));
  expect(response.input).toBe(createHash('sha256').update(image).digest('hex'));
  expect(response.output).toBe(createHash('sha256').update(Buffer.from(outputBase64, 'base64')).digest('hex'));
  expect(response.response).toMatchObject({
    format: 'png',
    width: image.readUInt32BE(16),
    height: image.readUInt32BE(20),
  });
  expect(response.fuelUsed).toBeGreaterThan(0);
  expect(response.leases.map(({ kind }) => kind)).toEqual(['cpu', 'mem']);
});

test('the receipt proves the result: signed by the key that the cell is named after', async ({ browser, baseURL }) => {
  const { submitter } = await fabricOf(browser, baseURL, 2);
  const { response } = await run(submitter, { program: 'image-info', tasklet: 'thumbnail', fixture: 'lake.bmp' });
  expect(response.status).toBe('succeeded');
  expect(response.output).not.toBe(response.input);
  expect(await isReceiptGood({ ...response, response: response.response })).toBe(true);
  expect(await isReceiptGood({ ...response, output: response.input })).toBe(false);
});

test('the thumbnail is a picture that the browser shows', async ({ browser, baseURL }) => {
  const { submitter } = await fabricOf(browser, baseURL, 2);
  const { outputBase64 } = await run(submitter, { program: 'image-info', tasklet: 'thumbnail', fixture: 'lake.bmp' });
  const size = await submitter.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    return { width: image.naturalWidth, height: image.naturalHeight };
  }, outputBase64);
  expect(Math.max(size.width, size.height)).toBeGreaterThan(16);
});

test('the same run on two cells gives the same output and the same fuel', async ({ browser, baseURL }) => {
  const { submitter, others } = await fabricOf(browser, baseURL, 3);
  const settings = { program: 'image-info', tasklet: 'thumbnail', fixture: 'badge.bmp' };
  const first = await run(submitter, { ...settings, on: await idOf(others[0]) });
  const second = await run(submitter, { ...settings, on: await idOf(others[1]) });
  const here = await run(submitter, { ...settings, on: await idOf(submitter) });
  expect(new Set([first, second, here].map(({ response }) => response.output)).size).toBe(1);
  expect(new Set([first, second, here].map(({ response }) => response.fuelUsed)).size).toBe(1);
  expect(new Set([first, second, here].map(({ response }) => response.cell)).size).toBe(3);
});

test('an endless loop ends as fuel_exhausted, and the cell then runs the next tasklet', async ({
  browser,
  baseURL,
}) => {
  const { submitter, others } = await fabricOf(browser, baseURL, 2);
  const endless = await run(submitter, { program: 'hello-tasklet', tasklet: 'endless' });
  expect(endless.response).toMatchObject({ status: 'failed', error: { code: 'fuel_exhausted' } });
  expect(endless.response.fuelUsed).toBe(endless.response.fuelLimit);
  const hello = await run(submitter, { program: 'hello-tasklet', tasklet: 'hello', text: 'Ada' });
  expect(hello.response).toMatchObject({ status: 'succeeded', cell: await idOf(others[0]) });
  expect(Buffer.from(hello.outputBase64, 'base64').toString()).toContain('Ada');
});

test('a run that outlasts its deadline is ended, and its slot is free again', async ({ browser, baseURL }) => {
  const { submitter, others } = await fabricOf(browser, baseURL, 2);
  const fuel = Number.MAX_SAFE_INTEGER;
  const late = await run(submitter, { program: 'hello-tasklet', tasklet: 'endless', fuel, deadlineMs: 500 });
  expect(late.response).toMatchObject({ status: 'failed', error: { code: 'deadline_exceeded' } });
  const other = others[0];
  if (!other) throw new Error('no other tab');
  await other.waitForFunction(() => {
    const self = window.grafos
      ?.fabric()
      ?.snapshot()
      .cells.find((cell) => cell.isSelf);
    return self !== undefined && self.slotsFree === self.slotsTotal && self.memoryBytesFree === self.memoryBytesTotal;
  });
  const hello = await run(submitter, { program: 'hello-tasklet', tasklet: 'hello', text: 'Ada' });
  expect(hello.response.status).toBe('succeeded');
});

test('a tab closed mid-run: the submitter is told soon, and the rest of the fabric works on', async ({
  browser,
  baseURL,
}) => {
  const { submitter, others } = await fabricOf(browser, baseURL, 3);
  const [victim, survivor] = others;
  await start(submitter, {
    program: 'hello-tasklet',
    tasklet: 'endless',
    on: await idOf(victim),
    fuel: Number.MAX_SAFE_INTEGER,
    deadlineMs: 60_000,
  });
  await submitter.waitForFunction(() => window.grafos?.fabric()?.snapshot().runs[0]?.status === 'running');
  const closedAtMs = Date.now();
  await victim?.close();
  const { response } = await finished(submitter);
  expect(response).toMatchObject({ status: 'failed', error: { code: 'disconnected' } });
  expect(response.error?.recovery).not.toBe('');
  test.info().annotations.push({ type: 'told after', description: `${Date.now() - closedAtMs} ms` });
  await seesCells(submitter, 2);
  const hello = await run(submitter, { program: 'hello-tasklet', tasklet: 'hello', text: 'Ada' });
  expect(hello.response).toMatchObject({ status: 'succeeded', cell: await idOf(survivor) });
});

test('artifacts are kept by run id across a reload', async ({ browser, baseURL }) => {
  const { url, submitter } = await fabricOf(browser, baseURL, 2);
  const { response, outputBase64 } = await run(submitter, { program: 'hello-tasklet', tasklet: 'hello', text: 'Ada' });
  await submitter.reload();
  await submitter.waitForFunction(() => window.grafos !== undefined);
  await join(submitter, url);
  const kept = await submitter.evaluate((runId) => window.grafos?.fabric()?.artifacts(runId), response.runId);
  expect(kept).toEqual({ response, outputBase64 });
});

test('with nobody else there, a run for another cell is runtime_not_ready', async ({ browser, baseURL }) => {
  const { submitter } = await fabricOf(browser, baseURL, 1);
  const { response } = await run(submitter, { program: 'hello-tasklet', tasklet: 'hello', text: 'Ada', on: 'other' });
  expect(response).toMatchObject({ status: 'failed', error: { code: 'runtime_not_ready' } });
  const here = await run(submitter, { program: 'hello-tasklet', tasklet: 'hello', text: 'Ada', on: 'any' });
  expect(here.response.status).toBe('succeeded');
});

test('a run finds memory though other workers still hold that of runs before it', async ({ browser, baseURL }) => {
  if (!baseURL) throw new Error('no base URL');
  const tab = await openTab(browser, baseURL);
  await join(tab, freshFabricUrl(baseURL), { slots: 4 });
  const failures = await tab.evaluate(async () => {
    const held: WebAssembly.Memory[] = [];
    // The threads of a tab share what an engine has for memories: less is left of it than there are workers.
    const hold = (most: number): void => {
      try {
        while (held.length < most) held.push(new WebAssembly.Memory({ initial: 1, maximum: 1 }));
      } catch {
        // That was all.
      }
    };
    hold(2_000);
    held.splice(-3);
    hold(held.length + 1);
    const door = window.grafos;
    const fabric = door?.fabric();
    const tasklet = (await door?.programs())?.find(({ name }) => name === 'hello-tasklet')?.tasklets[0];
    if (!door || !fabric || !tasklet) throw new Error('no such program here');
    const module = new Uint8Array(await (await fetch(tasklet.moduleUrl)).arrayBuffer());
    const { fuel, memoryBytes } = tasklet;
    const order = { program: 'hello-tasklet', tasklet: 'hello', module, fuel, memoryBytes, on: 'any' } as const;
    const inputs = Array.from({ length: 40 }, (_, index) => new TextEncoder().encode(`guest ${index}`));
    const failed: string[] = [];
    for await (const { artifacts } of fabric.map(order, inputs, { inFlight: 8 })) {
      if (artifacts.response.error) failed.push(artifacts.response.error.message);
    }
    return held.length > 0 ? failed : ['nothing was held'];
  });
  expect(failures).toEqual([]);
});
