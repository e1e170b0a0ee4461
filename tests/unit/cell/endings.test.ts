import { beforeEach, describe, expect, test } from 'vitest';
import { LINK_LIMITS } from '../../../src/core/index.ts';
import { REQUEST } from '../../../src/wire/index.ts';
import { idOf, link, ManualTime, present, valueOf } from '../../support/index.ts';
import { HandSubmitter, MEMORY_BYTES, testCell, type TestCell } from './world.ts';

let time: ManualTime;
let worker: TestCell;
let submitter: HandSubmitter;
let cut: () => void;

beforeEach(async () => {
  time = new ManualTime();
  worker = testCell(time, 'worker', { slots: 2 });
  submitter = new HandSubmitter(time, 'submitter');
  cut = await link(time, submitter.at, worker);
});

async function hanging(change: { ttlMs?: number; deadlineMs?: number } = {}) {
  const { ttlMs = 20_000, deadlineMs = 5_000 } = change;
  const order = submitter.order('hang', await submitter.lease(worker, { ttlMs }), { deadlineMs });
  valueOf(await submitter.submit(worker, order));
  await time.advance(20);
  return { order, run: present(worker.engine.runs.at(-1)) };
}

const codes = () => submitter.outcomes.map(({ error }) => error?.code);
/** Keeps the link alive by saying something, as a roster would. */
async function keepTalking(durationMs: number): Promise<void> {
  for (let passed = 0; passed < durationMs; passed += 1_000) {
    await time.until(submitter.at.board.call(worker.self, REQUEST.leaseFree, { leaseIds: [] }));
    await time.advance(Math.min(1_000, durationMs - passed));
  }
}

const free = () => {
  const { slotsFree, memoryBytesFree } = worker.cell.state();
  return { slotsFree, memoryBytesFree };
};

describe('a run ends, in the engine too', () => {
  test('at its deadline', async () => {
    const { run } = await hanging({ deadlineMs: 500 });
    await time.advance(400);
    expect(run.stoppedFor).toBeUndefined();
    await time.advance(100);
    expect(run.stoppedFor?.code).toBe('deadline_exceeded');
    expect(codes()).toEqual(['deadline_exceeded']);
  });

  test('when a lease of it runs out, and then its capacity is back', async () => {
    const { run } = await hanging({ ttlMs: 800 });
    await time.advance(850);
    expect(run.stoppedFor?.code).toBe('lease_expired');
    expect(codes()).toEqual(['lease_expired']);
    expect(submitter.endedLeases).toEqual(['expired', 'expired']);
    expect(free()).toEqual({ slotsFree: 2, memoryBytesFree: MEMORY_BYTES });
  });

  test('when its submitter frees a lease of it', async () => {
    const { order, run } = await hanging();
    const leaseIds = [order.memLease];
    valueOf(await time.until(submitter.at.board.call(worker.self, REQUEST.leaseFree, { leaseIds })));
    await time.advance(20);
    expect(run.stoppedFor?.code).toBe('cancelled');
    expect(submitter.outcomes.map(({ status }) => status)).toEqual(['cancelled']);
    expect(free()).toEqual({ slotsFree: 1, memoryBytesFree: MEMORY_BYTES });
  });

  test('when its submitter cancels it', async () => {
    const { order, run } = await hanging();
    valueOf(await time.until(submitter.at.board.call(worker.self, REQUEST.runCancel, { runId: order.runId })));
    await time.advance(20);
    expect(run.stoppedFor?.code).toBe('cancelled');
    expect(submitter.outcomes.map(({ status }) => status)).toEqual(['cancelled']);
  });

  test('when its submitter says goodbye, and its leases are free at once', async () => {
    const { run } = await hanging();
    submitter.at.board.close();
    await time.advance(20);
    expect(run.stoppedFor?.code).toBe('cancelled');
    expect(free()).toEqual({ slotsFree: 2, memoryBytesFree: MEMORY_BYTES });
    expect(worker.cell.state().granted).toEqual([]);
  });
});

describe('a run goes on', () => {
  test('when somebody else asks for its end', async () => {
    const { order, run } = await hanging();
    const other = new HandSubmitter(time, 'other');
    await link(time, other.at, worker);
    for (const call of [
      other.at.board.call(worker.self, REQUEST.runCancel, { runId: order.runId }),
      other.at.board.call(worker.self, REQUEST.leaseFree, { leaseIds: [order.cpuLease, order.memLease] }),
    ]) {
      await time.until(call);
    }
    other.at.board.close();
    await time.advance(20);
    expect(run.stoppedFor).toBeUndefined();
  });

  test('when its submitter falls silent, until its lease ends: the submitter may be back', async () => {
    const { run } = await hanging({ ttlMs: 8_000, deadlineMs: 20_000 });
    cut();
    await time.advance(LINK_LIMITS.silenceMsMax + 1_000);
    expect(worker.board.isLinked(submitter.at.self)).toBe(false);
    expect(run.stoppedFor).toBeUndefined();
    await time.advance(5_000);
    expect(run.stoppedFor?.code).toBe('lease_expired');
    expect(free()).toEqual({ slotsFree: 2, memoryBytesFree: MEMORY_BYTES });
  });
});

describe('a run stopped before it began', () => {
  test('never begins, and still ends in one outcome', async () => {
    let admit: () => void = () => undefined;
    worker.engine.admitting = new Promise((resolve) => {
      admit = resolve;
    });
    const order = submitter.order('echo', await submitter.lease(worker));
    valueOf(await submitter.submit(worker, order));
    valueOf(await time.until(submitter.at.board.call(worker.self, REQUEST.runCancel, { runId: order.runId })));
    admit();
    await time.advance(20);
    expect(worker.engine.runs).toEqual([]);
    expect(submitter.outcomes.map(({ status }) => status)).toEqual(['cancelled']);
  });
});

describe('after a run', () => {
  test('its end is said once: what comes later changes nothing', async () => {
    const { order, run } = await hanging({ deadlineMs: 2_000, ttlMs: 4_000 });
    run.succeed();
    await keepTalking(5_000);
    await time.until(submitter.at.board.call(worker.self, REQUEST.runCancel, { runId: order.runId }));
    expect(submitter.outcomes.map(({ status }) => status)).toEqual(['succeeded']);
    expect(run.stoppedFor).toBeUndefined();
    expect(worker.cell.state().incoming.map(({ status }) => status)).toEqual(['succeeded']);
  });

  test('leases that ended are shown for a while and then no more', async () => {
    await hanging({ ttlMs: 500 });
    await time.advance(1_000);
    expect(worker.cell.state().ended.map(({ lease }) => lease.state)).toEqual(['expired', 'expired']);
    await time.advance(6_000);
    expect(worker.cell.state().ended).toEqual([]);
    expect(worker.notes.filter((kind) => kind.startsWith('lease.'))).toEqual([
      'lease.granted',
      'lease.granted',
      'lease.expired',
      'lease.expired',
    ]);
  });

  test('closing the cell closes its engine', () => {
    worker.cell.close();
    expect(worker.engine.isClosed).toBe(true);
    expect(idOf.run('2')).toBeDefined();
  });
});
