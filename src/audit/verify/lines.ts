import { readAuditLine, type AuditRecord, type ReadLine } from '../record.ts';

/** A line of the file, numbered from 1. */
export interface Line extends ReadLine {
  readonly line: number;
}

/** A line that is a record with its own hash, in this chain or in another. */
export interface SealedLine extends Line {
  readonly record: AuditRecord;
}

export function readLines(texts: readonly string[]): readonly Line[] {
  return texts.map((text, index) => ({ ...readAuditLine(text), line: index + 1 }));
}

export function isSealed(line: Line): line is SealedLine {
  return line.record !== undefined;
}

/** What is known to be genuine from outside the file. */
export interface Bounds {
  readonly from: { readonly sequence: number; readonly hash: string };
  readonly headHash: string | undefined;
}

/**
 * For each sequence number the line that is most likely the record sealed under it: one that is linked to its neighbours
 * rather than not, the first rather than the last.
 */
export function chosenLines(lines: readonly SealedLine[], bounds: Bounds): ReadonlyMap<number, SealedLine> {
  const hashes = new Set([bounds.from.hash, ...lines.map(({ record }) => record.hash)]);
  const prevHashes = new Set([bounds.headHash, ...lines.map(({ record }) => record.prevHash)]);
  const weight = ({ record }: SealedLine): number =>
    (hashes.has(record.prevHash) ? 2 : 0) + (prevHashes.has(record.hash) ? 1 : 0);
  const chosen = new Map<number, SealedLine>();
  for (const line of lines) {
    const rival = chosen.get(line.record.sequence);
    if (!rival || weight(line) > weight(rival)) chosen.set(line.record.sequence, line);
  }
  return chosen;
}

/** The longest run of lines whose sequence numbers only grow; whatever is not in it was moved. */
export function linesInOrder(lines: readonly SealedLine[]): ReadonlySet<SealedLine> {
  // Patience sorting: `tails[n]` ends the best run of n + 1 lines found so far.
  const tails: SealedLine[] = [];
  const before = new Map<SealedLine, SealedLine | undefined>();
  for (const line of lines) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tails[middle]?.record.sequence ?? Infinity) < line.record.sequence) low = middle + 1;
      else high = middle;
    }
    before.set(line, tails[low - 1]);
    tails[low] = line;
  }
  const kept = new Set<SealedLine>();
  for (let line: SealedLine | undefined = tails.at(-1); line; line = before.get(line)) kept.add(line);
  return kept;
}
