import { isCellId, LEASE_LIMITS, LINK_LIMITS, utf8, type CellId } from '../../../core/index.ts';
import { formatSize, nearestOf, parseSizeBytes } from '../../../manifest/index.ts';
import type { PolicyChange, PolicyView } from '../../../sdk/index.ts';
import { CommandError } from '../../terminal/index.ts';
import { cellNamed, type NamedCell } from '../fabric/index.ts';

/** What of a policy can be set, each by the key that stands for it in `--set` and in a file. */
export const RULE_KEYS = [
  'name',
  'lobby',
  'quota.leases',
  'quota.cpu',
  'quota.mem',
  'lenders.cpu',
  'lenders.mem',
] as const;

export type RuleKey = (typeof RULE_KEYS)[number];

/** A rule as it was written. */
export interface WrittenRule {
  readonly key: string;
  readonly value: unknown;
  /** Where: `--set`, or a file with line and column. */
  readonly place: string;
}

/** A rule that was understood. */
interface ReadRule {
  readonly key: RuleKey;
  readonly change: PolicyChange;
}

/** What is wrong with a value, completing "<key> …". */
class RuleProblem extends Error {}

/**
 * Reads rules, `cells` being those that can be named. Fails with `policy_invalid`, naming every rule that is none with its
 * place and the nearest key.
 */
export function readRules(written: readonly WrittenRule[], cells: readonly NamedCell[]): readonly ReadRule[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  const rules = written.flatMap(({ key, value, place }): readonly ReadRule[] => {
    const known = RULE_KEYS.find((each) => each === key);
    try {
      if (known === undefined) throw new RuleProblem(unknownKey(key));
      if (seen.has(key)) throw new RuleProblem(`${key} is set twice`);
      seen.add(key);
      return [{ key: known, change: changeOf(known, value, cells) }];
    } catch (error) {
      if (!(error instanceof RuleProblem || error instanceof CommandError)) throw error;
      const about = error instanceof CommandError ? `${key}: ` : '';
      problems.push(`${place}: ${about}${error.message}`);
      return [];
    }
  });
  if (problems.length > 0) throw CommandError.of('policy_invalid', problems.join('\n        '));
  return rules;
}

/** All that the rules say together. */
export function wholeChange(rules: readonly ReadRule[]): PolicyChange {
  return rules.reduce<PolicyChange>(
    (whole, { change }) => ({
      ...whole,
      ...change,
      ...(whole.quantityMax || change.quantityMax
        ? { quantityMax: { ...whole.quantityMax, ...change.quantityMax } }
        : {}),
      ...(whole.lenders || change.lenders ? { lenders: { ...whole.lenders, ...change.lenders } } : {}),
    }),
    {},
  );
}

/** The rules that hold, as TOML would have each value; cells by name where that tells them apart. */
export function rulesOf(
  policy: Omit<PolicyView, 'evicted' | 'admitted' | 'version' | 'reasons'> | undefined,
  fabricName: string,
  cells: readonly NamedCell[],
): ReadonlyMap<RuleKey, string> {
  const { leasesMax, quantityMax = {} } = policy?.quota ?? {};
  const { cpu, mem } = { cpu: quantityMax['cpu'], mem: quantityMax['mem'] };
  const lenders = (kind: string): string => {
    const chosen = policy?.lenders[kind];
    return chosen === undefined ? '"all"' : `[${chosen.map((id) => JSON.stringify(wordFor(id, cells))).join(', ')}]`;
  };
  return new Map<RuleKey, string>([
    ['name', JSON.stringify(policy?.name ?? fabricName)],
    ['lobby', String(policy?.hasLobby ?? false)],
    ['quota.leases', leasesMax === undefined ? '"none"' : String(leasesMax)],
    ['quota.cpu', cpu === undefined ? '"none"' : String(cpu)],
    ['quota.mem', mem === undefined ? '"none"' : `"${formatSize(mem)}"`],
    ['lenders.cpu', lenders('cpu')],
    ['lenders.mem', lenders('mem')],
  ]);
}

/** The lines that change, as a diff has them. */
export function difference(
  before: ReadonlyMap<RuleKey, string>,
  after: ReadonlyMap<RuleKey, string>,
): readonly string[] {
  return RULE_KEYS.filter((key) => before.get(key) !== after.get(key)).flatMap((key) => [
    `- ${key} = ${before.get(key) ?? ''}`,
    `+ ${key} = ${after.get(key) ?? ''}`,
  ]);
}

