import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import * as v from 'valibot';
import { LANGUAGES } from '../../src/cli/scaffold/index.ts';
import { Command } from './support/command.ts';
import { test } from './support/test.ts';

const SECONDS = 1_000;
const WHOLE_WAY_MS_MAX = 60 * SECONDS;

const upSchema = v.object({ pid: v.number(), cells: v.array(v.object({ id: v.string() })), readyMs: v.number() });
const runSchema = v.object({
  run_id: v.string(),
  cell_id: v.string(),
  status: v.string(),
  output: v.string(),
  response: v.unknown(),
});
const artifactsSchema = v.object({ artifacts: v.object({ response: v.string(), output: v.string() }) });

let folder: string;
let command: Command;
let isUp = false;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grafos-first-'));
  command = new Command(folder);
});

test.afterAll(async () => {
  if (isUp) await command.run(folder, 'dev', 'down');
  await rm(folder, { recursive: true, force: true });
});

/** Every process below `pid`, by Linux' own list; none where there is no such list. */
async function descendantsOf(pid: number): Promise<readonly number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc').catch(() => [])) {
    const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '') : '';
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (stat !== '' && !stat.includes(') Z ')) parents.set(Number(name), Number(parent));
  }
  const isBelow = (each: number): boolean => {
    const parent = parents.get(each);
    return parent !== undefined && parent !== 0 && (parent === pid || isBelow(parent));
  };
  return [...parents.keys()].filter(isBelow);
}

/** Processes with `word` on their command line. */
async function processesNaming(word: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(word));
}

async function isThere(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !stat.includes(') Z ');
}

test('from an empty directory to the artifacts of a first run, leaving nothing running', async () => {
  test.setTimeout(3 * WHOLE_WAY_MS_MAX);
  const startMs = performance.now();
  await command.well(folder, 'new', 'my-program');
  const program = join(folder, 'my-program');
  await command.well(program, 'tasklet', 'build');
  await command.well(program, 'validate');
  isUp = true;
  const up = v.parse(upSchema, JSON.parse(await command.well(program, 'dev', 'up', '--cells', '3', '--json')));
  expect(up.cells).toHaveLength(3);
  const words = ['deploy', 'run', '--tasklet', 'metadata', '--input', 'fixtures/lake.png', '--json'];
  const run = v.parse(runSchema, JSON.parse(await command.well(program, ...words)));
  expect(run).toMatchObject({ status: 'succeeded', response: { format: 'png', width: 48, height: 32, depth: 24 } });
  const { artifacts } = v.parse(
    artifactsSchema,
    JSON.parse(await command.well(program, 'artifacts', run.run_id, '--json')),
  );
  const output = Buffer.from(await readFile(join(program, artifacts.output), 'utf8'), 'base64').toString();
  const expected = await readFile(join(program, 'fixtures/expected/metadata/lake.png.json'), 'utf8');
  expect(output).toBe(expected);
  const started = [up.pid, ...(await descendantsOf(up.pid))];
  await command.well(program, 'dev', 'down');
  isUp = false;
  const tookMs = performance.now() - startMs;
  for (const pid of started) expect(await isThere(pid), `process ${pid} is left`).toBe(false);
  expect(await readdir(join(folder, 'state'))).toStrictEqual(['dev.log', 'pages']);
  // The bound is for a machine that does nothing else; one that is shared has as much less to give.
  const share = Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
  expect(tookMs).toBeLessThan(WHOLE_WAY_MS_MAX * share);
  test.info().annotations.push({ type: 'took', description: `${Math.round(tookMs)} ms; up in ${up.readyMs} ms` });
});

test('Ctrl-C while the fabric is only just starting leaves nothing running', async () => {
  const home = join(folder, 'hasty');
  const hasty = new Command(home);
  const stopped = await hasty.stop(folder, 'dev.log', 'dev', 'up', '--cells', '1');
  expect(stopped.code).toBe(130);
  // The keeper names its state folder on its command line.
  await expect.poll(() => processesNaming(home), { timeout: 20 * SECONDS }).toEqual([]);
  expect(await readdir(join(home, 'state'))).toStrictEqual(['dev.log', 'pages']);
});

test('metadata in every language gives the same in another tab', async () => {
  test.setTimeout(3 * WHOLE_WAY_MS_MAX);
  const built: string[] = [];
  for (const language of LANGUAGES) {
    await command.well(folder, 'new', language, '--template', language);
    // Every fixture has the same expected output in every language.
    const { code, stderr } = await command.run(join(folder, language), 'validate');
    // A machine need not have every compiler; the command says which one is missing.
    if (code !== 0) expect(stderr).toMatch(/needs (clang|rustc)/);
    else built.push(language);
  }
  expect(built).toEqual(expect.arrayContaining(['assemblyscript', 'wat']));
  test.info().annotations.push({ type: 'languages', description: built.join(', ') });
  isUp = true;
  const up = v.parse(upSchema, JSON.parse(await command.well(folder, 'dev', 'up', '--cells', '2', '--json')));
  const outputs = new Set<string>();
  for (const language of built) {
    const words = ['deploy', 'run', '--input', 'fixtures/lake.png', '--on', 'other', '--json'];
    const run = v.parse(runSchema, JSON.parse(await command.well(join(folder, language), ...words)));
    expect(run.cell_id).toBe(up.cells[1]?.id);
    outputs.add(run.output);
  }
  expect([...outputs]).toHaveLength(1);
  await command.well(folder, 'dev', 'down');
  isUp = false;
});
