import { beforeEach, describe, expect, test } from 'vitest';
import {
  attenuate,
  decodeToken,
  encodeLeaseRef,
  leaseRefOf,
  operationSet,
  type Caveat,
} from '../../../src/capability/index.ts';
import { contentHash, RUN_LIMITS, utf8, type LeaseId } from '../../../src/core/index.ts';
import { AnswerReader, BatchWriter } from '../../../src/memory/index.ts';
import type { RunRegion } from '../../../src/tasklet/index.ts';
import { REQUEST } from '../../../src/wire/index.ts';
import { errorOf, idOf, link, ManualTime, present, valueOf } from '../../support/index.ts';
import { deliver, runOf, testCell, type TestCell } from './world.ts';

const SIZE = 4_096;

let time: ManualTime;
let lessor: TestCell;
let holder: TestCell;
let worker: TestCell;
let cutWorker: () => void;

beforeEach(async () => {
  time = new ManualTime();
  [lessor, holder, worker] = [testCell(time, 'lessor'), testCell(time, 'holder'), testCell(time, 'worker')];
  await link(time, holder, lessor);
  await link(time, holder, worker);
  cutWorker = await link(time, worker, lessor);
});

async function take(kind: 'mem' | 'cpu' = 'mem', ttlMs = 20_000): Promise<LeaseId> {
  const wish = { kind, quantity: kind === 'mem' ? SIZE : 1, ttlMs };
  return present(valueOf(await time.until(holder.cell.holdings.take(lessor.self, [wish])))[0]).leaseId;
}

function refOf(leaseId: LeaseId, ...caveats: Caveat[]): string {
  const whole = valueOf(decodeToken(valueOf(holder.cell.holdings.usable(leaseId)).token));
  const token = caveats.reduce((narrowed, caveat) => valueOf(attenuate(narrowed, caveat)), whole);
  return encodeLeaseRef(leaseRefOf(token));
}

/** Sends a run that hangs, with these LeaseRefs. */
function send(to: TestCell, memory: string[], id = '1', script = 'hang') {
  return deliver(holder, to, runOf(script, { memory, runId: idOf.run(id) }));
}

/** The regions that the latest run at a cell was handed. */
async function handed(to: TestCell): Promise<readonly RunRegion[]> {
  await time.advance(100);
  return present(to.engine.runs.at(-1)).order.regions;
}

const region = async (to: TestCell): Promise<RunRegion> => present((await handed(to))[0]);

async function add(to: RunRegion, value: number): Promise<number | string> {
  const writer = new BatchWriter();
  writer.atomic32(6, 0, value, 0);
  const answer = await time.until(to.operate(writer.take()));
  if (!answer.ok) return answer.error.code;
  const reader = new AnswerReader(answer.value);
  return reader.next() && reader.status === 0 ? reader.view.getUint32(reader.dataAt, true) : reader.status;
}

async function read(from: RunRegion): Promise<number | string> {
  const writer = new BatchWriter();
  writer.read(0, 4);
  const answer = await time.until(from.operate(writer.take()));
  if (!answer.ok) return answer.error.code;
  const reader = new AnswerReader(answer.value);
  return reader.next() && reader.status === 0 ? reader.view.getUint32(reader.dataAt, true) : reader.status;
}

/** Lets time pass with holder and worker saying something, as rosters do. */
async function keepTalking(durationMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < durationMs; passedMs += 500) {
    void holder.board.call(worker.self, REQUEST.leaseFree, { leaseIds: [] });
    void worker.board.call(holder.self, REQUEST.leaseFree, { leaseIds: [] });
    await time.advance(500);
  }
}

const openers = (leaseId: LeaseId): number | undefined =>
  lessor.cell.state().granted.find((lease) => lease.leaseId === leaseId)?.openers.length;

describe('a run', () => {
  test('works on the leases it was handed, in their order, wherever it runs', async () => {
    const leases = [await take(), await take()];
    const memory = leases.map((leaseId) => refOf(leaseId));
    void send(worker, memory);
    const [first, second] = await handed(worker);
    expect(await add(present(first), 5)).toBe(0);
    void send(lessor, memory, '2');
    const [there, other] = await handed(lessor);
    expect([await add(present(there), 1), await add(present(other), 1)]).toEqual([5, 0]);
    expect(await read(present(second))).toBe(1);
    const { context } = present(worker.engine.runs[0]).order;
    expect(new DataView(context.buffer).getUint32(28, true)).toBe(2);
  });

  test('that brings none is handed none', async () => {
    void send(worker, []);
    expect(await handed(worker)).toEqual([]);
  });

  test('hears the end of a lease as that', async () => {
    const leaseId = await take();
    void send(worker, [refOf(leaseId)]);
    const handedRegion = await region(worker);
    await time.until(holder.cell.holdings.give([leaseId]));
    await time.advance(50);
    expect(await add(handedRegion, 1)).toMatch(/lease_expired|not_found/);
  });
});

