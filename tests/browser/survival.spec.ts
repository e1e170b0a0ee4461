import { expect, type Page } from '@playwright/test';
import { lyingHost } from './support/lying-host.ts';
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

const selfOf = async (tab: Page) => (await snapshot(tab)).self;

test('a tab closed mid-run: the run is done elsewhere, once more and under the same id', async ({
  browser,
  baseURL,
}) => {
  const { tabs } = await openFabric(browser, baseURL ?? '', 3);
  const [submitter, ...others] = tabs;
  if (!submitter) throw new Error('no tab');
  const runId = await start(submitter, { program: 'hello-tasklet', tasklet: 'spin', text: '30' });
  await submitter.waitForFunction(() => window.grafos?.fabric()?.snapshot().runs[0]?.status === 'running');
  const at = (await snapshot(submitter)).runs[0]?.cell;
  for (const tab of others) if ((await selfOf(tab)) === at) await tab.close();
  const { response } = await finished(submitter);
  expect(response).toMatchObject({ runId, status: 'succeeded', attempt: 2, lost: [{ attempt: 1, cell: at }] });
  expect(response.cell).not.toBe(at);
});

test('a cell that gives wrong bytes is outvoted, named and shunned', async ({ browser, baseURL }) => {
  const lying = await lyingHost(baseURL ?? '');
  try {
    const url = freshFabricUrl(baseURL ?? '');
    const submitter = await openTab(browser, baseURL ?? '');
    const honest = [await openTab(browser, baseURL ?? ''), await openTab(browser, baseURL ?? '')];
    const liar = await openTab(browser, lying.url);
    for (const tab of [submitter, ...honest, liar]) expect(await join(tab, url)).toHaveProperty('value');
    await seesCells(submitter, 4);
    const liarId = await selfOf(liar);
    const settings = { program: 'hello-tasklet', tasklet: 'hello', text: 'Ada' };
    const alone = await run(submitter, { ...settings, on: liarId });
    expect(alone.response.status).toBe('succeeded');
    expect(Buffer.from(alone.outputBase64, 'base64').toString()).not.toContain('Ada');

    const { response, outputBase64 } = await run(submitter, { ...settings, verify: 3 });
    expect(Buffer.from(outputBase64, 'base64').toString()).toContain('Ada');
    expect(response.verified?.disagreed).toEqual([liarId]);
    expect(response.verified?.agreed).toHaveLength(2);
    await submitter.waitForFunction(() =>
      window.grafos
        ?.fabric()
        ?.snapshot()
        .events.some(({ kind }) => kind === 'cell.disagreed'),
    );
    const shunned = await run(submitter, { ...settings, on: liarId });
    expect(shunned.response.error?.code).toBe('runtime_not_ready');
    const few = await run(submitter, { ...settings, verify: 3 });
    expect(few.response.error?.code).toBe('runtime_not_ready');
  } finally {
    await lying.close();
  }
});

test('a map fans out over tabs, streams its results and gives every lease back', async ({ browser, baseURL }) => {
  const { tabs } = await openFabric(browser, baseURL ?? '', 3);
  const [submitter, ...others] = tabs;
  const mapped = await submitter?.evaluate(async () => {
    const door = window.grafos;
    const fabric = door?.fabric();
    const tasklet = (await door?.programs())?.find(({ name }) => name === 'hello-tasklet')?.tasklets[0];
    if (!door || !fabric || !tasklet) throw new Error('no such program here');
    const module = new Uint8Array(await (await fetch(tasklet.moduleUrl)).arrayBuffer());
    const { fuel, memoryBytes } = tasklet;
    const order = { program: 'hello-tasklet', tasklet: 'hello', module, fuel, memoryBytes, on: 'other' } as const;
    const inputs = Array.from({ length: 200 }, (_, index) => new TextEncoder().encode(`guest ${index}`));
    const texts: string[] = [];
    const cells = new Set<string | undefined>();
    for await (const { output, artifacts } of fabric.map(order, inputs)) {
      texts.push(new TextDecoder().decode(output));
      cells.add(artifacts.response.cell);
    }
    return { texts, cells: cells.size };
  });
  expect(mapped?.cells).toBe(2);
  expect(mapped?.texts).toHaveLength(200);
  expect(mapped?.texts[123]).toContain('guest 123');
  for (const tab of others) {
    await tab.waitForFunction(() => {
      const self = window.grafos?.fabric()?.snapshot().cells[0];
      return self !== undefined && self.slotsFree === self.slotsTotal;
    });
  }
});
