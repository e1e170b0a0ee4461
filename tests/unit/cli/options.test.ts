import { describe, expect, test } from 'vitest';
import { checkOptions } from '../../../src/cli/commands/index.ts';

const DEFINITION = {
  program: { type: 'positional' },
  cells: { type: 'string' },
  json: { type: 'boolean' },
  open: { type: 'boolean', default: true },
} as const;

function refusal(...words: readonly string[]): string | undefined {
  try {
    checkOptions(words, DEFINITION);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('options', () => {
  test.each([[[]], [['image-info', '--cells', '3', '--json']], [['--cells=3', 'image-info', '--no-open']]])(
    '%j are fine',
    (words) => {
      expect(refusal(...words)).toBeUndefined();
    },
  );

  test.each([
    [['--cels', '3'], 'There is no option --cels. Did you mean --cells?'],
    [['--no-json-at-all'], 'There is no option --no-json-at-all.'],
    [['--no-cells'], 'There is no option --no-cells.'],
    [['--cells'], '--cells needs a value.'],
    [['--cells', '--json'], '--cells needs a value.'],
    [['a', 'b'], 'There is one word too many: b.'],
    [['--program', 'a'], 'There is no option --program.'],
  ])('%j are refused', (words, message) => {
    expect(refusal(...words)).toContain(message);
  });
});
