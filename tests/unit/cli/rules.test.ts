import { describe, expect, test } from 'vitest';
import {
  changedView,
  difference,
  readRules,
  rulesOf,
  wholeChange,
  type WrittenRule,
} from '../../../src/cli/commands/admin/rules.ts';
import { CommandError } from '../../../src/cli/terminal/index.ts';
import { tomlEntries } from '../../../src/manifest/index.ts';
import { idOf, valueOf } from '../../support/index.ts';

const CELLS = [
  { id: idOf.cell('a1'.repeat(16)), name: 'ada' },
  { id: idOf.cell('a2'.repeat(16)), name: 'bob' },
  { id: idOf.cell('b3'.repeat(16)), name: 'bob' },
];

const set = (key: string, value: unknown): WrittenRule => ({ key, value, place: '--set' });

function refusal(...written: readonly WrittenRule[]): string {
  try {
    readRules(written, CELLS);
  } catch (error) {
    if (error instanceof CommandError && error.failure.code === 'policy_invalid') return error.message;
    throw error;
  }
  return 'none';
}

describe('rules of a policy', () => {
  test('are read from words and from TOML alike, and become one change', () => {
    const words = [set('lobby', 'on'), set('quota.mem', '64MiB'), set('quota.cpu', '2'), set('lenders.cpu', 'ada,b3')];
    const text = 'lobby = true\nlenders.cpu = ["ada", "b3"]\n[quota]\nmem = "64MiB"\ncpu = 2\n';
    const written = valueOf(tomlEntries(text)).map(({ key, value }) => ({ key, value, place: 'policy.toml' }));
    const change = wholeChange(readRules(words, CELLS));
    expect(wholeChange(readRules(written, CELLS))).toEqual(change);
    expect(change).toEqual({
      hasLobby: true,
      quantityMax: { mem: 67_108_864, cpu: 2 },
      lenders: { cpu: [CELLS[0]?.id, CELLS[2]?.id] },
    });
  });

  test.each([
    [set('quota.cup', 1), '--set: There is no rule quota.cup. Did you mean quota.cpu?'],
    [set('quota', 1), 'Did you mean quota.'],
    [set('lobby', 'maybe'), 'lobby is true or false, not "maybe"'],
    [set('name', ''), 'name is text of 1 to 48 bytes, not ""'],
    [set('quota.cpu', '-1'), 'quota.cpu is a whole number, or none, not "-1"'],
    [set('quota.leases', 1_000_000), 'of at most'],
    [set('quota.mem', '64Mb'), 'quota.mem is a size such as 64MiB, or none, not "64Mb"'],
    [set('lenders.mem', 'eve'), 'lenders.mem: There is no cell named eve.'],
    [set('lenders.mem', 'bob'), 'More than one cell is meant by bob: a2a2a2a2 (bob), b3b3b3b3 (bob).'],
    [set('lenders.mem', [1]), 'lenders.mem is all, none, or cells by name or id, not [1]'],
    [set('version', 7), 'There is no rule version.'],
  ])('are refused with the reason: %j', (written, reason) => {
    expect(refusal(written)).toContain(reason);
  });

  test('are refused all at once, and when one is said twice', () => {
    const message = refusal(set('lobby', 'on'), set('lobby', 'off'), set('quota.gpu', 1));
    expect(message).toContain('lobby is set twice');
    expect(message).toContain('no rule quota.gpu');
  });

  test('are shown in the form they take, and only what changes makes a difference', () => {
    const before = rulesOf(undefined, 'home', CELLS);
    const after = rulesOf(
      changedView(undefined, wholeChange(readRules([set('lenders.mem', 'ada,b3'), set('quota.cpu', 3)], CELLS))),
      'home',
      CELLS,
    );
    expect(difference(before, after)).toEqual([
      '- quota.cpu = "none"',
      '+ quota.cpu = 3',
      '- lenders.mem = "all"',
      `+ lenders.mem = ["ada", "${'b3'.repeat(16)}"]`,
    ]);
    const written = [...after].map(([key, value]) => `${key} = ${value}`).join('\n');
    const again = valueOf(tomlEntries(written)).map(({ key, value }) => set(key, value));
    expect(rulesOf(changedView(undefined, wholeChange(readRules(again, CELLS))), 'home', CELLS)).toEqual(after);
  });
});
