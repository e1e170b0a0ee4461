import { defineCommand } from 'citty';
import type { LeaseId } from '../../../core/index.ts';
import type { FabricSnapshot, StewardLease } from '../../../sdk/index.ts';
import { mergedLeases, type Seat } from '../../seat/index.ts';
import { CommandError, createTerminal, EXIT_CODES, formatBytes, renderTable } from '../../terminal/index.ts';
import { interruption } from '../interruption.ts';
import { leaseIdOf } from '../lease/index.ts';
import { STEWARD_ARGS, viewOf, withSteward } from '../fabric/index.ts';

/** What is fenced, as far as this command is told. */
interface Fences {
  /** `fabric`: at every cell that answered, as the steward. `here`: at the cells of this command alone. */
  readonly scope: 'fabric' | 'here';
  readonly leases: readonly StewardLease[];
  /** Names of cells that did not answer. */
  readonly silent: readonly string[];
}

/** `grafos admin list-fenced-leases`: what a teardown that was not confirmed has locked. */
export const fencedLeases = defineCommand({
  meta: {
    name: 'admin list-fenced-leases',
    description:
      'List leases whose teardown was not confirmed: of every cell as the steward, else of the cells here. Example: grafos admin list-fenced-leases --json',
  },
  args: STEWARD_ARGS,
  async run({ args }) {
    const terminal = createTerminal();
    return withSteward(args, { interrupted: interruption(), say: terminal.say }, async (seat) => {
      const view = await viewOf(seat);
      const fences = await fencesOf(seat, view);
      const { leases, silent } = fences;
      if (args.json) terminal.print(JSON.stringify(fences));
      else terminal.print(leases.length === 0 ? `Nothing is fenced ${whereOf(fences)}.` : tableOf(leases, view));
      if (leases.length > 0 && !args.json) terminal.say(`Asked ${whereOf(fences)}.`);
      if (silent.length > 0) terminal.say(`Did not answer: ${silent.join(', ')}.`);
      return EXIT_CODES.ok;
    });
  },
});

/** `grafos admin unfence-lease`: lends again what was locked. */
export const unfenceLease = defineCommand({
  meta: {
    name: 'admin unfence-lease',
    description:
      'Lend again what a fenced lease had: of any cell as the steward, else of a cell here. Example: grafos admin unfence-lease 0123456789abcdef0123456789abcdef',
  },
  args: {
    lease: { type: 'positional', description: 'Its id', required: true, valueHint: 'lease-id' },
    ...STEWARD_ARGS,
  },
  async run({ args }) {
    const terminal = createTerminal();
    const leaseId = leaseIdOf(args.lease);
    return withSteward(args, { interrupted: interruption(), say: terminal.say }, async (seat) => {
      const view = await viewOf(seat);
      const fences = await fencesOf(seat, view);
      if (!(await isUnfenced(seat, leaseId, fences))) {
        const recovery = '`grafos admin list-fenced-leases` lists those there are.';
        const message = `${leaseId} is not fenced ${whereOf(fences)}.`;
        throw CommandError.restored({ code: 'not_found', message, recovery }, EXIT_CODES.failed);
      }
      const { scope } = fences;
      terminal.print(
        args.json ? JSON.stringify({ lease_id: leaseId, unfenced: true, scope }) : `${leaseId} is unfenced.`,
      );
      return EXIT_CODES.ok;
    });
  },
});

async function fencesOf(seat: Seat, { steward, cells }: FabricSnapshot): Promise<Fences> {
  const isFenced = ({ revokeState }: Pick<StewardLease, 'revokeState'>): boolean => revokeState === 'fenced';
  if (steward?.isMine === true) {
    const { leases, silent } = await seat.steward({ what: 'list' });
    const names = silent.map((id) => cells.find((cell) => cell.id === id)?.name ?? id.slice(0, 8));
    return { scope: 'fabric', leases: leases.filter(isFenced), silent: names };
  }
  const own = mergedLeases(await seat.snapshots()).filter(isFenced);
  const leases = own.map(({ leaseId, lessor, holder, kind, quantity, ttlMs, remainingMs, revokeState }) => {
    return { leaseId, lessor, holder, kind, quantity, ttlMs, remainingMs, revokeState };
  });
  return { scope: 'here', leases, silent: [] };
}

async function isUnfenced(seat: Seat, leaseId: LeaseId, { scope, leases }: Fences): Promise<boolean> {
  if (scope === 'here') return seat.unfence(leaseId);
  const lessor = leases.find((lease) => lease.leaseId === leaseId)?.lessor;
  return lessor !== undefined && (await seat.steward({ what: 'unfence', lessor, leaseId })).result === 'unfenced';
}

function whereOf({ scope }: Fences): string {
  return scope === 'fabric'
    ? 'at any cell of the fabric, as its steward'
    : 'at the cells of this command; only the steward sees those of others';
}

function tableOf(leases: readonly StewardLease[], { cells }: FabricSnapshot): string {
  const nameOf = (id: string): string => cells.find((cell) => cell.id === id)?.name ?? id.slice(0, 8);
  const rows = leases.map(({ leaseId, kind, quantity, lessor, holder, revokeState }) => [
    leaseId,
    kind,
    kind === 'mem' ? formatBytes(quantity) : String(quantity),
    nameOf(lessor),
    nameOf(holder),
    revokeState,
  ]);
  return renderTable(['lease', 'kind', 'what', 'lessor', 'holder', 'teardown'], rows);
}
