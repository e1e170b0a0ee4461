import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { defineCommand } from 'citty';
import { formatManifestProblem, tomlEntries } from '../../../manifest/index.ts';
import type { FabricSnapshot } from '../../../sdk/index.ts';
import type { Seat } from '../../seat/index.ts';
import { CommandError, createTerminal, EXIT_CODES, reasonOf, type Terminal } from '../../terminal/index.ts';
import { interruption } from '../interruption.ts';
import { changedView, difference, readRules, RULE_KEYS, rulesOf, wholeChange, type WrittenRule } from './rules.ts';
import { isConfirmed, STEWARD_ARGS, viewOf, withSteward, YES_ARG } from '../fabric/index.ts';

/** `grafos admin policy`: the rules that hold, and setting others as the steward. */
export const policy = defineCommand({
  meta: {
    name: 'admin policy',
    description: `Show the rules of the fabric, or sign others: what is not named stays. Rules: ${RULE_KEYS.join(', ')}. Example: grafos admin policy --set quota.cpu=2 lenders.mem=cell-0,cell-1 --yes`,
  },
  args: {
    rules: { type: 'positional', description: 'More rules for --set', required: false, valueHint: 'key=value …' },
    set: { type: 'string', description: 'Rules to change, one after the other', valueHint: 'key=value' },
    file: { type: 'string', description: 'Rules to change, as TOML or JSON', valueHint: 'policy.toml' },
    ...YES_ARG,
    ...STEWARD_ARGS,
  },
  async run({ args, rawArgs }) {
    const terminal = createTerminal();
    const interrupted = interruption();
    const written = [...(args.file === undefined ? [] : await fileRules(args.file)), ...setRules(rawArgs, args._)];
    return withSteward(args, { interrupted, say: terminal.say }, async (seat) => {
      const view = await viewOf(seat);
      if (written.length === 0) {
        terminal.print(args.json ? JSON.stringify(asJson(view)) : asToml(view));
        return EXIT_CODES.ok;
      }
      return change(seat, view, written, { terminal, interrupted, isSaid: args.yes, isJson: args.json });
    });
  },
});

interface Asking {
  readonly terminal: Terminal;
  readonly interrupted: AbortSignal;
  readonly isSaid: boolean;
  readonly isJson: boolean;
}

async function change(
  seat: Seat,
  view: FabricSnapshot,
  written: readonly WrittenRule[],
  { terminal, interrupted, isSaid, isJson }: Asking,
): Promise<number> {
  const wanted = wholeChange(readRules(written, view.cells));
  const { fabric, cells } = view;
  const after = rulesOf(changedView(view.policy, wanted), fabric.name, cells);
  const lines = difference(rulesOf(view.policy, fabric.name, cells), after);
  const report = (version: number): void => {
    if (isJson) terminal.print(JSON.stringify({ version, changed: lines }));
    else
      terminal.print(lines.length === 0 ? 'These rules hold already.' : `Policy ${version} is signed and on its way.`);
  };
  if (lines.length === 0) {
    report(view.policy?.version ?? 0);
    return EXIT_CODES.ok;
  }
  terminal.say(lines.join('\n'));
  const question = `Sign this as policy ${(view.policy?.version ?? 0) + 1} of ${fabric.name}?`;
  if (!(await isConfirmed(question, isSaid, terminal, interrupted))) return EXIT_CODES.interrupted;
  const { policy: signed } = await seat.steward({ what: 'set', change: wanted });
  report(signed?.version ?? 0);
  return EXIT_CODES.ok;
}

/** The value of each `--set`, and the words beside it: `--set a=1 b=2 --set c=3`. */
function setRules(words: readonly string[], beside: readonly string[]): readonly WrittenRule[] {
  const values = words.flatMap((word, at): readonly string[] => {
    if (word === '--set') return [words[at + 1] ?? ''];
    return word.startsWith('--set=') ? [word.slice('--set='.length)] : [];
  });
  if (values.length === 0 && beside.length > 0) {
    throw CommandError.of('argument_invalid', `--set comes before ${beside[0] ?? ''}.`);
  }
  return [...values, ...beside].map(ruleIn);
}