describe('a run is refused, and nothing of it is admitted', () => {
  test.each([
    ['what is no LeaseRef', () => Promise.resolve('nonsense'), 'invalid_argument'],
    ['a lease of another kind', async () => refOf(await take('cpu')), 'invalid_argument'],
    [
      'a LeaseRef for another cell',
      async () => refOf(await take(), { kind: 'holder', holder: lessor.self }),
      'lease_denied',
    ],
    [
      'a LeaseRef for another module',
      async () => refOf(await take(), { kind: 'module', module: contentHash(utf8('another')) }),
      'lease_denied',
    ],
  ] as const)('with %s', async (_what, ref, code) => {
    const sent = send(worker, [refOf(await take()), await ref()]);
    expect(errorOf(await time.until(sent)).failure.code).toBe(code);
    expect(worker.engine.admissions).toEqual([]);
    expect(worker.cell.holdings.leases()).toEqual([]);
  });

  test('with a lease that is over', async () => {
    const leaseId = await take();
    const ref = refOf(leaseId);
    await time.until(holder.cell.holdings.give([leaseId]));
    expect(errorOf(await time.until(send(worker, [ref]))).failure.code).toMatch(/lease_denied|lease_expired|not_found/);
  });

  test('in time for its submitter, when the lessor cannot be reached', async () => {
    const ref = refOf(await take());
    cutWorker();
    await time.advance(10);
    const startedAtMs = time.nowMs();
    const sent = send(worker, [ref]);
    await keepTalking(RUN_LIMITS.memoryOpenMsMax + 100);
    const refused = errorOf(await time.until(sent));
    expect(refused).toMatchObject({ begun: false, failure: { code: 'lease_denied' } });
    expect(time.nowMs() - startedAtMs).toBeLessThanOrEqual(RUN_LIMITS.memoryOpenMsMax + 500);
  });
});

describe('a LeaseRef that was narrowed', () => {
  test('stays narrow, also where its lessor runs it', async () => {
    const ref = refOf(await take(), { kind: 'operations', operations: operationSet(['read']) });
    for (const [to, id] of [
      [worker, '1'],
      [lessor, '2'],
    ] as const) {
      void send(to, [ref], id);
      const handedRegion = await region(to);
      expect(handedRegion.shared).toBeUndefined();
      expect([await add(handedRegion, 1), await read(handedRegion)]).toEqual(['lease_denied', 0]);
    }
  });

  test('stays narrow where the cell that runs it may do everything', async () => {
    const leaseId = await take();
    void send(holder, [refOf(leaseId, { kind: 'operations', operations: operationSet(['read']) })]);
    const handedRegion = await region(holder);
    expect(await add(handedRegion, 1)).toBe('lease_denied');
    expect(errorOf(await time.until(handedRegion.renew())).code).toBe('lease_denied');
    await time.until(handedRegion.free());
    expect(holder.cell.holdings.usable(leaseId).ok).toBe(true);
  });

  test('to a module is good for runs of that module, over renewals', async () => {
    const leaseId = await take();
    void send(worker, [refOf(leaseId, { kind: 'module', module: contentHash(utf8('hang')) })]);
    const handedRegion = await region(worker);
    expect(await add(handedRegion, 1)).toBe(0);
    valueOf(await time.until(holder.cell.holdings.renew(leaseId)));
    await time.advance(500);
    expect(await add(handedRegion, 1)).toBe(1);
  });
});

describe('the lease itself', () => {
  test('is closed with the last run that uses it', async () => {
    const leaseId = await take();
    const memory = [refOf(leaseId)];
    const runs = [send(worker, memory, '1'), send(worker, memory, '2')];
    await time.advance(100);
    expect(openers(leaseId)).toBe(1);
    present(worker.engine.runs[0]).succeed();
    valueOf(await time.until(present(runs[0])));
    await time.advance(50);
    expect(openers(leaseId)).toBe(1);
    present(worker.engine.runs[1]).succeed();
    valueOf(await time.until(present(runs[1])));
    await time.advance(50);
    expect(openers(leaseId)).toBe(0);
    expect(worker.cell.holdings.leases()).toEqual([]);
  });

  test('stays with a cell that held it before', async () => {
    const leaseId = await take();
    const sent = send(holder, [refOf(leaseId)], '1', 'echo');
    valueOf(await time.until(sent));
    expect(holder.cell.holdings.usable(leaseId).ok).toBe(true);
  });

  test('is asked about by everyone, renewed and ended by the cell that took it alone', async () => {
    const leaseId = await take();
    void send(worker, [refOf(leaseId)], '1');
    const afar = await region(worker);
    expect(valueOf(await time.until(afar.query()))).toMatchObject({ state: 1, generation: 1 });
    expect(errorOf(await time.until(afar.renew())).code).toBe('lease_denied');
    await time.until(afar.free());
    expect(await add(afar, 1)).toBe('lease_expired');

    void send(holder, [refOf(leaseId)], '2');
    const own = await region(holder);
    valueOf(await time.until(own.renew(15_000)));
    expect(valueOf(await time.until(own.query()))).toMatchObject({ generation: 2 });
    await time.until(own.free());
    expect(holder.cell.holdings.usable(leaseId).ok).toBe(false);
  });
});
