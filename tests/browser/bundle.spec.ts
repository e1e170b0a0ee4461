import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, type Page } from '@playwright/test';
import * as v from 'valibot';
import { scaffold } from '../../src/cli/scaffold/index.ts';
import { freshFabricUrl } from './support/tabs.ts';
import { test } from './support/test.ts';

const GRAFOS = resolve(import.meta.dirname, '../../bin/grafos.js');
const FABRIC = 'reading room';

const TOTAL = `import { Output } from 'grafos-std';

export function total(input: Uint8Array): Output {
  let sum = 0;
  for (let index = 0; index < input.length; index++) sum += input[index];
  return Output.text(sum.toString());
}
`;

/** Every picture by itself, then all that was found out together. */
const GRAPH = `
[tasklet.total]
source = "src/tasklets/total.ts"
output = "text/plain"

[graph.look]
tasklet = "metadata"
fan-out = true
input = { fixtures = "l*" }

[graph.add]
tasklet = "total"
input = { output = "look" }
`;

const deployedSchema = v.object({
  isDone: v.literal(true),
  nodes: v.array(v.object({ node: v.string(), runs: v.array(v.object({ input: v.string(), output: v.string() })) })),
});

let folder: string;
let program: string;
let bundleId: string;

/** Standard output of the command, which ends well. */
function grafos(...words: readonly string[]): Promise<string> {
  return new Promise((done, fail) => {
    execFile(process.execPath, [GRAFOS, ...words], { cwd: program }, (error, stdout, stderr) => {
      if (error === null) done(stdout);
      else fail(new Error(`grafos ${words.join(' ')}: ${stderr}`));
    });
  });
}

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grafos-bundle-'));
  program = join(folder, 'sample');
  await scaffold(program, 'sample', 'assemblyscript');
  await writeFile(join(program, 'src/tasklets/total.ts'), TOTAL);
  await appendFile(join(program, 'grafos.toml'), GRAPH);
  const written: unknown = JSON.parse(await grafos('bundle', '--json'));
  bundleId = v.parse(v.object({ id: v.string() }), written).id;
});

test.afterAll(() => rm(folder, { recursive: true, force: true }));

async function open(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await expect(page.getByRole('heading', { name: FABRIC, exact: true })).toBeVisible();
}

function input(page: Page, kind: 'bundle' | 'folder') {
  return page.locator(`program-loader #${kind}`);
}

function noted(page: Page) {
  return page.locator('loaded-note code');
}

/** Drops a file or a folder of this machine where programs are taken, as a person does. */
async function drop(page: Page, path: string): Promise<void> {
  const zone = page.locator('program-loader .zone');
  await zone.scrollIntoViewIfNeeded();
  const box = await zone.boundingBox();
  if (!box) throw new Error('the zone is not to be seen');
  const devTools = await page.context().newCDPSession(page);
  const [x, y] = [box.x + box.width / 2, box.y + 12];
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devTools.send('Input.dispatchDragEvent', { type, x, y, data });
  }
}

async function remove(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('group', { name: 'Remove this program?' }).getByRole('button', { name: 'Remove' }).click();
  await expect(noted(page)).toHaveCount(0);
}

test('a bundle gives the same outputs from the command and in the page, where it stays until it is removed', async ({
  page,
  baseURL,
}) => {
  const link = freshFabricUrl(baseURL ?? '', FABRIC);
  await open(page, link);
  await input(page, 'bundle').setInputFiles(join(program, 'sample.grafos'));
  await expect(noted(page)).toHaveAttribute('data-hash', bundleId);
  const graph = page.getByRole('img', { name: 'Graph of the program: 2 nodes.' });
  await expect(graph).toBeVisible();
  const words = page.getByRole('list', { name: 'The graph in words' });
  await expect(words).toContainText('look runs metadata on the fixtures l*, one run for each.');
  await expect(words).toContainText('add runs total on what look puts out.');

  await page.getByRole('button', { name: 'Run the whole program' }).press('Enter');
  const card = page.locator('whole-run');
  await expect(card.getByText('done', { exact: true })).toBeVisible();
  await expect(words).toContainText('It is succeeded, 2 of 2 runs ended.');
  const shown = await card.locator('code').evaluateAll((all) => all.map((each) => each.getAttribute('data-hash')));

  const deployed = v.parse(
    deployedSchema,
    JSON.parse(await grafos('deploy', 'sample.grafos', '--fabric', link, '--json')),
  );
  expect(deployed.nodes.map(({ node, runs }) => [node, runs.length])).toEqual([
    ['look', 2],
    ['add', 1],
  ]);
  expect(shown).toEqual(deployed.nodes.flatMap(({ runs }) => runs.map(({ output }) => output)));

  const saved = page.waitForEvent('download');
  await card.getByRole('button', { name: 'Save the output of metadata for lake.png' }).click();
  const expected = await readFile(join(program, 'fixtures/expected/metadata/lake.png.json'), 'utf8');
  expect(await readFile(await (await saved).path(), 'utf8')).toBe(expected);

  await page.reload();
  await expect(noted(page)).toHaveAttribute('data-hash', bundleId);
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Keep it' }).click();
  await remove(page);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Choose a bundle' })).toBeVisible();
  await expect(page.locator('program-card')).not.toHaveCount(0);
  await expect(noted(page)).toHaveCount(0);
});

test('a folder becomes the same bundle; what is no program is refused with what is wrong', async ({
  page,
  baseURL,
}) => {
  await open(page, freshFabricUrl(baseURL ?? '', FABRIC));
  const refusal = page.locator('program-loader failure-card');
  await input(page, 'bundle').setInputFiles(join(program, 'grafos.toml'));
  await expect(refusal).toContainText('Choose or drop the folder that it lies in.');
  const bytes = await readFile(join(program, 'sample.grafos'));
  await input(page, 'bundle').setInputFiles({ name: 'cut.grafos', mimeType: '', buffer: bytes.subarray(0, 1_000) });
  await expect(refusal).toContainText('the bundle ends at byte 1000, but ');
  await expect(refusal).toContainText('Copy or download it again.');
  await page.getByText('From an address').click();
  await page.getByLabel('Address of a bundle on this site').fill('https://example.com/sample.grafos');
  await page.getByRole('button', { name: 'Load', exact: true }).click();
  await expect(refusal).toContainText('example.com is another site; this page fetches from its own only.');
  await page.getByLabel('Address of a bundle on this site').fill('/sample.grafos');
  await page.route('**/sample.grafos', (route) => route.fulfill({ body: bytes }));
  await page.getByRole('button', { name: 'Load', exact: true }).click();
  await expect(noted(page)).toHaveAttribute('data-hash', bundleId);
  await expect(refusal).toBeHidden();

  await remove(page);
  await input(page, 'folder').setInputFiles(program);
  await expect(noted(page)).toHaveAttribute('data-hash', bundleId);
  for (const dropped of ['', 'sample.grafos']) {
    await remove(page);
    await drop(page, join(program, dropped));
    await expect(noted(page)).toHaveAttribute('data-hash', bundleId);
  }
});
