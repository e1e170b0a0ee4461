import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { FabricHashMap, text, u64 } from '../../../src/collections/index.ts';
import { fromUtf8, type Bytes } from '../../../src/core/index.ts';
import { LeaseMail, MAILBOX_BYTES, MailboxSender, SharedRegion } from '../../../src/memory/index.ts';
import { partsOf } from '../../../src/programs/word-count/demo.ts';
import type { TaskletResult } from '../../../src/tasklet/index.ts';
import { RegionWorld } from '../collections/world.ts';
import { EPOCH } from '../memory/thread.ts';
import { ProgramRunner } from './tasklet-runner.ts';

const FIXTURE = new URL('../../../src/programs/word-count/fixtures/moby-dick.txt', import.meta.url);
const MAP_BYTES = 8 << 20;
const PARTS = 5;

let program: ProgramRunner;

beforeAll(async () => {
  program = await ProgramRunner.open('word-count');
}, 240_000);

/** A map as the demo lays it out, and tasklets that run on it one after the other. */
async function onOneLease() {
  const world = new RegionWorld('here');
  const options = { buckets: 1 << 16, keyBytesMax: 64 };
  await FabricHashMap.create(world.region(MAP_BYTES), text, u64, options);
  const { buffer } = world.local;
  if (!(buffer instanceof SharedArrayBuffer)) throw new Error('tasklets share memory');
  const mail = new MailboxSender(new SharedArrayBuffer(MAILBOX_BYTES), () => undefined, Atomics.wait);
  const thread = { number: 1, nowMs: () => 0, park: Atomics.wait };
  return (tasklet: string, input: Bytes): TaskletResult => {
    const region = new SharedRegion({ buffer, epoch: EPOCH }, thread, new LeaseMail(mail, 0));
    const result = program.run(tasklet, input, { regions: [region] });
    if (result.status !== 'succeeded') throw new Error(`${result.error?.message} ${result.log.join(' | ')}`);
    return result;
  };
}

test('counts as sort and uniq do, whatever parts the text is cut into', async () => {
  const whole = new Uint8Array(await readFile(FIXTURE));
  expect(whole.length).toBeGreaterThan(1_000_000);
  const run = await onOneLease();
  const parts = partsOf(whole, PARTS);
  expect(parts.length).toBe(PARTS);
  for (const part of parts) run('count', part);
  const written = fromUtf8(run('report', new Uint8Array(0)).output);
  const script = `tr -cs 'A-Za-z' '\\n' | tr A-Z a-z | grep . | sort | uniq -c`;
  const expected = execFileSync('sh', ['-c', script], { input: whole, env: { ...process.env, LC_ALL: 'C' } });
  expect(written).toBe(expected.toString('latin1'));
}, 120_000);

test('says what is wrong when there is no map in the lease', () => {
  expect(program.run('count', new Uint8Array(0)).error?.message).toContain('handed no lease');
});
