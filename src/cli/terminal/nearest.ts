import { nearestOf } from '../../manifest/index.ts';

/** "There is no program x. Did you mean y?", or what there is when nothing is close. */
export function unknownName(kind: string, wanted: string, names: readonly string[]): string {
  const nearest = nearestOf(wanted, names);
  const hint = nearest === undefined ? `There are: ${names.join(', ') || 'none'}.` : `Did you mean ${nearest}?`;
  return `There is no ${kind} named ${wanted}. ${hint}`;
}
