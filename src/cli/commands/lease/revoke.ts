import { defineCommand } from 'citty';
import type { LeaseId } from '../../../core/index.ts';
import type { RevokeResult } from '../../../sdk/index.ts';
import type { Seat } from '../../seat/index.ts';
import { createTerminal, EXIT_CODES } from '../../terminal/index.ts';
import { STEWARD_ARGS, withSteward } from '../fabric/index.ts';
import { interruption } from '../interruption.ts';
import { graceOf, leaseIdOf, leaseMissing } from './lease-words.ts';

/** `grafos lease revoke`: takes back a lease that a cell here lends. */
export const leaseRevoke = defineCommand({
  meta: {
    name: 'lease revoke',
    description:
      'Take back a lease that a cell here lends, or as the steward any cell. Example: grafos lease revoke 0123456789abcdef0123456789abcdef --grace 2s',
  },
  args: {
    lease: { type: 'positional', description: 'Its id', required: true, valueHint: 'lease-id' },
    grace: { type: 'string', description: 'Time for its holders to save their work', default: '0', valueHint: '2s' },
    ...STEWARD_ARGS,
  },
  async run({ args }) {
    const terminal = createTerminal();
    const leaseId = leaseIdOf(args.lease);
    const graceMs = graceOf(args.grace);
    const asking = { interrupted: interruption(), say: terminal.say };
    const result = await withSteward(args, asking, (seat) => revokeAnywhere(seat, leaseId, graceMs));
    if (result === 'not_found') throw leaseMissing(leaseId, 'lends the lease');
    terminal.print(args.json ? JSON.stringify({ lease_id: leaseId, result }) : `${leaseId}: ${result}.`);
    return result === 'torn_down' ? EXIT_CODES.ok : EXIT_CODES.failed;
  },
});

/** Here, or at the lessor that the steward finds it at. */
async function revokeAnywhere(seat: Seat, leaseId: LeaseId, graceMs: number): Promise<RevokeResult> {
  const own = await seat.revoke(leaseId, graceMs);
  const isSteward = (await seat.snapshots()).some(({ steward }) => steward?.isMine === true);
  if (own !== 'not_found' || !isSteward) return own;
  const { leases } = await seat.steward({ what: 'list' });
  const lessor = leases.find((lease) => lease.leaseId === leaseId)?.lessor;
  if (lessor === undefined) return own;
  const { result } = await seat.steward({ what: 'revoke', lessor, leaseId, graceMs });
  return result === undefined || result === 'unfenced' ? own : result;
}
