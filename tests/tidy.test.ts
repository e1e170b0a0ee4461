/** The house rules (DESIGN §2), kept by a machine. Each failure names the file, the rule and the remedy. */
import { describe, expect, test } from 'vitest';
import { importProblems, packageProblems } from './tidy/floors.ts';
import { purityProblems } from './tidy/purity.ts';
import {
  deadProblems,
  exportProblems,
  lengthProblems,
  protocolProblems,
  roomProblems,
  unfinishedProblems,
} from './tidy/shape.ts';
import { readTree } from './tidy/tree.ts';

const tree = readTree();

describe('house rules', () => {
  test.each([
    ['imports point down and go through doors', importProblems],
    ['each package has one room', packageProblems],
    ['the pure zone knows no time, chance or host', purityProblems],
    ['files, functions and worker entries are short', lengthProblems],
    ['rooms are small and have a door with a sign', roomProblems],
    ['exports are named', exportProblems],
    ['nothing is left unfinished or focused', unfinishedProblems],
    ['every file is used', deadProblems],
    ['every message is in the protocol document', protocolProblems],
  ])('%s', (_rule, problemsOf) => {
    expect(problemsOf(tree)).toEqual([]);
  });

  test('the tree was read at all', () => {
    expect(tree.length).toBeGreaterThan(50);
  });
});
