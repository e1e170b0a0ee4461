import { LINK_LIMITS, type CellId } from '../../core/index.ts';
import type { Entry } from './table.ts';

/** Between these, by how many cells suspect it (memberlist's suspicion, on our heartbeats). */
const SMALL_MS = { min: 500, max: 3_000 } as const;
/** Doubt and refutation take a few hops where not everyone is linked to everyone. */
const LARGE_MS = { min: 1_500, max: 3_000 } as const;
/** A cell that was frozen by its browser is given this long. */
const FROZEN_MS = 30_000;
const CONFIRMATIONS = 3;

/** How long after its suspicion a cell counts as dead, in a fabric of `present` cells. */
export function suspicionMs({ doubters, announcement }: Entry, present: number): number {
  const confirmations = Math.min(CONFIRMATIONS, present - 2);
  // Nobody else is there who could have heard of it.
  if (confirmations <= 0) return 0;
  if (announcement.isFrozen === true) return FROZEN_MS;
  const { min, max } = present <= LINK_LIMITS.meshMax ? SMALL_MS : LARGE_MS;
  const confirmed = Math.log(Math.max(doubters.length, 1)) / Math.log(confirmations + 1);
  return Math.max(min, max - (max - min) * confirmed);
}

/** Suspects whose time is over. */
export function overdue(entries: Iterable<Entry>, present: number, nowMs: number): readonly CellId[] {
  const found: CellId[] = [];
  for (const entry of entries) {
    if (entry.belief === 'suspect' && nowMs - entry.sinceMs >= suspicionMs(entry, present)) found.push(entry.cell);
  }
  return found;
}
