import type { Model } from './checker.ts';

/** An atomic of a region, values as decimal digits so that they travel as JSON. */
export interface WordCall {
  readonly on: 'word';
  readonly operation: 'load' | 'store' | 'add' | 'exchange' | 'compareExchange';
  readonly width: 4 | 8;
  readonly offset: number;
  readonly value: string;
  /** What takes the place of `value`, for compareExchange. */
  readonly replacement: string;
}

export interface QueueCall {
  readonly on: 'queue';
  readonly operation: 'push' | 'pop';
  readonly value: number;
}

export interface MapCall {
  readonly on: 'map';
  readonly operation: 'add' | 'get' | 'remove';
  readonly key: number;
  readonly value: string;
}

export type Call = WordCall | QueueCall | MapCall;

/** How many bytes the words of a model have. */
export const WORDS_BYTES = 16;
export const QUEUE_CAPACITY = 2;

/** Words that overlap, little-endian. */
export const wordsModel: Model<Uint8Array, WordCall> = {
  initial: new Uint8Array(WORDS_BYTES),
  apply(state, { operation, width, offset, value, replacement }) {
    const before = wordOf(state, width, offset);
    const asked = BigInt(value);
    const next = {
      load: before,
      store: asked,
      exchange: asked,
      add: before + asked,
      compareExchange: before === BigInt.asUintN(8 * width, asked) ? BigInt(replacement) : before,
    }[operation];
    const after = state.slice();
    for (let index = 0; index < width; index++) after[offset + index] = Number((next >> BigInt(8 * index)) & 0xffn);
    return { state: after, answer: String(before) };
  },
  key: (state) => state.join(),
};

export const queueModel: Model<readonly number[], QueueCall> = {
  initial: [],
  apply(state, { operation, value }) {
    if (operation === 'pop') return { state: state.slice(1), answer: String(state[0]) };
    const isRoom = state.length < QUEUE_CAPACITY;
    return { state: isRoom ? [...state, value] : state, answer: String(isRoom) };
  },
  key: (state) => state.join(),
};

export const mapModel: Model<ReadonlyMap<number, bigint>, MapCall> = {
  initial: new Map(),
  apply(state, { operation, key, value }) {
    const before = state.get(key);
    if (operation === 'get') return { state, answer: String(before) };
    const after = new Map(state);
    if (operation === 'remove') return { state: after, answer: String(after.delete(key)) };
    const sum = (before ?? 0n) + BigInt(value);
    return { state: after.set(key, sum), answer: String(sum) };
  },
  key: (state) => [...state].sort(([left], [right]) => left - right).join(),
};

interface Everything {
  readonly words: Uint8Array;
  readonly queue: readonly number[];
  readonly map: ReadonlyMap<number, bigint>;
}

/** All of them side by side. */
export const everyModel: Model<Everything, Call> = {
  initial: { words: wordsModel.initial, queue: queueModel.initial, map: mapModel.initial },
  apply(state, call) {
    switch (call.on) {
      case 'word': {
        const { state: words, answer } = wordsModel.apply(state.words, call);
        return { state: { ...state, words }, answer };
      }
      case 'queue': {
        const { state: queue, answer } = queueModel.apply(state.queue, call);
        return { state: { ...state, queue }, answer };
      }
      case 'map': {
        const { state: map, answer } = mapModel.apply(state.map, call);
        return { state: { ...state, map }, answer };
      }
    }
  },
  key: ({ words, queue, map }) => [wordsModel.key(words), queueModel.key(queue), mapModel.key(map)].join('/'),
};

function wordOf(bytes: Uint8Array, width: number, offset: number): bigint {
  let word = 0n;
  for (let index = width - 1; index >= 0; index--) word = (word << 8n) | BigInt(bytes[offset + index] ?? 0);
  return word;
}
