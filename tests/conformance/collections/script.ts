/** Operations on a region's worth of collections, as data: the same for authors of pages and of tasklets. */
export interface Step {
  readonly kind: keyof typeof CODES;
  /** An index, a count or a number. */
  readonly number: number;
  readonly text: string;
}

/** Where the collections lie, one after the other. */
export const BASES = {
  numbers: 0,
  words: 64,
  lines: 136,
  counts: 248,
  jobs: 432,
  mutex: 496,
  once: 528,
  watch: 576,
  barrier: 600,
} as const;
export const REGION_BYTES = 640;
export const CAPACITY = { numbers: 5, words: 4, lines: 4, lineBytes: 32, counts: 5, jobs: 3 } as const;
export const WORD_BYTES_MAX = 8;
export const KEY_BYTES_MAX = 4;

/** What begins each step in the input of the tasklet: it knows the same numbers. */
export const CODES = {
  numberPush: 0,
  numberPop: 1,
  numberGet: 2,
  numberSet: 3,
  numberResize: 4,
  wordPush: 5,
  wordPop: 6,
  wordGet: 7,
  wordSet: 8,
  linePush: 9,
  linePop: 10,
  lineGet: 11,
  lineSet: 12,
  countInsert: 13,
  countGet: 14,
  countRemove: 15,
  countAdd: 16,
  countAll: 17,
  jobPush: 18,
  jobPop: 19,
  jobPeek: 20,
  lock: 21,
  guardedWrite: 22,
  unlock: 23,
  once: 24,
  watchSet: 25,
  watchGet: 26,
  arrive: 27,
} as const;

export const KINDS = Object.keys(CODES).filter((kind): kind is Step['kind'] => Object.hasOwn(CODES, kind));

const encoder = new TextEncoder();

/** The steps as the tasklet reads them: u8 code, u8 number, u8 length, text. */
export function encodeSteps(steps: readonly Step[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    steps.flatMap(({ kind, number, text }) => {
      const bytes = encoder.encode(text);
      return [CODES[kind], number, bytes.length, ...bytes];
    }),
  );
}
