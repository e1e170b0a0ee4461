import { defineCommand } from 'citty';
import { isCellId, STEWARD_LIMITS, utf8 } from '../../../core/index.ts';
import { CommandError, createTerminal, EXIT_CODES } from '../../terminal/index.ts';
import { interruption } from '../interruption.ts';
import { cellNamed, isConfirmed, STEWARD_ARGS, viewOf, withSteward, YES_ARG, type NamedCell } from '../fabric/index.ts';

/** `grafos admin evict`: sends a cell away for good. */
export const evict = defineCommand({
  meta: {
    name: 'admin evict',
    description:
      'Send a cell away for good: its links and leases end, and it is told why. Example: grafos admin evict cell-2 --reason "lends what it does not have" --yes',
  },
  args: {
    cell: { type: 'positional', description: 'Its name, or the beginning of its id', required: true },
    reason: { type: 'string', description: 'One line that the cell is told and the policy keeps', valueHint: 'text' },
    ...YES_ARG,
    ...STEWARD_ARGS,
  },
  async run({ args }) {
    const terminal = createTerminal();
    const interrupted = interruption();
    checkReason(args.reason);
    return withSteward(args, { interrupted, say: terminal.say }, async (seat) => {
      const { cells, self } = await viewOf(seat);
      const { id, name } = cellMeant(args.cell, cells);
      if (id === self) throw CommandError.of('argument_invalid', `${name} is the steward's own cell.`);
      const question = `Send ${name} (${id.slice(0, 8)}) away? Its links and leases end, and this identity stays refused.`;
      if (!(await isConfirmed(question, args.yes, terminal, interrupted))) return EXIT_CODES.interrupted;
      const reason = args.reason === undefined ? {} : { reason: args.reason };
      const { policy } = await seat.steward({ what: 'evict', cell: id, ...reason });
      const back = `grafos admin readmit ${id.slice(0, 8)}`;
      terminal.print(
        args.json
          ? JSON.stringify({ cell: id, name, ...reason, version: policy?.version })
          : `${name} (${id.slice(0, 8)}) is sent away by policy ${policy?.version ?? ''}. \`${back}\` lets it come back.`,
      );
      return EXIT_CODES.ok;
    });
  },
});

/** `grafos admin readmit`: lets a cell that was sent away come back. */
export const readmit = defineCommand({
  meta: {
    name: 'admin readmit',
    description: 'Let a cell that was sent away come back. Example: grafos admin readmit 0123abcd',
  },
  args: {
    cell: { type: 'positional', description: 'The beginning of its id', required: true },
    ...STEWARD_ARGS,
  },
  async run({ args }) {
    const terminal = createTerminal();
    return withSteward(args, { interrupted: interruption(), say: terminal.say }, async (seat) => {
      const { policy } = await viewOf(seat);
      const away = (policy?.evicted ?? []).map((id) => ({ id, name: id.slice(0, 8) }));
      const { id } = cellNamed(args.cell, away);
      const { policy: signed } = await seat.steward({ what: 'readmit', cell: id });
      terminal.print(
        args.json ? JSON.stringify({ cell: id, version: signed?.version }) : `${id.slice(0, 8)} may come back.`,
      );
      return EXIT_CODES.ok;
    });
  },
});

/** A cell that is not here now can be sent away by its whole id. */
function cellMeant(word: string, cells: readonly NamedCell[]): NamedCell {
  if (!isCellId(word)) return cellNamed(word, cells);
  return cells.find(({ id }) => id === word) ?? { id: word, name: word.slice(0, 8) };
}

function checkReason(reason: string | undefined): void {
  const { reasonBytesMax } = STEWARD_LIMITS;
  if (
    reason === undefined ||
    (reason !== '' && utf8(reason).length <= reasonBytesMax && !/[\p{Cc}\p{Cs}]/u.test(reason))
  )
    return;
  throw CommandError.of('argument_invalid', `--reason is one line of 1 to ${reasonBytesMax} bytes.`);
}
