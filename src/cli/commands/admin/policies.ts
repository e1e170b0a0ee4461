import { defineCommand } from 'citty';
import { CommandError } from '../../terminal/index.ts';

const JSON_ARG = { json: { type: 'boolean', description: 'Print one JSON object', default: false } } as const;

/** `grafos admin policy`: the page does it, in the browser profile that has the steward's key. */
export const policy = defineCommand({
  meta: {
    name: 'admin policy',
    description: 'Set what cells lend. Offered by the page only so far. Example: grafos admin policy --json',
  },
  args: JSON_ARG,
  run: () =>
    notYet(
      'The key that signs policies never leaves the browser profile that created the fabric: set them there, behind the button Steward.',
    ),
});

/** `grafos admin evict`: the page does it too. */
export const evict = defineCommand({
  meta: {
    name: 'admin evict',
    description: 'Send a cell away. Offered by the page only so far. Example: grafos admin evict cell-1',
  },
  args: { cell: { type: 'positional', description: 'Which cell', required: false }, ...JSON_ARG },
  run: () =>
    notYet(
      'The page of the steward sends cells away, behind its button Steward. `grafos lease revoke` takes back what a cell here lends.',
    ),
});

function notYet(message: string): never {
  throw CommandError.of('not_offered', message);
}