/** The rules that would hold after a change. */
export function changedView(policy: PolicyView | undefined, change: PolicyChange): Parameters<typeof rulesOf>[0] {
  const { quota = { quantityMax: {} }, lenders = {} } = policy ?? {};
  const leasesMax = change.leasesMax === undefined ? quota.leasesMax : (change.leasesMax ?? undefined);
  const quantities = Object.entries({ ...quota.quantityMax, ...change.quantityMax });
  const lending = Object.entries({ ...lenders, ...change.lenders });
  const name = change.name ?? policy?.name;
  return {
    ...(name === undefined ? {} : { name }),
    hasLobby: change.hasLobby ?? policy?.hasLobby ?? false,
    quota: {
      ...(leasesMax === undefined ? {} : { leasesMax }),
      quantityMax: Object.fromEntries(quantities.flatMap(([kind, max]) => (max === null ? [] : [[kind, max]]))),
    },
    lenders: Object.fromEntries(lending.flatMap(([kind, ids]) => (ids === 'all' ? [] : [[kind, ids]]))),
  };
}

function changeOf(key: RuleKey, value: unknown, cells: readonly NamedCell[]): PolicyChange {
  switch (key) {
    case 'name':
      return { name: nameOf(value) };
    case 'lobby':
      return { hasLobby: switchOf(value) };
    case 'quota.leases':
      return { leasesMax: boundOf(key, value, countOf, LEASE_LIMITS.perHolderMax) };
    case 'quota.cpu':
      return { quantityMax: { cpu: boundOf(key, value, countOf) } };
    case 'quota.mem':
      return { quantityMax: { mem: boundOf(key, value, sizeOf) } };
    case 'lenders.cpu':
      return { lenders: { cpu: lendersOf(key, value, cells) } };
    case 'lenders.mem':
      return { lenders: { mem: lendersOf(key, value, cells) } };
  }
}

function unknownKey(key: string): string {
  const nearest = nearestOf(key, RULE_KEYS);
  const hint = nearest === undefined ? `There are: ${RULE_KEYS.join(', ')}.` : `Did you mean ${nearest}?`;
  return `There is no rule ${key}. ${hint}`;
}

function nameOf(value: unknown): string {
  const { cellNameBytesMax } = LINK_LIMITS;
  const isName = typeof value === 'string' && value !== '' && !/[\p{Cc}\p{Cs}]/u.test(value);
  if (isName && utf8(value).length <= cellNameBytesMax) return value;
  throw new RuleProblem(`name is text of 1 to ${cellNameBytesMax} bytes, not ${shown(value)}`);
}

function switchOf(value: unknown): boolean {
  if (value === true || value === 'true' || value === 'on') return true;
  if (value === false || value === 'false' || value === 'off') return false;
  throw new RuleProblem(`lobby is true or false, not ${shown(value)}`);
}

function boundOf(
  key: RuleKey,
  value: unknown,
  read: (value: unknown) => number | undefined,
  max = Number.MAX_SAFE_INTEGER,
): number | null {
  if (value === 'none') return null;
  const bound = read(value);
  if (bound !== undefined && bound >= 0 && bound <= max) return bound;
  const what = read === sizeOf ? 'a size such as 64MiB' : 'a whole number';
  const most = max === Number.MAX_SAFE_INTEGER ? '' : ` of at most ${max}`;
  throw new RuleProblem(`${key} is ${what}${most}, or none, not ${shown(value)}`);
}

function countOf(value: unknown): number | undefined {
  const count = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) ? count : undefined;
}

function sizeOf(value: unknown): number | undefined {
  return countOf(value) ?? (typeof value === 'string' ? parseSizeBytes(value) : undefined);
}

function lendersOf(key: RuleKey, value: unknown, cells: readonly NamedCell[]): 'all' | readonly CellId[] {
  if (value === 'all') return 'all';
  if (value === 'none') return [];
  const names: unknown = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(names) || !names.every((name): name is string => typeof name === 'string' && name.trim() !== '')) {
    throw new RuleProblem(`${key} is all, none, or cells by name or id, not ${shown(value)}`);
  }
  return [...new Set(names.map((name) => idFor(name.trim(), cells)))];
}

/** A cell that is not here now can be named by its whole id. */
function idFor(word: string, cells: readonly NamedCell[]): CellId {
  return isCellId(word) ? word : cellNamed(word, cells).id;
}

function wordFor(id: CellId, cells: readonly NamedCell[]): string {
  const name = cells.find((cell) => cell.id === id)?.name;
  return name !== undefined && cells.filter((cell) => cell.name === name).length === 1 ? name : id;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
