import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentHash, failure, utf8, type Bytes } from '../../../src/core/index.ts';
import { encodeContext, type AdmittedTasklet, type RunOrder, type TaskletEngine } from '../../../src/tasklet/index.ts';
import { errorOf, idOf, valueOf } from '../../support/index.ts';

/** Modules that every engine under test is given, in whatever form it takes them. */
export interface EngineUnderTest {
  readonly engine: TaskletEngine;
  /** Gives its input back as its output. */
  readonly echo: Bytes;
  /** Never ends by itself. */
  readonly endless: Bytes;
  /** Breaks the profile. */
  readonly rejected: Bytes;
}

const MEMORY_BYTES = 1_048_576;

/** What every engine promises to the cell. */
export function runEngineTests(name: string, setup: () => EngineUnderTest): void {
  describe(`${name}: an engine`, () => {
    let under: EngineUnderTest;

    beforeEach(() => {
      under = setup();
    });

    afterEach(() => under.engine.close());

    const admit = async (bytes: Bytes) =>
      under.engine.admit({ hash: contentHash(bytes), memoryBytesMax: MEMORY_BYTES, bytes });

    function run(tasklet: AdmittedTasklet, input = 'the input', id = '1') {
      const bytes = utf8(input);
      const { memoryPagesMax } = tasklet;
      const head = { runId: idOf.run(id), fuelLimit: 1_000_000, submittedWallMs: 1_700_000_000_000 };
      const names = { program: 'tests', tasklet: 'engine', module: tasklet.hash, input: contentHash(bytes) };
      const context = encodeContext({ ...head, ...names, memoryPagesMax, leaseCount: 0 });
      const order: RunOrder = { ...head, context, input: bytes, regions: [], progress: () => undefined };
      return under.engine.run(tasklet, order);
    }

    test('has at least one slot', () => {
      expect(under.engine.slots).toBeGreaterThanOrEqual(1);
    });

    test('names what it admitted by its hash, and keeps its memory within the bound', async () => {
      const tasklet = valueOf(await admit(under.echo));
      expect(tasklet.hash).toBe(contentHash(under.echo));
      expect(tasklet.memoryPagesMax).toBeGreaterThan(0);
      expect(tasklet.memoryPagesMax * 65_536).toBeLessThanOrEqual(MEMORY_BYTES);
    });

    test('admits the same module again with the same answer', async () => {
      expect(valueOf(await admit(under.echo))).toEqual(valueOf(await admit(under.echo)));
    });

    test('refuses what breaks the profile', async () => {
      expect(errorOf(await admit(under.rejected)).code).toBe('module_rejected');
    });

    test('runs an admitted module to its end', async () => {
      const result = await run(valueOf(await admit(under.echo))).finished;
      expect(result.status).toBe('succeeded');
      expect(result.output).toEqual(utf8('the input'));
    });

    test('runs do not see each other', async () => {
      const tasklet = valueOf(await admit(under.echo));
      const results = await Promise.all(['one', 'two'].map((input, index) => run(tasklet, input, `${index}`).finished));
      expect(results.map(({ output }) => output)).toEqual([utf8('one'), utf8('two')]);
    });

    test('stops a run at once, with the failure it was stopped for, and its slot can be used again', async () => {
      const endless = valueOf(await admit(under.endless));
      const echo = valueOf(await admit(under.echo));
      for (let slot = 0; slot < 2 * under.engine.slots; slot++) {
        const running = run(endless);
        const cause = failure('deadline_exceeded', `stop ${slot}`);
        running.stop(cause);
        running.stop(failure('cancelled', 'too late'));
        expect(await running.finished).toMatchObject({ status: 'failed', error: cause });
      }
      expect((await run(echo).finished).status).toBe('succeeded');
    });

    test('a run that has ended is not changed by a stop', async () => {
      const running = run(valueOf(await admit(under.echo)));
      await running.finished;
      running.stop(failure('cancelled', 'too late'));
      expect((await running.finished).status).toBe('succeeded');
    });

    test('closing settles every run', async () => {
      const running = run(valueOf(await admit(under.endless)));
      under.engine.close();
      expect((await running.finished).status).toBe('failed');
    });
  });
}
