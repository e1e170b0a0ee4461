import leven from 'leven';

/** The candidate that `wrong` was most likely meant to be, or undefined when none is close enough. */
export function nearestOf(wrong: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wrong.length / 2)) + 1;
  for (const candidate of candidates) {
    const distance = distanceOf(wrong.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Whoever wrote the beginning of a name meant that name. */
function distanceOf(wrong: string, candidate: string): number {
  return wrong.length > 1 && candidate.startsWith(wrong) ? 0 : leven(wrong, candidate);
}
