import { defineCommand } from 'citty';
import type { CellView, FabricSnapshot } from '../../../sdk/index.ts';
import {
  CommandError,
  createTerminal,
  EXIT_CODES,
  formatBytes,
  renderTable,
  unknownName,
} from '../../terminal/index.ts';
import { interruption } from '../interruption.ts';
import { AUDIENCE_ARGS, withSeat } from './with-seat.ts';

/** A cell as one that lends. */
interface Provider {
  readonly id: string;
  readonly name: string;
  readonly isReady: boolean;
  readonly slots: { readonly free: number; readonly total: number };
  readonly memoryBytes: { readonly free: number; readonly total: number };
  readonly roundTripMs?: number;
}

/** One thing a cell must be to take work. */
interface Requirement {
  readonly name: string;
  readonly isMet: boolean;
  readonly detail: string;
}

const JSON_ARG = { json: { type: 'boolean', description: 'Print one JSON object', default: false } } as const;

/** `grafos provider list`: every cell and what it lends. */
export const providerList = defineCommand({
  meta: {
    name: 'provider list',
    description: 'List the cells of a fabric and what they lend. Example: grafos provider list --json',
  },
  args: { ...AUDIENCE_ARGS, ...JSON_ARG },
  async run({ args }) {
    const terminal = createTerminal();
    const snapshot = await firstSnapshot(args.fabric, terminal.say);
    const providers = snapshot.cells.map(providerOf);
    if (args.json) {
      terminal.print(JSON.stringify({ providers }));
      return EXIT_CODES.ok;
    }
    const rows = providers.map(({ id, name, isReady, slots, memoryBytes, roundTripMs }) => [
      id.slice(0, 8),
      name,
      isReady ? 'ready' : 'not ready',
      `${slots.free} of ${slots.total}`,
      `${formatBytes(memoryBytes.free)} of ${formatBytes(memoryBytes.total)}`,
      roundTripMs === undefined ? '-' : roundTripMs.toFixed(1),
    ]);
    terminal.print(renderTable(['cell', 'name', 'state', 'slots free', 'memory free', 'ms'], rows));
    return EXIT_CODES.ok;
  },
});

/** `grafos provider status`: what one cell needs to take work, point by point. Ends 0 only when it has all. */
export const providerStatus = defineCommand({
  meta: {
    name: 'provider status',
    description: 'Say what a cell lacks to take work. Example: grafos provider status cell-1',
  },
  args: {
    cell: { type: 'positional', description: 'Its name, or the beginning of its id', required: true },
    ...AUDIENCE_ARGS,
    ...JSON_ARG,
  },
  async run({ args }) {
    const terminal = createTerminal();
    const snapshot = await firstSnapshot(args.fabric, terminal.say);
    const cell = snapshot.cells.find(({ id, name }) => name === args.cell || id.startsWith(args.cell));
    const names = snapshot.cells.map(({ name }) => name);
    if (cell === undefined) throw CommandError.of('argument_invalid', unknownName('cell', args.cell, names));
    const requirements = requirementsOf(cell, snapshot);
    const isReady = requirements.every(({ isMet }) => isMet);
    const rows = requirements.map(({ name, isMet, detail }) => [name, isMet ? 'ok' : 'fail', detail]);
    const report = { ...providerOf(cell), isReady, requirements };
    terminal.print(args.json ? JSON.stringify(report) : renderTable(['requirement', 'state', 'detail'], rows));
    return isReady ? EXIT_CODES.ok : EXIT_CODES.failed;
  },
});

/** The six that stand for the original's six. */
function requirementsOf(cell: CellView, { phase, fabric }: FabricSnapshot): readonly Requirement[] {
  const { state, slotsTotal, slotsFree, memoryBytesTotal, memoryBytesFree, isSelf, roundTripMs } = cell;
  const link = isSelf ? 'it is this very cell' : `round trip ${roundTripMs?.toFixed(1) ?? 'not measured yet'} ms`;
  return [
    { name: 'joined', isMet: phase === 'ready', detail: `fabric ${fabric.name} is ${phase}` },
    { name: 'alive', isMet: state === 'alive', detail: state },
    { name: 'reachable', isMet: isSelf || state !== 'gone', detail: link },
    { name: 'lends slots', isMet: slotsTotal > 0, detail: `${slotsTotal} in all` },
    { name: 'lends memory', isMet: memoryBytesTotal > 0, detail: `${formatBytes(memoryBytesTotal)} in all` },
    {
      name: 'has room',
      isMet: slotsFree > 0 && memoryBytesFree > 0,
      detail: `${slotsFree} slots and ${formatBytes(memoryBytesFree)} free`,
    },
  ];
}

function providerOf(cell: CellView): Provider {
  const { id, name, state, slotsFree, slotsTotal, memoryBytesFree, memoryBytesTotal, roundTripMs } = cell;
  return {
    id,
    name,
    isReady: state === 'alive' && slotsTotal > 0 && memoryBytesTotal > 0,
    slots: { free: slotsFree, total: slotsTotal },
    memoryBytes: { free: memoryBytesFree, total: memoryBytesTotal },
    ...(roundTripMs === undefined ? {} : { roundTripMs }),
  };
}

async function firstSnapshot(fabric: string | undefined, say: (text: string) => void): Promise<FabricSnapshot> {
  const [snapshot] = await withSeat({ fabric, interrupted: interruption(), say }, (seat) => seat.snapshots());
  if (snapshot === undefined) throw CommandError.of('internal', 'The seat has no cell.');
  return snapshot;
}
