import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import * as v from 'valibot';
import { Command } from './support/command.ts';
import { openTab, seesCells, snapshot } from './support/tabs.ts';
import { test } from './support/test.ts';

/** A command takes its second, and more on a machine that does much else. */
const WAIT_MS = 30_000;

const upSchema = v.object({ joinUrl: v.string() });
const policySchema = v.object({
  version: v.number(),
  isMine: v.boolean(),
  rules: v.looseObject({ lobby: v.boolean() }),
  evicted: v.array(v.object({ cell: v.string(), reason: v.optional(v.string()) })),
});
const lobbySchema = v.object({ waiting: v.array(v.object({ code: v.string(), name: v.string() })) });

let folder: string;
let here: Command;
/** The same user elsewhere: a command that knows of no fabric in the background. */
let elsewhere: Command;
let joinUrl = '';

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grafos-steward-'));
  here = new Command(folder);
  elsewhere = new Command(join(folder, 'elsewhere'));
  const words = ['dev', 'up', '--cells', '2', '--name', 'class', '--steward-key', 'steward.pem', '--json'];
  ({ joinUrl } = v.parse(upSchema, JSON.parse(await here.well(folder, ...words))));
});

test.afterAll(async () => {
  await here.run(folder, 'dev', 'down');
  await rm(folder, { recursive: true, force: true });
});

const admin = (...words: readonly string[]): Promise<string> => here.well(folder, 'admin', ...words);
const policy = async () => v.parse(policySchema, JSON.parse(await admin('policy', '--json')));

test('the steward sets rules by the command, here and from elsewhere with the key, and nobody else does', async () => {
  expect((await stat(join(folder, 'steward.pem'))).mode & 0o777).toBe(0o600);
  expect(await policy()).toMatchObject({ version: 0, isMine: true, rules: { name: 'class', quota: { cpu: 'none' } } });
  const wrong = await here.run(folder, 'admin', 'policy', '--set', 'quota.cup=1', 'lenders.mem=cell-7', 'lobby=maybe');
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('There is no rule quota.cup. Did you mean quota.cpu?');
  expect(wrong.stderr).toContain('There is no cell named cell-7');
  expect(wrong.stderr).toContain('lobby is true or false, not "maybe"');
  const unasked = await here.run(folder, 'admin', 'policy', '--set', 'quota.cpu=1');
  expect([unasked.code, (await policy()).version]).toEqual([2, 0]);
  expect(unasked.stderr).toContain('+ quota.cpu = 1');
  await admin('policy', '--set', 'quota.cpu=1', 'lenders.mem=cell-0', '--yes');
  expect(await policy()).toMatchObject({
    version: 1,
    rules: { quota: { cpu: 1 }, lenders: { mem: [expect.any(String)] } },
  });

  const without = await elsewhere.run(folder, 'admin', 'policy', '--fabric', joinUrl, '--set', 'quota.cpu=9', '--yes');
  expect(without.code).toBe(1);
  expect(without.stderr).toMatch(/--steward-key[^]*\(not_steward\)/);
  await writeFile(join(folder, 'policy.toml'), '[quota]\ncpu = "none"\nmem = "64MiB"\n');
  const words = ['--fabric', joinUrl, '--steward-key', 'steward.pem', '--file', 'policy.toml', '--yes', '--json'];
  const signed: unknown = JSON.parse(await elsewhere.well(folder, 'admin', 'policy', ...words));
  expect(signed).toMatchObject({
    version: 2,
    changed: ['- quota.cpu = 1', '+ quota.cpu = "none"', expect.any(String), '+ quota.mem = "64MiB"'],
  });
  await expect
    .poll(policy, { timeout: WAIT_MS })
    .toMatchObject({ version: 2, rules: { quota: { cpu: 'none', mem: 67_108_864 } } });
});

test('a newcomer is let in by its code, and sent away with a reason, by the command', async ({ browser }) => {
  await admin('lobby', 'on');
  const tab = await openTab(browser, joinUrl);
  const waiting = async () => v.parse(lobbySchema, JSON.parse(await admin('lobby', '--json'))).waiting;
  const code = (await tab.getByLabel('Your code is').textContent({ timeout: WAIT_MS })) ?? '';
  await expect.poll(waiting, { timeout: WAIT_MS }).toMatchObject([{ code }]);
  await admin('admit', code);
  await seesCells(tab, 3);
  const { self } = await snapshot(tab);

  const fences: unknown = JSON.parse(await admin('list-fenced-leases', '--json'));
  expect(fences).toEqual({ scope: 'fabric', leases: [], silent: [] });
  const unknown = await here.run(folder, 'admin', 'unfence-lease', '0'.repeat(32));
  expect([unknown.code, unknown.stderr.includes('not fenced at any cell of the fabric')]).toEqual([1, true]);

  await admin('evict', self.slice(0, 12), '--reason', 'a test of goodbyes', '--yes');
  await tab.waitForFunction(() => window.grafos?.fabric()?.snapshot().failure?.message.includes('a test of goodbyes'));
  expect((await policy()).evicted).toEqual([{ cell: self, reason: 'a test of goodbyes' }]);
  await admin('readmit', self.slice(0, 12));
  expect((await policy()).evicted).toEqual([]);
});
