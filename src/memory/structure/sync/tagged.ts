import { ensure, type Arena } from '../bytes/index.ts';

/** First word of each, so that one is never taken for another: in memory the letters GMTX, GBAR, GONC, GWCH. */
export const TAG = {
  mutex: 0x58544d47,
  barrier: 0x52414247,
  once: 0x434e4f47,
  watchCell: 0x48435747,
} as const;

/** The word that grows with every change. Whoever waits, waits on it. */
export const TURN = 4;

/** Faults unless a structure of `sizeBytes` with this tag stands at `base`. */
export function requireTag(arena: Arena, base: number, tag: number, sizeBytes: number): void {
  arena.check(base, sizeBytes);
  ensure(arena.u32(base) === tag, 'another structure, or none');
}

/** Whether the tag is there already, in a region that may be new. */
export function hasTag(arena: Arena, base: number, tag: number): boolean {
  return arena.u32(base) === tag;
}

export function nextTurn(arena: Arena, base: number): void {
  arena.setU32(base + TURN, arena.u32(base + TURN) + 1);
}
