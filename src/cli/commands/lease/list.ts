import { defineCommand } from 'citty';
import type { LeaseView } from '../../../sdk/index.ts';
import { mergedLeases } from '../../seat/index.ts';
import { createTerminal, EXIT_CODES, formatBytes, renderTable } from '../../terminal/index.ts';
import { AUDIENCE_ARGS, withSeat } from '../fabric/index.ts';
import { interruption } from '../interruption.ts';

export const LEASE_LIST_ARGS = {
  ...AUDIENCE_ARGS,
  json: { type: 'boolean', description: 'Print one JSON object', default: false },
} as const;

/** `grafos lease list`. */
export const leaseList = defineCommand({
  meta: {
    name: 'lease list',
    description: 'List the leases that cells here lend or hold. Example: grafos lease list --json',
  },
  args: LEASE_LIST_ARGS,
  async run({ args }) {
    const terminal = createTerminal();
    const audience = { fabric: args.fabric, interrupted: interruption(), say: terminal.say };
    const leases = mergedLeases(await withSeat(audience, (seat) => seat.snapshots()));
    terminal.print(args.json ? JSON.stringify({ leases }) : tableOfLeases(leases));
    return EXIT_CODES.ok;
  },
});

export function tableOfLeases(leases: readonly LeaseView[]): string {
  if (leases.length === 0) return 'There are no leases.';
  const rows = leases.map((lease) => [
    lease.leaseId,
    lease.kind,
    lease.kind === 'mem' ? formatBytes(lease.quantity) : String(lease.quantity),
    lease.lessor.slice(0, 8),
    lease.holder.slice(0, 8),
    lease.state === 'active' ? `${(lease.remainingMs / 1000).toFixed(1)} s left` : lease.state,
    lease.revokeState,
    lease.tier,
  ]);
  return renderTable(['lease', 'kind', 'what', 'lessor', 'holder', 'state', 'teardown', 'tier'], rows);
}
