import type { BenchGroup } from './row.ts';

/** Every group by its name on the command line; loaded only when asked for. A new group is one line here. */
export const GROUPS: Readonly<Record<string, () => Promise<BenchGroup>>> = {
  dispatch: async () => (await import('./dispatch/index.ts')).DISPATCH,
  fuel: async () => (await import('./fuel/index.ts')).FUEL,
  join: async () => (await import('./join/index.ts')).JOIN,
  lease: async () => (await import('./lease/index.ts')).LEASE,
  memory: async () => (await import('./memory/index.ts')).MEMORY,
  size: async () => (await import('./size/index.ts')).SIZE,
  token: async () => (await import('./token/index.ts')).TOKEN,
};
