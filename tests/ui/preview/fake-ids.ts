import {
  isCellId,
  isContentHash,
  isFabricId,
  isLeaseId,
  isRunId,
  type CellId,
  type ContentHash,
  type FabricId,
  type LeaseId,
  type RunId,
} from '../../../src/core/index.ts';

/** Ids that look like real ones and are the same in every run of a preview. */
export function cellId(seed: number): CellId {
  return checked(hexOf(seed, 32), isCellId);
}

export function leaseId(seed: number): LeaseId {
  return checked(hexOf(seed + 1_000, 32), isLeaseId);
}

export function runId(seed: number): RunId {
  return checked(hexOf(seed + 2_000, 32), isRunId);
}

export function fabricId(seed: number): FabricId {
  return checked(hexOf(seed + 3_000, 32), isFabricId);
}

export function hash(seed: number): ContentHash {
  return checked(hexOf(seed + 4_000, 64), isContentHash);
}

function checked<Id extends string>(text: string, isId: (text: string) => text is Id): Id {
  if (!isId(text)) throw new Error(`not an id: ${text}`);
  return text;
}

function hexOf(seed: number, length: number): string {
  let state = (seed + 1) * 2_654_435_761;
  let text = '';
  while (text.length < length) {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) ^ (state >>> 13)) >>> 0;
    text += (state + text.length).toString(16).padStart(8, '0').slice(-8);
  }
  return text.slice(0, length);
}
