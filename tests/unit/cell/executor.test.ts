import { beforeEach, describe, expect, test } from 'vitest';
import { contentHash, utf8 } from '../../../src/core/index.ts';
import { REQUEST } from '../../../src/wire/index.ts';
import { errorOf, idOf, link, ManualTime, present, valueOf } from '../../support/index.ts';
import { HandSubmitter, RUN_MEMORY_BYTES, testCell, type TestCell } from './world.ts';

let time: ManualTime;
let worker: TestCell;
let submitter: HandSubmitter;

beforeEach(async () => {
  time = new ManualTime();
  worker = testCell(time, 'worker', { slots: 4 });
  submitter = new HandSubmitter(time, 'submitter');
  await link(time, submitter.at, worker);
});

describe('nothing runs', () => {
  test('without a lease', async () => {
    const leases = await submitter.lease(worker);
    const bare = { ...submitter.order('echo', leases), cpuLease: idOf.lease('0'), memLease: idOf.lease('0') };
    expect(errorOf(await submitter.submit(worker, bare)).code).toBe('not_found');
    expect(worker.engine.admissions).toEqual([]);
  });

  test('with one of the two only, or with them exchanged', async () => {
    const [cpu, mem] = await submitter.lease(worker);
    for (const wrong of [
      { cpuLease: idOf.lease('0') },
      { memLease: idOf.lease('0') },
      { cpuLease: mem.leaseId, memLease: cpu.leaseId },
    ]) {
      const order = submitter.order('echo', [cpu, mem], wrong);
      expect(errorOf(await submitter.submit(worker, order)).code).toBe('not_found');
    }
    expect(worker.engine.runs).toEqual([]);
  });

  test('on a lease of somebody else', async () => {
    const thief = new HandSubmitter(time, 'thief');
    await link(time, thief.at, worker);
    const order = thief.order('echo', await submitter.lease(worker));
    expect(errorOf(await thief.submit(worker, order)).code).toBe('not_found');
  });

  test('on a lease that has run out', async () => {
    const order = submitter.order('echo', await submitter.lease(worker, { ttlMs: 1_000 }));
    await time.advance(1_000);
    expect(errorOf(await submitter.submit(worker, order)).code).toMatch(/lease_expired|not_found/);
    expect(submitter.endedLeases).toEqual(['expired', 'expired']);
  });

  test('on a lease that was freed', async () => {
    const leases = await submitter.lease(worker);
    const leaseIds = leases.map(({ leaseId }) => leaseId);
    const freed = submitter.at.board.call(worker.self, REQUEST.leaseFree, { leaseIds });
    expect(valueOf(await time.until(freed))).toEqual({ freed: 2 });
    expect(errorOf(await submitter.submit(worker, submitter.order('echo', leases))).code).toBe('not_found');
  });

  test('that is not what its hash says, be it module or input', async () => {
    const order = submitter.order('echo', await submitter.lease(worker));
    submitter.contents.set(order.module, utf8('evil'));
    valueOf(await submitter.submit(worker, order));
    const other = submitter.order('hang', await submitter.lease(worker), { runId: idOf.run('3') });
    valueOf(await submitter.submit(worker, { ...other, inlineInput: utf8('other!!') }));
    await time.advance(100);
    expect(submitter.outcomes.map(({ error }) => error?.code)).toEqual(['module_unavailable', 'module_unavailable']);
    expect(worker.engine.runs).toEqual([]);
  });

  test('whose module the submitter does not deliver', async () => {
    const order = submitter.order('echo', await submitter.lease(worker));
    submitter.contents.clear();
    valueOf(await submitter.submit(worker, order));
    await time.advance(100);
    expect(submitter.outcomes.map(({ error }) => error?.code)).toEqual(['module_unavailable']);
  });

  test('that admission refuses', async () => {
    valueOf(await submitter.submit(worker, submitter.order('no-such-script', await submitter.lease(worker))));
    await time.advance(100);
    expect(submitter.outcomes.map(({ error }) => error?.code)).toEqual(['module_rejected']);
  });
});

describe('one lease carries one run', () => {
  test('a cpu lease', async () => {
    const leases = await submitter.lease(worker);
    const [, otherMem] = await submitter.lease(worker);
    valueOf(await submitter.submit(worker, submitter.order('hang', leases)));
    const second = submitter.order('hang', [leases[0], otherMem], { runId: idOf.run('3') });
    expect(errorOf(await submitter.submit(worker, second)).code).toBe('lease_denied');
  });

  test('a mem lease: its bytes are lent once', async () => {
    const leases = await submitter.lease(worker);
    const [otherCpu] = await submitter.lease(worker);
    valueOf(await submitter.submit(worker, submitter.order('hang', leases)));
    const second = submitter.order('hang', [otherCpu, leases[1]], { runId: idOf.run('3') });
    expect(errorOf(await submitter.submit(worker, second)).code).toBe('lease_denied');
  });

  test('but one after the other may use it', async () => {
    const leases = await submitter.lease(worker);
    for (const id of ['3', '4']) {
      valueOf(await submitter.submit(worker, submitter.order('echo', leases, { runId: idOf.run(id) })));
      await time.advance(50);
    }
    expect(submitter.outcomes.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  });
});

describe('an accepted run', () => {
  test('is admitted with the memory of its lease, gets its order, and ends in one outcome', async () => {
    const order = submitter.order('echo', await submitter.lease(worker));
    valueOf(await submitter.submit(worker, order));
    await time.advance(100);
    expect(worker.engine.admissions.map(({ memoryBytesMax }) => memoryBytesMax)).toEqual([RUN_MEMORY_BYTES]);
    const { runId, input, fuelLimit, submittedWallMs } = present(worker.engine.runs[0]).order;
    expect({ runId, input, fuelLimit, submittedWallMs }).toEqual({
      runId: order.runId,
      input: utf8('by hand'),
      fuelLimit: 1_000,
      submittedWallMs: order.submittedWallMs,
    });
    expect(submitter.outcomes.length).toBe(1);
    expect(submitter.outcomes[0]).toMatchObject({ status: 'succeeded', output: contentHash(utf8('by hand')) });
  });

  test('that is sent twice runs once', async () => {
    const order = submitter.order('echo', await submitter.lease(worker));
    const twice = [submitter.submit(worker, order), submitter.submit(worker, order)];
    for (const submitted of await Promise.all(twice)) valueOf(submitted);
    valueOf(await submitter.submit(worker, order));
    await time.advance(100);
    expect(worker.engine.runs.length).toBe(1);
    expect(submitter.outcomes.length).toBe(1);
  });

  test('keeps its id: another cell cannot take it', async () => {
    const order = submitter.order('hang', await submitter.lease(worker));
    valueOf(await submitter.submit(worker, order));
    const other = new HandSubmitter(time, 'other');
    await link(time, other.at, worker);
    const same = other.order('hang', await other.lease(worker));
    expect(errorOf(await other.submit(worker, same)).code).toBe('invalid_argument');
  });

  test('fetches a module once, however many runs use it', async () => {
    for (const id of ['3', '4', '5']) {
      valueOf(
        await submitter.submit(worker, submitter.order('echo', await submitter.lease(worker), { runId: idOf.run(id) })),
      );
      await time.advance(50);
      submitter.contents.clear();
    }
    expect(submitter.outcomes.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  });
});
