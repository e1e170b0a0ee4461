import {
  f64,
  FabricBarrier,
  FabricHashMap,
  FabricMutex,
  FabricOnce,
  FabricQueue,
  FabricVec,
  FabricWatch,
  text,
  u32,
  u64,
  VarFabricVec,
  type FabricMutexGuard,
} from '../../../src/collections/index.ts';
import { FabricError, utf8 } from '../../../src/core/index.ts';
import type { Region } from '../../../src/memory/index.ts';
import { BASES, CAPACITY, KEY_BYTES_MAX, WORD_BYTES_MAX, type Step } from './script.ts';

/** The script as an author of a page writes it: every answer as a line of text. */
export async function runOnPage(region: Region, steps: readonly Step[]): Promise<string[]> {
  const page = await Page.create(region);
  const lines: string[] = [];
  for (const step of steps) lines.push(await page.perform(step));
  return lines;
}

class Page {
  readonly #numbers: FabricVec<number>;
  readonly #words: FabricVec<string>;
  readonly #lines: VarFabricVec<string>;
  readonly #counts: FabricHashMap<string, bigint>;
  readonly #jobs: FabricQueue<number>;
  readonly #mutex: FabricMutex;
  readonly #once: FabricOnce<string>;
  readonly #watch: FabricWatch<number>;
  readonly #barrier: FabricBarrier;
  #guard: FabricMutexGuard | undefined;

  readonly #actions: Readonly<Record<Step['kind'], Action>> = {
    numberPush: (number) => done(this.#numbers.push(number / 2)),
    numberPop: async () => doubled(await this.#numbers.pop()),
    numberGet: async (index) => doubled(await this.#numbers.get(index)),
    numberSet: (index, word) => done(this.#numbers.set(index, word.length)),
    numberResize: (length) => done(this.#numbers.resize(length)),
    wordPush: (_, word) => done(this.#words.push(word)),
    wordPop: () => this.#words.pop(),
    wordGet: (index) => this.#words.get(index),
    wordSet: (index, word) => done(this.#words.set(index, word)),
    linePush: (_, word) => done(this.#lines.push(word)),
    linePop: () => this.#lines.pop(),
    lineGet: (index) => this.#lines.get(index),
    lineSet: (index, word) => done(this.#lines.set(index, word)),
    countInsert: (number, word) => done(this.#counts.insert(word, BigInt(number))),
    countGet: (_, word) => this.#counts.get(word),
    countRemove: (_, word) => this.#counts.remove(word),
    countAdd: (number, word) => this.#counts.add(word, BigInt(number)),
    countAll: () => this.#all(),
    jobPush: (number) => this.#jobs.push(number),
    jobPop: () => this.#jobs.pop(),
    jobPeek: async () => (await this.#jobs.peek())[0],
    lock: (number) => this.#lock(number + 1),
    guardedWrite: (_, word) => done(this.#guard?.write(BASES.barrier + 16, utf8(word.slice(0, 8)))),
    unlock: () => done(this.#guard?.unlock()),
    once: (_, word) => this.#once.run(() => Promise.resolve(word)),
    watchSet: (number) => this.#watch.set(number),
    watchGet: async () => (await this.#watch.get()).value,
    arrive: () => this.#barrier.wait(),
  };

  private constructor(
    vecs: [FabricVec<number>, FabricVec<string>, VarFabricVec<string>],
    [counts, jobs]: [FabricHashMap<string, bigint>, FabricQueue<number>],
    sync: [FabricMutex, FabricOnce<string>, FabricWatch<number>, FabricBarrier],
  ) {
    [this.#numbers, this.#words, this.#lines] = vecs;
    this.#counts = counts;
    this.#jobs = jobs;
    [this.#mutex, this.#once, this.#watch, this.#barrier] = sync;
  }

  static async create(region: Region): Promise<Page> {
    const { numbers, words, lines, lineBytes, counts, jobs } = CAPACITY;
    return new Page(
      [
        await FabricVec.create(region, f64, { base: BASES.numbers, capacity: numbers }),
        await FabricVec.create(region, text, { base: BASES.words, capacity: words, elementBytesMax: WORD_BYTES_MAX }),
        await VarFabricVec.create(region, text, { base: BASES.lines, capacity: lines, heapBytes: lineBytes }),
      ],
      [
        await FabricHashMap.create(region, text, u64, {
          base: BASES.counts,
          buckets: counts,
          keyBytesMax: KEY_BYTES_MAX,
        }),
        await FabricQueue.create(region, u32, { base: BASES.jobs, capacity: jobs }),
      ],
      [
        await FabricMutex.create(region, { base: BASES.mutex, holder: 7n }),
        await FabricOnce.create(region, text, { base: BASES.once, valueBytesMax: WORD_BYTES_MAX }),
        await FabricWatch.create(region, u32, { base: BASES.watch }),
        await FabricBarrier.create(region, 1, { base: BASES.barrier }),
      ],
    );
  }

  async perform({ kind, number, text: word }: Step): Promise<string> {
    try {
      return shown(await this.#actions[kind](number, word));
    } catch (error) {
      if (error instanceof FabricError) return 'no';
      throw error;
    }
  }

  async #all(): Promise<string> {
    const pairs: string[] = [];
    for await (const [key, value] of this.#counts) pairs.push(`${key}=${value}`);
    return pairs.join(';');
  }

  async #lock(ttlMs: number): Promise<number> {
    this.#guard = (await this.#mutex.tryLock(ttlMs)) ?? this.#guard;
    return this.#guard?.fence ?? 0;
  }
}

type Shown = string | number | bigint | boolean | undefined;
type Action = (number: number, word: string) => Promise<Shown>;

async function done(action: Promise<unknown> | undefined): Promise<boolean> {
  await action;
  return action !== undefined;
}

function doubled(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value * 2;
}

function shown(value: Shown): string {
  if (value === undefined) return 'none';
  return value === true ? 'yes' : value === false ? 'no' : String(value);
}
