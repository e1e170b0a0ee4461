import { beforeEach, describe, expect, test } from 'vitest';
import {
  err,
  failure,
  ok,
  RUN_LIMITS,
  type CellId,
  type FabricErrorCode,
  type FabricFailure,
  type Result,
} from '../../../src/core/index.ts';
import { Scheduler, type Candidate, type Scheduled } from '../../../src/placement/index.ts';
import { errorOf, idOf, ManualTime, testEnv, valueOf } from '../../support/index.ts';

type Answer = Result<string, { readonly failure: FabricFailure; readonly begun: boolean }>;

const run: Scheduled = { runId: idOf.run('1'), target: 'any', memoryBytes: 1, deadlineMs: 1_000 };
const cell = (id: string): CellId => idOf.cell(id);
const refusal = (code: FabricErrorCode, begun = false): Answer =>
  err({ failure: failure(code, `said ${code}`), begun });

let time: ManualTime;
let candidates: Candidate[];
let tries: { to: CellId; atMs: number; deadlineMs: number }[];
let cancels: string[];
let deliver: (to: CellId) => Answer | Promise<Answer>;
let scheduler: Scheduler<Scheduled, string>;

const free = (id: string, change: Partial<Candidate> = {}): Candidate => ({
  cell: cell(id),
  isSelf: false,
  isAlive: true,
  slotsTotal: 1,
  slotsFree: 1,
  memoryBytesTotal: 1,
  memoryBytesFree: 1,
  inFlight: 0,
  ...change,
});

beforeEach(() => {
  time = new ManualTime(0);
  candidates = [free('a'), free('b')];
  tries = [];
  cancels = [];
  deliver = () => ok('done');
  scheduler = new Scheduler(testEnv(time, 'scheduler'), {
    candidates: () => candidates,
    deliver: async (to, { deadlineMs }) => {
      tries.push({ to, atMs: time.nowMs(), deadlineMs });
      return deliver(to);
    },
    cancel: (runId) => cancels.push(runId),
    lossOf: () => undefined,
  });
});

const triedCells = () => tries.map(({ to }) => to[0]);

describe('a run', () => {
  test('goes to the best cell', async () => {
    expect(valueOf(await time.until(scheduler.schedule(run)))).toEqual({
      ...{ cell: cell('a'), done: 'done', attempt: 1, lost: [], isDegraded: false },
    });
  });

  test('goes on to the next cell when one refuses, once each, and all reasons are kept', async () => {
    deliver = (to) => refusal(to === cell('a') ? 'lease_denied' : 'module_rejected');
    const refused = errorOf(await time.until(scheduler.schedule(run)));
    expect(triedCells()).toEqual(['a', 'b']);
    expect(refused.message).toContain('aaaaaaaa: said lease_denied');
    expect(refused.message).toContain('bbbbbbbb: said module_rejected');
  });

  test('that may have begun is not tried elsewhere', async () => {
    deliver = () => refusal('disconnected', true);
    expect(errorOf(await time.until(scheduler.schedule(run))).code).toBe('disconnected');
    expect(triedCells()).toEqual(['a']);
  });

  test('ends at once when nobody could ever take it', async () => {
    candidates = [];
    expect(errorOf(await time.until(scheduler.schedule(run))).code).toBe('runtime_not_ready');
    candidates = [free('a', { memoryBytesTotal: 0 })];
    expect(errorOf(await time.until(scheduler.schedule(run))).code).toBe('lease_denied');
    expect(time.nowMs()).toBe(0);
  });
});

describe('a full fabric', () => {
  test('is asked again until there is room', async () => {
    candidates = [free('a', { slotsFree: 0 })];
    const scheduled = scheduler.schedule(run);
    await time.advance(RUN_LIMITS.retryDelayMs + 1);
    expect(tries).toEqual([]);
    candidates = [free('a')];
    expect(valueOf(await time.until(scheduled)).done).toBe('done');
    expect(time.nowMs()).toBe(2 * RUN_LIMITS.retryDelayMs);
  });

  test('that says so itself is asked again too', async () => {
    let refusals = 2;
    deliver = () => (refusals-- > 0 ? refusal('capacity_exceeded') : ok('done'));
    expect(valueOf(await time.until(scheduler.schedule(run))).done).toBe('done');
    expect(tries.length).toBe(3);
  });

  test('is given up at the deadline of the run', async () => {
    candidates = [free('a', { slotsFree: 0 })];
    expect(errorOf(await time.until(scheduler.schedule(run))).code).toBe('capacity_exceeded');
    expect(time.nowMs()).toBeGreaterThanOrEqual(run.deadlineMs);
    expect(time.nowMs()).toBeLessThanOrEqual(run.deadlineMs + RUN_LIMITS.retryDelayMs);
  });

  test('leaves a run that waited only what is left of its deadline', async () => {
    candidates = [free('a', { slotsFree: 0 })];
    const scheduled = scheduler.schedule(run);
    await time.advance(3 * RUN_LIMITS.retryDelayMs - 1);
    candidates = [free('a')];
    valueOf(await time.until(scheduled));
    expect(tries).toEqual([{ to: cell('a'), atMs: 600, deadlineMs: 400 }]);
  });
});

describe('cancelling', () => {
  test('ends a run that waits, at once', async () => {
    candidates = [free('a', { slotsFree: 0 })];
    const scheduled = scheduler.schedule(run);
    await time.advance(50);
    scheduler.cancel(run.runId);
    expect(errorOf(await time.until(scheduled)).code).toBe('cancelled');
    expect(time.nowMs()).toBe(50);
  });

  test('is passed on to the cell of a run that is under way, whose word then counts', async () => {
    let answer: (answered: Answer) => void = () => undefined;
    deliver = () => new Promise((resolve) => (answer = resolve));
    const scheduled = scheduler.schedule(run);
    await time.advance(1);
    scheduler.cancel(run.runId);
    expect(cancels).toEqual([run.runId]);
    answer(ok('had finished already'));
    expect(valueOf(await time.until(scheduled)).done).toBe('had finished already');
  });

  test('keeps a refused run from going elsewhere', async () => {
    let answer: (answered: Answer) => void = () => undefined;
    deliver = () => new Promise((resolve) => (answer = resolve));
    const scheduled = scheduler.schedule(run);
    await time.advance(1);
    scheduler.cancel(run.runId);
    answer(refusal('lease_denied'));
    expect(errorOf(await time.until(scheduled)).code).toBe('cancelled');
    expect(triedCells()).toEqual(['a']);
  });

  test('what is not here does nothing', () => {
    scheduler.cancel(idOf.run('9'));
    expect(cancels).toEqual([]);
  });
});

describe('very many runs', () => {
  test('are bounded, and there is room again when some have ended', async () => {
    candidates = [free('a', { slotsFree: 0 })];
    const all = Array.from({ length: RUN_LIMITS.outgoingMax }, (_, index) =>
      scheduler.schedule({ ...run, runId: idOf.run(index.toString(16).padStart(4, '0')) }),
    );
    expect(errorOf(await scheduler.schedule(run)).code).toBe('capacity_exceeded');
    candidates = [];
    for (const scheduled of all) errorOf(await time.until(scheduled));
    expect(errorOf(await scheduler.schedule(run)).code).toBe('runtime_not_ready');
  });
});
