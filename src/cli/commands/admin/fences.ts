import { defineCommand } from 'citty';
import { mergedLeases } from '../../seat/index.ts';
import { CommandError, createTerminal, EXIT_CODES } from '../../terminal/index.ts';
import { withSeat } from '../fabric/index.ts';
import { interruption } from '../interruption.ts';
import { LEASE_LIST_ARGS, leaseIdOf, tableOfLeases } from '../lease/index.ts';

/** `grafos admin list-fenced-leases`: what a teardown that was not confirmed has locked. */
export const fencedLeases = defineCommand({
  meta: {
    name: 'admin list-fenced-leases',
    description: 'List leases whose teardown was not confirmed. Example: grafos admin list-fenced-leases --json',
  },
  args: LEASE_LIST_ARGS,
  async run({ args }) {
    const terminal = createTerminal();
    const audience = { fabric: args.fabric, interrupted: interruption(), say: terminal.say };
    const leases = mergedLeases(await withSeat(audience, (seat) => seat.snapshots())).filter(
      ({ revokeState }) => revokeState === 'fenced',
    );
    terminal.print(args.json ? JSON.stringify({ leases }) : tableOfLeases(leases));
    return EXIT_CODES.ok;
  },
});

/** `grafos admin unfence-lease`: lends again what was locked. */
export const unfenceLease = defineCommand({
  meta: {
    name: 'admin unfence-lease',
    description:
      'Lend again what a fenced lease of a cell here had. Example: grafos admin unfence-lease 0123456789abcdef0123456789abcdef',
  },
  args: {
    lease: { type: 'positional', description: 'Its id', required: true, valueHint: 'lease-id' },
    ...LEASE_LIST_ARGS,
  },
  async run({ args }) {
    const terminal = createTerminal();
    const leaseId = leaseIdOf(args.lease);
    const audience = { fabric: args.fabric, interrupted: interruption(), say: terminal.say };
    if (!(await withSeat(audience, (seat) => seat.unfence(leaseId)))) {
      const recovery = '`grafos admin list-fenced-leases` lists those there are.';
      throw CommandError.restored({ code: 'not_found', message: `No cell here has fenced ${leaseId}.`, recovery }, 1);
    }
    terminal.print(args.json ? JSON.stringify({ lease_id: leaseId, unfenced: true }) : `${leaseId} is unfenced.`);
    return EXIT_CODES.ok;
  },
});
