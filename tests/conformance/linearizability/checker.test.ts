import { describe, expect, test } from 'vitest';
import { Prng } from '../../../src/sim/prng.ts';
import { isLinearizable, type ClientHistory, type Operation } from './checker.ts';
import { mapModel, queueModel, wordsModel, type MapCall, type QueueCall, type WordCall } from './models.ts';

type Span = readonly [fromMs: number, toMs: number];

const at = <Call>([fromMs, toMs]: Span, call: Call, answer: string): Operation<Call> => ({
  call,
  answer,
  fromMs,
  toMs,
});

function word(operation: WordCall['operation'], value = 0, replacement = 0, change: Partial<WordCall> = {}): WordCall {
  return { on: 'word', operation, width: 4, offset: 0, value: `${value}`, replacement: `${replacement}`, ...change };
}
const load = (span: Span, answer: number) => at(span, word('load'), `${answer}`);
const store = (span: Span, value: number, before: number) => at(span, word('store', value), `${before}`);
const add = (span: Span, value: number, before: number) => at(span, word('add', value), `${before}`);
const queue = (span: Span, operation: QueueCall['operation'], value: number, answer: string): Operation<QueueCall> =>
  at(span, { on: 'queue', operation, value }, answer);
const map = (span: Span, operation: MapCall['operation'], value: number, answer: string): Operation<MapCall> =>
  at(span, { on: 'map', operation, key: 1, value: `${value}` }, answer);

const WORDS: readonly (readonly [string, boolean, readonly ClientHistory<WordCall>[]])[] = [
  ['nothing at all', true, []],
  ['one after the other', true, [[store([0, 1], 5, 0), load([2, 3], 5)]]],
  ['a load that sees a store of the same time', true, [[store([0, 9], 5, 0)], [load([1, 2], 5)]]],
  ['a load that does not see it yet', true, [[store([0, 9], 5, 0)], [load([1, 2], 0)]]],
  ['a load that misses what was answered before', false, [[store([0, 1], 5, 0)], [load([2, 3], 0)]]],
  ['a load that sees what was not asked yet', false, [[store([4, 5], 5, 0)], [load([2, 3], 5)]]],
  ['a store that is seen and then is not', false, [[store([0, 9], 5, 0)], [load([1, 2], 5), load([3, 4], 0)]]],
  [
    'two that see two stores in different orders',
    false,
    [
      [at([0, 9], word('store', 1), '0')],
      [at([0, 9], word('store', 2), '1')],
      [load([1, 2], 1), load([3, 4], 2)],
      [load([1, 2], 2), load([3, 4], 1)],
    ],
  ],
  ['an addition that is lost', false, [[add([0, 9], 1, 0)], [add([0, 9], 1, 0)]]],
  ['additions that add up', true, [[add([0, 9], 1, 1)], [add([0, 9], 1, 0)]]],
  ['operations not waited for, in their order', true, [[add([0, 8], 1, 0), add([0, 9], 1, 1)]]],
  ['operations not waited for, out of order', false, [[add([0, 9], 1, 1), add([0, 9], 1, 0)]]],
  [
    'two winners of one compare and exchange',
    false,
    [0, 1].map(() => [at([0, 9], word('compareExchange', 0, 7), '0')]),
  ],
  [
    'a loser',
    true,
    [[at([0, 9], word('compareExchange', 0, 7), '7')], [at([0, 9], word('compareExchange', 0, 7), '0')]],
  ],
  [
    'halves of a wide word, torn',
    false,
    [
      [at([0, 9], word('store', 0, 0, { width: 8, value: '4294967297' }), '0')],
      [load([1, 2], 1), at([3, 4], word('load', 0, 0, { offset: 4 }), '0')],
    ],
  ],
  ['wrapping round', true, [[add([0, 1], 0xffff_ffff, 0), add([2, 3], 2, 0xffff_ffff), load([4, 5], 1)]]],
];

describe('the checker of histories', () => {
  test.each(WORDS)('%s: %s', (_name, expected, clients) => {
    expect(isLinearizable(wordsModel, clients)).toBe(expected);
  });

  test('knows queues', () => {
    const pushes = [queue([0, 9], 'push', 1, 'true'), queue([0, 9], 'push', 2, 'true')];
    const inOrder = [
      queue([10, 11], 'pop', 0, '1'),
      queue([12, 13], 'pop', 0, '2'),
      queue([14, 15], 'pop', 0, 'undefined'),
    ];
    expect(isLinearizable(queueModel, [pushes, inOrder])).toBe(true);
    expect(isLinearizable(queueModel, [pushes, [queue([10, 11], 'pop', 0, '2')]])).toBe(false);
    expect(isLinearizable(queueModel, [pushes, [queue([10, 11], 'push', 3, 'true')]])).toBe(false);
    const twice = [queue([0, 9], 'pop', 0, '1')];
    expect(isLinearizable(queueModel, [pushes, twice])).toBe(true);
    expect(isLinearizable(queueModel, [pushes, twice, twice])).toBe(false);
  });

  test('knows maps', () => {
    const sums = [map([0, 9], 'add', 2, '2'), map([0, 9], 'add', 2, '4')];
    expect(
      isLinearizable(mapModel, [sums, [map([10, 11], 'remove', 0, 'true'), map([12, 13], 'get', 0, 'undefined')]]),
    ).toBe(true);
    expect(isLinearizable(mapModel, [sums, [map([10, 11], 'get', 0, '2')]])).toBe(false);
  });

  test('takes what an object that works one after the other answers, however the clients overlap', () => {
    const prng = new Prng('histories');
    for (let round = 0; round < 300; round++) {
      const { clients, twist } = simulated(prng);
      expect(isLinearizable(wordsModel, clients)).toBe(true);
      expect(isLinearizable(wordsModel, twist)).toBe(false);
    }
  });
});

/** Three clients that add to one word at random instants within their calls; and the same with one answer that nobody can get. */
function simulated(prng: Prng): Record<'clients' | 'twist', readonly ClientHistory<WordCall>[]> {
  const clients: Operation<WordCall>[][] = [[], [], []];
  const freeAtMs = [0, 0, 0];
  let word = 0;
  for (let nowMs = 10; nowMs < 190; nowMs += 10) {
    const client = prng.below(3);
    const fromMs = Math.max(freeAtMs[client] ?? 0, nowMs - prng.below(25));
    const toMs = nowMs + prng.below(25);
    clients[client]?.push(add([Math.min(fromMs, nowMs), toMs], 1, word++));
    freeAtMs[client] = Math.min(toMs, nowMs + 9);
  }
  const twist = clients.map((history) => history.map((each) => ({ ...each, answer: each.answer.replace(/^7$/, '6') })));
  return { clients, twist };
}
