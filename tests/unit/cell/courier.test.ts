import { beforeEach, describe, expect, test } from 'vitest';
import { contentHash, failure, utf8 } from '../../../src/core/index.ts';
import { INLINE_BYTES_MAX } from '../../../src/wire/index.ts';
import { errorOf, idOf, link, ManualTime, patternBytes, present, valueOf } from '../../support/index.ts';
import { deliver, MEMORY_BYTES, RUN_MEMORY_BYTES, runOf, testCell, type TestCell } from './world.ts';

let time: ManualTime;
let submitter: TestCell;
let worker: TestCell;
let cut: () => void;

beforeEach(async () => {
  time = new ManualTime();
  submitter = testCell(time, 'submitter', { slots: 1 });
  worker = testCell(time, 'worker', {
    slots: 2,
    scripts: {
      steps: (run) => {
        run.order.progress(1, 2);
        run.succeed({ responseText: '{"n":1}', fuelUsed: 42, log: ['[info] hi'] });
      },
    },
  });
  cut = await link(time, submitter, worker);
});

const free = (cell: TestCell) => {
  const { slotsFree, memoryBytesFree } = cell.cell.state();
  return { slotsFree, memoryBytesFree };
};
const ALL_FREE = { slotsFree: 2, memoryBytesFree: MEMORY_BYTES };

describe('a run taken to another cell', () => {
  test('comes back with its outcome, its output and its leases', async () => {
    const seen: string[] = [];
    const delivery = valueOf(await time.until(deliver(submitter, worker, runOf('steps'), seen)));
    expect(delivery.outcome).toMatchObject({ status: 'succeeded', fuelUsed: 42, responseText: '{"n":1}' });
    expect(delivery.outcome.log).toEqual(['[info] hi']);
    expect(delivery.output).toEqual(utf8('the input'));
    expect(delivery.publicKey).toEqual(worker.signer.publicKey);
    expect(delivery.leases.map(({ kind, quantity }) => [kind, quantity])).toEqual([
      ['cpu', 1],
      ['mem', RUN_MEMORY_BYTES],
    ]);
    expect(seen[0]).toBe('placed');
    expect(seen).toContain('admitted');
    expect(seen).toContain('running 1/2');
  });

  test('that fails is delivered all the same: the failure is its outcome', async () => {
    const delivery = valueOf(await time.until(deliver(submitter, worker, runOf('error'))));
    expect(delivery.outcome).toMatchObject({ status: 'failed', error: { code: 'tasklet_error' } });
  });

  test.each([0, 1, INLINE_BYTES_MAX, INLINE_BYTES_MAX + 1, 500_000])('carries an input of %i bytes', async (size) => {
    const input = patternBytes(size);
    const delivery = valueOf(await time.until(deliver(submitter, worker, runOf('echo', { input }))));
    expect(contentHash(delivery.output)).toBe(contentHash(input));
  });

  test.each([INLINE_BYTES_MAX, INLINE_BYTES_MAX + 1, 300_000])('brings an output of %i bytes', async (size) => {
    const delivery = valueOf(await time.until(deliver(submitter, worker, runOf(`bytes ${size}`))));
    expect(delivery.output).toEqual(new Uint8Array(size).fill(5));
    expect(delivery.outcome.inlineOutput === undefined).toBe(size > INLINE_BYTES_MAX);
  });

  test('frees its leases when it is done', async () => {
    const hanging = deliver(submitter, worker, runOf('hang'));
    await time.advance(50);
    expect(free(worker)).toEqual({ slotsFree: 1, memoryBytesFree: MEMORY_BYTES - RUN_MEMORY_BYTES });
    expect(submitter.cell.state().held.map(({ kind }) => kind)).toEqual(['cpu', 'mem']);
    present(worker.engine.runs[0]).succeed();
    valueOf(await time.until(hanging));
    await time.advance(50);
    expect(free(worker)).toEqual(ALL_FREE);
    expect(submitter.cell.state().held).toEqual([]);
  });

  test('may run at home: the same path, without the wire', async () => {
    const delivery = valueOf(await time.until(deliver(submitter, submitter, runOf('echo'))));
    expect(delivery.publicKey).toEqual(submitter.signer.publicKey);
    await time.advance(10);
    expect(submitter.cell.state().granted).toEqual([]);
  });
});

describe('a run that is refused', () => {
  test.each([
    ['more memory than there is', runOf('echo', { memoryBytes: MEMORY_BYTES + 1 }), 'lease_denied'],
    ['a deadline longer than any lease', runOf('echo', { deadlineMs: 299_000 }), 'disconnected'],
  ])('for %s has not begun, and costs nothing', async (_name, run, code) => {
    const fault = errorOf(await time.until(deliver(submitter, worker, run)));
    if (code === 'lease_denied') expect(fault).toMatchObject({ begun: false, failure: { code } });
    expect(fault.begun).toBe(false);
    expect(worker.cell.state().granted).toEqual([]);
  });

  test('by a full cell has not begun, and leaves the others alone', async () => {
    const running = ['3', '4'].map((id) => deliver(submitter, worker, runOf('hang', { runId: idOf.run(id) })));
    await time.advance(50);
    const fault = errorOf(await time.until(deliver(submitter, worker, runOf('echo'))));
    expect(fault).toMatchObject({ begun: false, failure: { code: 'capacity_exceeded' } });
    for (const run of worker.engine.runs) run.succeed();
    for (const delivery of running) valueOf(await time.until(delivery));
  });

  test('by a cell that is not linked has not begun', async () => {
    const stranger = testCell(time, 'stranger');
    expect(errorOf(await time.until(deliver(submitter, stranger, runOf('echo'))))).toMatchObject({
      begun: false,
      failure: { code: 'disconnected' },
    });
  });
});

describe('a run under way', () => {
  test('ends as disconnected when its cell leaves, and may have begun', async () => {
    const running = deliver(submitter, worker, runOf('hang'));
    await time.advance(50);
    worker.board.close();
    const fault = errorOf(await time.until(running, 100));
    expect(fault).toMatchObject({ begun: true, failure: { code: 'disconnected' } });
    expect(submitter.cell.state().held).toEqual([]);
  });

  test('ends as disconnected when its cell falls silent', async () => {
    const running = deliver(submitter, worker, runOf('hang'));
    await time.advance(50);
    cut();
    expect(errorOf(await time.until(running))).toMatchObject({ begun: true, failure: { code: 'disconnected' } });
  });

  test('ends as cancelled when it is cancelled', async () => {
    const running = deliver(submitter, worker, runOf('hang'));
    await time.advance(50);
    submitter.cell.courier.cancel(idOf.run('1'), worker.self);
    expect(valueOf(await time.until(running, 100)).outcome).toMatchObject({
      status: 'cancelled',
      error: { code: 'cancelled' },
    });
    expect(present(worker.engine.runs[0]).stoppedFor).toEqual(failure('cancelled', 'the submitter cancelled the run'));
  });

  test.each([0, 1, 2, 3, 4])('cancelled %i ms after it was asked for does not run to its end', async (delayMs) => {
    const running = deliver(submitter, worker, runOf('hang', { deadlineMs: 60_000 }));
    await time.advance(delayMs);
    submitter.cell.courier.cancel(idOf.run('1'), worker.self);
    const ended = await time.until(running, 1_000);
    const code = ended.ok ? ended.value.outcome.error?.code : ended.error.failure.code;
    expect(code).toBe('cancelled');
    await time.advance(50);
    expect(free(worker)).toEqual(ALL_FREE);
  });
});
