import { Prng } from '../../../src/sim/prng.ts';
import { QUEUE_CAPACITY, WORDS_BYTES, type Call, type MapCall, type QueueCall, type WordCall } from './models.ts';

/** What is asked in one history, by client, each with how long it waits before each operation. */
export interface HistoryPlan {
  readonly kind: Call['on'];
  /** Whether clients ask the next before the last is answered. */
  readonly isPipelined: boolean;
  readonly clients: readonly (readonly PlannedCall[])[];
}

export interface PlannedCall {
  readonly call: Call;
  readonly afterMs: number;
}

export const CLIENTS = 3;
/** Bytes of a region that one history is given. */
export const HISTORY_BYTES = 256;
const OPERATIONS = 6;
const AFTER_MS_MAX = 1;
const VALUES = [0, 1, 2, 0xffff_ffff] as const;
const WORD_OPERATIONS = ['load', 'load', 'store', 'add', 'exchange', 'compareExchange', 'compareExchange'] as const;
const MAP_OPERATIONS = ['add', 'add', 'get', 'remove'] as const;

/** What the clients of `count` histories ask, drawn from a seed; few words and few values, so that they get in each other's way. */
export function planned(kind: Call['on'], seed: string, count: number): readonly HistoryPlan[] {
  const prng = new Prng(seed);
  return Array.from({ length: count }, () => {
    const isPipelined = prng.chance(0.3);
    const clients = Array.from({ length: CLIENTS }, () =>
      Array.from({ length: OPERATIONS }, () => ({
        call: DRAWS[kind](prng),
        afterMs: prng.chance(0.5) ? 0 : prng.unit() * AFTER_MS_MAX,
      })),
    );
    return { kind, isPipelined, clients };
  });
}

const DRAWS: Readonly<Record<Call['on'], (prng: Prng) => Call>> = { word: wordCall, queue: queueCall, map: mapCall };

function wordCall(prng: Prng): WordCall {
  const width = prng.chance(0.6) ? 4 : 8;
  const value = (): string =>
    String(BigInt(prng.pick(VALUES) ?? 0) * (width === 8 && prng.chance(0.5) ? 0x1_0000_0001n : 1n));
  return {
    on: 'word',
    operation: prng.pick(WORD_OPERATIONS) ?? 'load',
    width,
    // Mostly the same bytes, narrow and wide.
    offset: prng.chance(0.7) ? 0 : width * prng.below(WORDS_BYTES / width),
    value: value(),
    replacement: value(),
  };
}

function queueCall(prng: Prng): QueueCall {
  return { on: 'queue', operation: prng.chance(0.5) ? 'push' : 'pop', value: prng.below(100 * QUEUE_CAPACITY) };
}

function mapCall(prng: Prng): MapCall {
  return {
    on: 'map',
    operation: prng.pick(MAP_OPERATIONS) ?? 'get',
    key: prng.below(2),
    value: `${1 + prng.below(3)}`,
  };
}
