import { defineCommand } from 'citty';
import { CommandError } from '../../terminal/index.ts';

const JSON_ARG = { json: { type: 'boolean', description: 'Print one JSON object', default: false } } as const;

/** `grafos admin policy`: waits for the steward's policies. */
export const policy = defineCommand({
  meta: {
    name: 'admin policy',
    description: 'Set what cells lend. Not offered yet. Example: grafos admin policy --json',
  },
  args: JSON_ARG,
  run: () => notYet('Policies are set by a fabric’s steward, which fabrics do not have yet.'),
});

/** `grafos admin evict`: waits for the steward too. */
export const evict = defineCommand({
  meta: { name: 'admin evict', description: 'Send a cell away. Not offered yet. Example: grafos admin evict cell-1' },
  args: { cell: { type: 'positional', description: 'Which cell', required: false }, ...JSON_ARG },
  run: () =>
    notYet(
      'Evicting is a right of a fabric’s steward, which fabrics do not have yet. `grafos lease revoke` takes back what one cell lends.',
    ),
});

function notYet(message: string): never {
  throw CommandError.of('not_offered', message);
}
