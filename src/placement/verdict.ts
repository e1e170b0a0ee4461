import type { CellId } from '../core/index.ts';

/** What one cell's outcome came to, reduced to the text that must be the same everywhere. */
export interface Vote {
  readonly cell: CellId;
  readonly text: string;
}

/** Who said the same and who did not. */
export interface Verdict {
  readonly agreed: readonly CellId[];
  readonly disagreed: readonly CellId[];
}

/** What more than half of `replicas` said; undefined when no answer has so many behind it. */
export function verdictOf(votes: readonly Vote[], replicas: number): Verdict | undefined {
  for (const { text } of votes) {
    const agreed = votes.filter((vote) => vote.text === text).map(({ cell }) => cell);
    if (2 * agreed.length <= replicas) continue;
    return { agreed, disagreed: votes.filter((vote) => vote.text !== text).map(({ cell }) => cell) };
  }
  return undefined;
}
