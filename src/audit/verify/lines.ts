import { readAuditLine, type ReadLine } from '../record.ts';

/** A line of the file, numbered from 1. */
export interface Line extends ReadLine {
  readonly line: number;
}

/** A line that says which record it is. */
export interface NumberedLine extends Line {
  readonly sequence: number;
}

export function readLines(texts: readonly string[]): readonly Line[] {
  return texts.map((text, index) => ({ ...readAuditLine(text), line: index + 1 }));
}

export function isNumbered(line: Line): line is NumberedLine {
  return line.sequence !== undefined;
}

/** What is known to be genuine from outside the file. */
export interface Bounds {
  readonly from: { readonly sequence: number; readonly hash: string };
  readonly headHash: string | undefined;
}

/**
 * For each sequence number the line that is most likely the record sealed under it: one with its own hash rather than
 * not, linked to a neighbour rather than not, the first rather than the last.
 */
export function chosenLines(lines: readonly NumberedLine[], bounds: Bounds): ReadonlyMap<number, NumberedLine> {
  const hashes = new Set([
    bounds.from.hash,
    ...lines.flatMap(({ record, isSealed }) => linkOf(record?.hash, isSealed)),
  ]);
  const prevHashes = new Set(lines.flatMap(({ record, isSealed }) => linkOf(record?.prevHash, isSealed)));
  if (bounds.headHash !== undefined) prevHashes.add(bounds.headHash);
  const weight = ({ record, isSealed }: NumberedLine): number => {
    if (!record || !isSealed) return 0;
    return 4 + (hashes.has(record.prevHash) ? 2 : 0) + (prevHashes.has(record.hash) ? 1 : 0);
  };
  const chosen = new Map<number, NumberedLine>();
  for (const line of lines) {
    const rival = chosen.get(line.sequence);
    if (!rival || weight(line) > weight(rival)) chosen.set(line.sequence, line);
  }
  return chosen;
}

function linkOf(hash: string | undefined, isSealed: boolean): readonly string[] {
  return isSealed && hash !== undefined ? [hash] : [];
}

/** The longest run of lines whose sequence numbers only grow; whatever is not in it was moved. */
export function linesInOrder(lines: readonly NumberedLine[]): ReadonlySet<NumberedLine> {
  // Patience sorting: `tails[n]` ends the best run of n + 1 lines found so far.
  const tails: NumberedLine[] = [];
  const before = new Map<NumberedLine, NumberedLine | undefined>();
  for (const line of lines) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tails[middle]?.sequence ?? Infinity) < line.sequence) low = middle + 1;
      else high = middle;
    }
    before.set(line, tails[low - 1]);
    tails[low] = line;
  }
  const kept = new Set<NumberedLine>();
  for (let line: NumberedLine | undefined = tails.at(-1); line; line = before.get(line)) kept.add(line);
  return kept;
}
