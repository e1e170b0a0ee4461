/** The name of `names` that `wanted` was most likely meant to be, or undefined when none is close. */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wanted.length / 2)) + 1;
  for (const name of names) {
    const distance = name.startsWith(wanted) && wanted.length > 1 ? 0 : editDistance(wanted, name);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** "There is no program x. Did you mean y?", or what there is when nothing is close. */
export function unknownName(kind: string, wanted: string, names: readonly string[]): string {
  const nearest = nearestName(wanted, names);
  const hint = nearest === undefined ? `There are: ${names.join(', ') || 'none'}.` : `Did you mean ${nearest}?`;
  return `There is no ${kind} named ${wanted}. ${hint}`;
}

/** Insertions, deletions and substitutions between two words (Levenshtein), one row at a time. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let line = 1; line <= left.length; line++) {
    const next = [line];
    for (let column = 1; column <= right.length; column++) {
      const substituted = (row[column - 1] ?? 0) + (left[line - 1] === right[column - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
