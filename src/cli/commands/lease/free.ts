import { defineCommand } from 'citty';
import { createTerminal, EXIT_CODES } from '../../terminal/index.ts';
import { withSeat } from '../fabric/index.ts';
import { interruption } from '../interruption.ts';
import { leaseIdOf, leaseMissing } from './lease-words.ts';
import { LEASE_LIST_ARGS } from './list.ts';

/** `grafos lease free`: gives back a lease that a cell here holds. */
export const leaseFree = defineCommand({
  meta: {
    name: 'lease free',
    description:
      'Give back a lease that a cell here holds. Example: grafos lease free 0123456789abcdef0123456789abcdef',
  },
  args: {
    lease: { type: 'positional', description: 'Its id', required: true, valueHint: 'lease-id' },
    ...LEASE_LIST_ARGS,
  },
  async run({ args }) {
    const terminal = createTerminal();
    const leaseId = leaseIdOf(args.lease);
    const audience = { fabric: args.fabric, interrupted: interruption(), say: terminal.say };
    if (!(await withSeat(audience, (seat) => seat.free(leaseId)))) throw leaseMissing(leaseId, 'holds the lease');
    terminal.print(args.json ? JSON.stringify({ lease_id: leaseId, freed: true }) : `${leaseId} is given back.`);
    return EXIT_CODES.ok;
  },
});
