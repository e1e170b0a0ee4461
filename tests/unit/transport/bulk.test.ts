import { beforeEach, describe, expect, test } from 'vitest';
import { contentHash, err, ok, TASKLET_LIMITS, WIRE_LIMITS } from '../../../src/core/index.ts';
import { REQUEST } from '../../../src/wire/index.ts';
import { idOf, link, ManualTime, patternBytes, testBoard, valueOf, type TestBoard } from '../../support/index.ts';

let time: ManualTime;
let asker: TestBoard;
let keeper: TestBoard;

beforeEach(async () => {
  time = new ManualTime();
  asker = testBoard(time, 'asker');
  keeper = testBoard(time, 'keeper');
  await link(time, asker, keeper);
});

const get = (sizeBytesMax: number) =>
  asker.board.call(keeper.self, REQUEST.contentGet, { hash: idOf.content('1'), sizeBytesMax }, 60_000);

describe('bulk', () => {
  test('of the largest size arrives whole', async () => {
    const bytes = patternBytes(TASKLET_LIMITS.inputBytesMax);
    keeper.board.handlers.onRequest(REQUEST.contentGet, () => ok(bytes));
    expect(contentHash(valueOf(await time.until(get(bytes.length))))).toBe(contentHash(bytes));
  });

  test('does not hold up control messages', async () => {
    const bytes = new Uint8Array(TASKLET_LIMITS.inputBytesMax);
    keeper.board.handlers.onRequest(REQUEST.contentGet, () => ok(bytes));
    keeper.board.handlers.onRequest(REQUEST.cellPing, () => ok({}));
    const bulk = get(bytes.length);
    await time.advance(3);
    const startMs = time.nowMs();
    valueOf(await time.until(asker.board.call(keeper.self, REQUEST.cellPing, {})));
    expect(time.nowMs() - startMs).toBeLessThanOrEqual(4);
    valueOf(await time.until(bulk));
  });

  test('that is refused is a refusal', async () => {
    keeper.board.handlers.onRequest(REQUEST.contentGet, () => err({ code: 'not_found', message: 'gone' }));
    expect((await time.until(get(1))).ok).toBe(false);
    expect(asker.board.isLinked(keeper.self)).toBe(true);
  });

  test('nobody asked for is not read, and costs its sender nothing it could use', async () => {
    const bytes = patternBytes(100_000);
    let answer: () => void = () => undefined;
    keeper.board.handlers.onRequest(
      REQUEST.contentGet,
      () => new Promise((resolve) => (answer = () => resolve(ok(bytes)))),
    );
    const call = asker.board.call(keeper.self, REQUEST.contentGet, { hash: idOf.content('1'), sizeBytesMax: 1 }, 50);
    await time.advance(60);
    answer();
    await time.advance(20);
    expect((await call).ok).toBe(false);
    expect(asker.board.isLinked(keeper.self)).toBe(true);
  });
});

describe('a link that cannot keep up', () => {
  test('is given up rather than held in memory for ever', async () => {
    const bytes = new Uint8Array(WIRE_LIMITS.dataBytesMax);
    keeper.board.handlers.onRequest(REQUEST.contentGet, () => ok(bytes));
    const tooMany = Math.floor(WIRE_LIMITS.sendQueueBytesMax / bytes.length) + 2;
    const calls = Array.from({ length: tooMany }, () => get(bytes.length));
    for (const call of calls) expect((await time.until(call)).ok).toBe(false);
    expect(keeper.heard.at(-1)).toBe(`left ${asker.self} overloaded`);
  });
});
