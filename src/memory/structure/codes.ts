/** The structures there are, as the first byte of a call (MEMORY.md §4). */
export const STRUCTURE = {
  vec: 1,
  varVec: 2,
  hashMap: 3,
  queue: 4,
  mutex: 5,
  barrier: 6,
  once: 7,
  watchCell: 8,
} as const;

/** Operations that every structure has. */
const COMMON = { create: 0, open: 1 } as const;

export const VEC = { ...COMMON, get: 2, set: 3, push: 4, pop: 5, resize: 6 } as const;
export const VAR_VEC = { ...COMMON, get: 2, set: 3, push: 4, pop: 5, clear: 6 } as const;
export const HASH_MAP = { ...COMMON, get: 2, insert: 3, remove: 4, add: 5, scan: 6, clear: 7 } as const;
export const QUEUE = { ...COMMON, push: 2, pop: 3, peek: 4, clear: 5 } as const;
export const MUTEX = { ...COMMON, lock: 2, renew: 3, unlock: 4, read: 5, write: 6 } as const;
export const BARRIER = { ...COMMON, arrive: 2, withdraw: 3 } as const;
export const ONCE = { ...COMMON, begin: 2, renew: 3, complete: 4, fail: 5 } as const;
export const WATCH_CELL = { ...COMMON, get: 2, set: 3, compareAndSet: 4 } as const;

/** The two forms of a vec's elements. */
export const VEC_FORM = { slots: 0, raw: 1 } as const;

/** How a number is added to a value of a hash map. */
export const NUMBER_FORM = { integer: 0, float: 1 } as const;

/** What came of asking for a mutex or a once. */
export const HOLD = { busy: 0, got: 1, recovered: 2, done: 3 } as const;
