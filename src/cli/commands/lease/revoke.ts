import { defineCommand } from 'citty';
import { createTerminal, EXIT_CODES } from '../../terminal/index.ts';
import { withSeat } from '../fabric/index.ts';
import { interruption } from '../interruption.ts';
import { graceOf, leaseIdOf, leaseMissing } from './lease-words.ts';
import { LEASE_LIST_ARGS } from './list.ts';

/** `grafos lease revoke`: takes back a lease that a cell here lends. */
export const leaseRevoke = defineCommand({
  meta: {
    name: 'lease revoke',
    description:
      'Take back a lease that a cell here lends. Example: grafos lease revoke 0123456789abcdef0123456789abcdef --grace 2s',
  },
  args: {
    lease: { type: 'positional', description: 'Its id', required: true, valueHint: 'lease-id' },
    grace: { type: 'string', description: 'Time for its holders to save their work', default: '0', valueHint: '2s' },
    ...LEASE_LIST_ARGS,
  },
  async run({ args }) {
    const terminal = createTerminal();
    const leaseId = leaseIdOf(args.lease);
    const graceMs = graceOf(args.grace);
    const audience = { fabric: args.fabric, interrupted: interruption(), say: terminal.say };
    const result = await withSeat(audience, (seat) => seat.revoke(leaseId, graceMs));
    if (result === 'not_found') throw leaseMissing(leaseId, 'lends the lease');
    terminal.print(args.json ? JSON.stringify({ lease_id: leaseId, result }) : `${leaseId}: ${result}.`);
    return result === 'torn_down' ? EXIT_CODES.ok : EXIT_CODES.failed;
  },
});