function ruleIn(text: string): WrittenRule {
  const at = text.indexOf('=');
  if (at > 0) return { key: text.slice(0, at), value: text.slice(at + 1), place: '--set' };
  throw CommandError.of('policy_invalid', `--set: "${text}" is no rule; a rule is key=value, such as quota.cpu=2.`);
}

async function fileRules(path: string): Promise<readonly WrittenRule[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw CommandError.of('file_unreadable', `${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  });
  if (extname(path) === '.json') return jsonRules(path, text);
  const entries = tomlEntries(text);
  if (!entries.ok) throw CommandError.of('policy_invalid', formatManifestProblem(entries.error, path));
  return entries.value.map(({ key, value, position: at }) => ({
    ...{ key, value },
    place: at === undefined ? path : `${path}:${at.line}:${at.column}`,
  }));
}

function jsonRules(path: string, text: string): readonly WrittenRule[] {
  const rulesIn = (value: unknown, key: string): readonly WrittenRule[] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([name, each]) => rulesIn(each, key === '' ? name : `${key}.${name}`))
      : [{ key, value, place: path }];
  try {
    return rulesIn(JSON.parse(text), '');
  } catch (error) {
    throw CommandError.of('policy_invalid', `${path}: not JSON: ${reasonOf(error)}`, { cause: error });
  }
}

/** What can be given back with `--file`. */
function asToml({ policy: rules, fabric, cells, steward }: FabricSnapshot): string {
  const values = rulesOf(rules, fabric.name, cells);
  const whose =
    steward === undefined
      ? 'this fabric has no steward, so nobody sets others'
      : `its steward is ${steward.isMine ? 'a cell of this command' : steward.isHere ? 'here' : 'not here'}`;
  const version = rules === undefined ? 'No policy was signed yet' : `Policy ${rules.version}`;
  const lines = [`# ${version}; ${whose}.`];
  let table = '';
  for (const key of RULE_KEYS) {
    const [first = '', second] = key.split('.');
    if (second !== undefined && first !== table) lines.push('', `[${first}]${TABLE_NOTES[first] ?? ''}`);
    table = second === undefined ? '' : first;
    lines.push(`${second ?? first} = ${values.get(key) ?? ''}`);
  }
  const away = rules?.evicted ?? [];
  if (away.length > 0) lines.push('', '# Sent away:');
  for (const cell of away) lines.push(`#   ${cell} ${rules?.reasons[cell] ?? ''}`.trimEnd());
  return lines.join('\n');
}

const TABLE_NOTES: Readonly<Record<string, string>> = {
  quota: ' # what one cell may hold of each other: leases, worker slots, memory',
  lenders: ' # which cells may lend worker slots and memory',
};

function asJson({ policy: rules, fabric, cells, steward }: FabricSnapshot): object {
  const { version = 0, hasLobby = false, quota, lenders = {}, evicted = [], reasons = {}, admitted = 0 } = rules ?? {};
  const lendersOf = (kind: string): unknown => lenders[kind] ?? 'all';
  return {
    ...{
      fabric: rules?.name ?? fabric.name,
      version,
      isMine: steward?.isMine ?? false,
      hasSteward: steward !== undefined,
    },
    rules: {
      name: rules?.name ?? fabric.name,
      lobby: hasLobby,
      quota: {
        leases: quota?.leasesMax ?? 'none',
        cpu: quota?.quantityMax['cpu'] ?? 'none',
        mem: quota?.quantityMax['mem'] ?? 'none',
      },
      lenders: { cpu: lendersOf('cpu'), mem: lendersOf('mem') },
    },
    evicted: evicted.map((cell) => ({ cell, ...(reasons[cell] === undefined ? {} : { reason: reasons[cell] }) })),
    admitted,
    cells: cells.map(({ id, name }) => ({ id, name })),
  };
}
