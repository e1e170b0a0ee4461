import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromUtf8 } from '../../../src/core/index.ts';
import { LeaseMail, LocalRegion, MAILBOX_BYTES, MailboxSender, SharedRegion } from '../../../src/memory/index.ts';
import { RegionWorld, type Whereabouts } from '../../unit/collections/world.ts';
import { EPOCH, freshBuffer, testThread } from '../../unit/memory/thread.ts';
import { ProgramRunner } from '../../unit/programs/tasklet-runner.ts';
import { GUEST_SOURCE } from './guest-source.ts';
import { runOnPage } from './page.ts';
import { encodeSteps, KINDS, REGION_BYTES, type Step } from './script.ts';

const MANIFEST = `[program]
name = "collections"
version = "0.1.0"
[tasklet.script]
source = "src/script.ts"
fuel = 50_000_000
`;
/** The time at which everything happens, for whatever reads a clock. */
const NOW_MS = 1_000;

let directory: string;
let program: ProgramRunner;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'grafos-collections-'));
  await mkdir(join(directory, 'src'));
  await writeFile(join(directory, 'src', 'script.ts'), GUEST_SOURCE);
  await writeFile(join(directory, 'grafos.toml'), MANIFEST);
  program = await ProgramRunner.openDirectory(directory);
}, 240_000);

afterAll(() => rm(directory, { recursive: true, force: true }));

interface Ran {
  readonly answers: readonly string[];
  readonly bytes: readonly number[];
}

async function onPage(where: Whereabouts, steps: readonly Step[]): Promise<Ran> {
  const world = new RegionWorld(where);
  const answers = await runOnPage(world.region(REGION_BYTES), steps);
  return { answers, bytes: [...world.local.bytes] };
}

function inTasklet(steps: readonly Step[]): Ran {
  const buffer = freshBuffer(REGION_BYTES);
  if (!(buffer instanceof SharedArrayBuffer)) throw new Error('tasklets share memory');
  const mail = new MailboxSender(new SharedArrayBuffer(MAILBOX_BYTES), () => undefined, Atomics.wait);
  const thread = { number: 1, nowMs: () => NOW_MS, park: Atomics.wait };
  const region = new SharedRegion({ buffer, epoch: EPOCH }, thread, new LeaseMail(mail, 0));
  const result = program.run('script', encodeSteps(steps), { regions: [region] });
  if (result.status !== 'succeeded') throw new Error(`${result.error?.message} ${result.log.join(' | ')}`);
  const answers = steps.length === 0 ? [] : (fromUtf8(result.output) ?? '').split('\n');
  return { answers, bytes: [...new LocalRegion(buffer, EPOCH, testThread()).bytes] };
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...KINDS),
  number: fc.nat(6),
  text: fc.constantFrom('', 'a', 'b', 'c', 'ä', 'abcd', 'abcde', 'vierzehn', 'much too long', '🙂'),
});

test('a page here, a page elsewhere and a tasklet get the same answers and leave the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const tasklet = inTasklet(steps);
      expect(await onPage('here', steps)).toEqual(tasklet);
      expect(await onPage('far', steps)).toEqual(tasklet);
    }),
    { numRuns: 150 },
  );
});
