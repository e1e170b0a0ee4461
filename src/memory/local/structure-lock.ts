import { MEMORY_LIMITS } from '../../core/index.ts';
import { FIELD, RegionHeader, type RegionBuffer } from './header.ts';
import type { Thread } from './thread.ts';

const FREE = 0;

/** How long a thread that finds another inside tries: for a moment, or as long as it may. */
export type LockEntry = 'in_passing' | 'patiently';

/** Enters the structure lock; false when whoever is inside did not come out in time. */
export function enterLock(words: Int32Array<RegionBuffer>, thread: Thread, entry: LockEntry): boolean {
  return tryLock(words, thread.number) === FREE || isEnteredLater(words, thread, entry);
}

/** Who is inside; `FREE` when this thread is from now on. */
function tryLock(words: Int32Array<RegionBuffer>, number: number): number {
  return Atomics.compareExchange(words, FIELD.lock, FREE, number);
}

function isEnteredLater(words: Int32Array<RegionBuffer>, { number, park }: Thread, entry: LockEntry): boolean {
  const isBrief = park !== undefined || entry === 'in_passing';
  const spinsMax = isBrief ? MEMORY_LIMITS.lockSpinsMax : MEMORY_LIMITS.lockSpinsAloneMax;
  for (let spin = 0; spin < spinsMax; spin++) if (tryLock(words, number) === FREE) return true;
  if (!park || entry === 'in_passing') return false;
  for (let slice = 0; slice < MEMORY_LIMITS.lockSlicesMax; slice++) {
    const inside = tryLock(words, number);
    if (inside === FREE) return true;
    Atomics.add(words, FIELD.parked, 1);
    park(words, FIELD.lock, inside, MEMORY_LIMITS.lockSliceMs);
    Atomics.sub(words, FIELD.parked, 1);
  }
  return false;
}

export function leaveLock(words: Int32Array<RegionBuffer>, { number }: Thread): void {
  if (Atomics.compareExchange(words, FIELD.lock, number, FREE) !== number) return;
  // Asking the engine to wake nobody costs more than a short operation does.
  if (Atomics.load(words, FIELD.parked) !== 0) Atomics.notify(words, FIELD.lock, 1);
}

/** The number of the thread that is inside the structure lock; 0 when none is. */
export function lockHolder(buffer: RegionBuffer): number {
  return Atomics.load(new RegionHeader(buffer).words, FIELD.lock);
}

/** Frees the structure lock of a region if a thread that is no more was inside. Whether it was. */
export function freeLock(buffer: RegionBuffer, threadNumber: number): boolean {
  const { words } = new RegionHeader(buffer);
  if (Atomics.compareExchange(words, FIELD.lock, threadNumber, FREE) !== threadNumber) return false;
  Atomics.notify(words, FIELD.lock, 1);
  return true;
}
