import { beforeEach, describe, expect, test } from 'vitest';
import { err, ok, TASKLET_LIMITS, WIRE_LIMITS, type Bytes, type ContentHash } from '../../../src/core/index.ts';
import { Fetcher } from '../../../src/cell/fetcher.ts';
import { REQUEST } from '../../../src/wire/index.ts';
import { errorOf, idOf, link, ManualTime, present, testBoard, valueOf, type TestBoard } from '../../support/index.ts';
import { deliver, runOf, testCell } from './world.ts';

const LARGEST = TASKLET_LIMITS.inputBytesMax;

describe('fetching', () => {
  let time: ManualTime;
  let asker: TestBoard;
  let keeper: TestBoard;
  let fetcher: Fetcher;
  let asked: ContentHash[];
  let answers: (() => void)[];

  beforeEach(async () => {
    time = new ManualTime();
    asker = testBoard(time, 'asker');
    keeper = testBoard(time, 'keeper');
    await link(time, asker, keeper);
    fetcher = new Fetcher(asker.env, asker.board);
    asked = [];
    answers = [];
  });

  /** Lets the keeper answer when the test says so. */
  function answerLater(bytes: Bytes = new Uint8Array(1)): void {
    keeper.board.handlers.onRequest(REQUEST.contentGet, (_from, { hash }) => {
      asked.push(hash);
      return new Promise((resolve) => answers.push(() => resolve(ok(bytes))));
    });
  }

  const fetch = (id: string, sizeBytes: number, deadlineMs = 10_000) =>
    fetcher.fetch(keeper.self, idOf.content(id), sizeBytes, deadlineMs);

  test('any number of the largest contents does not end the link', async () => {
    const bytes = new Uint8Array(LARGEST);
    keeper.board.handlers.onRequest(REQUEST.contentGet, () => ok(bytes));
    const all = Array.from({ length: 7 }, (_, index) => fetch(index.toString(16), LARGEST));
    for (const each of all) expect(valueOf(await time.until(each)).length).toBe(LARGEST);
    expect(asker.board.isLinked(keeper.self)).toBe(true);
  });

  test('asks for so many bytes at a time, in the order of asking', async () => {
    answerLater();
    const all = ['1', '2', '3'].map((id) => fetch(id, LARGEST));
    await time.advance(10);
    expect(asked).toEqual([idOf.content('1'), idOf.content('2')]);
    present(answers[1])();
    await time.advance(10);
    expect(asked.at(-1)).toBe(idOf.content('3'));
    for (const answer of answers) answer();
    for (const each of all) valueOf(await time.until(each));
  });

  test('asks for so many contents at a time, however small they are', async () => {
    answerLater();
    const all = Array.from({ length: WIRE_LIMITS.fetchesMax + 1 }, (_, index) =>
      fetch((index + 16).toString(16), 1, 500),
    );
    await time.advance(10);
    expect(asked.length).toBe(WIRE_LIMITS.fetchesMax);
    await time.advance(600);
    for (const each of all) expect((await each).ok).toBe(false);
  });

  test('gives up in time, whether it waits for its turn or for the answer, and others get theirs', async () => {
    answerLater();
    const first = fetch('1', LARGEST, 1_000);
    const second = fetch('2', LARGEST, 1_000);
    const third = fetch('3', LARGEST, 300);
    const fourth = fetch('4', LARGEST, 5_000);
    expect(errorOf(await time.until(third, 400)).code).toBe('deadline_exceeded');
    expect((await time.until(first, 1_000)).ok).toBe(false);
    expect((await time.until(second, 1_000)).ok).toBe(false);
    await time.advance(10);
    expect(asked.at(-1)).toBe(idOf.content('4'));
    present(answers.at(-1))();
    valueOf(await time.until(fourth));
  });

  test('one source does not hold up another', async () => {
    answerLater();
    const other = testBoard(time, 'other');
    await link(time, asker, other);
    other.board.handlers.onRequest(REQUEST.contentGet, () => err({ code: 'not_found', message: 'not here' }));
    const stuck = ['1', '2', '3'].map((id) => fetch(id, LARGEST, 800));
    const refused = fetcher.fetch(other.self, idOf.content('5'), LARGEST, 800);
    expect(errorOf(await time.until(refused, 100)).code).toBe('not_found');
    for (const each of stuck) await time.until(each);
  });

  test('ends at once when the source leaves', async () => {
    answerLater();
    const all = ['1', '2', '3', '4'].map((id) => fetch(id, LARGEST));
    await time.advance(10);
    keeper.board.close();
    for (const each of all) expect(errorOf(await time.until(each, 100)).code).toBe('disconnected');
  });
});

test('as many runs as there are slots may have a long output each', async () => {
  const time = new ManualTime();
  const submitter = testCell(time, 'submitter', { slots: 1 });
  const worker = testCell(time, 'worker', { slots: 40 });
  await link(time, submitter, worker);
  const runs = Array.from({ length: 40 }, (_, index) => {
    const runId = idOf.run((index + 16).toString(16));
    return deliver(submitter, worker, runOf(`bytes ${70_000 + index}`, { runId, deadlineMs: 60_000 }));
  });
  for (const run of runs) expect(valueOf(await time.until(run)).outcome.status).toBe('succeeded');
  expect(submitter.board.isLinked(worker.self)).toBe(true);
});
