import type { FabricSnapshot } from '../../sdk/index.ts';
import {
  cellName,
  cellStateText,
  formatBytes,
  formatDuration,
  isEnded,
  linkText,
  plural,
  quantityText,
} from '../words/index.ts';
import { strandsOf } from './strands.ts';

/** The map as sentences: one for each cell, strand of leases and run under way. */
export function mapInWords(snapshot: FabricSnapshot): readonly string[] {
  const { cells, runs, leases } = snapshot;
  const name = (id: Parameters<typeof cellName>[1]): string => cellName(cells, id);
  return [
    ...cells.map((cell) => {
      const reach = cell.roundTripMs === undefined ? '' : `, ${formatDuration(cell.roundTripMs)} away`;
      const way = cell.link === undefined || cell.link.path === 'direct' ? '' : `, ${linkText(cell.link, cells)}`;
      const memory = `${formatBytes(cell.memoryBytesFree)} of ${formatBytes(cell.memoryBytesTotal)} memory free`;
      const who = cell.isSelf ? `${cell.name} (you)` : cell.name;
      return `${who}: ${cellStateText(cell)}${reach}${way}, ${cell.slotsFree} of ${plural(cell.slotsTotal, 'slot')} free, ${memory}.`;
    }),
    ...strandsOf(leases).map((strand) => {
      const leasesText = plural(strand.count, 'lease');
      return `${name(strand.lessor)} lends ${name(strand.holder)} ${quantityText(strand.kind, strand.quantity)} (${leasesText}).`;
    }),
    ...runs
      .filter((run) => !isEnded(run.status))
      .map((run) => `${run.tasklet} of ${name(run.submitter)} is ${run.status} on ${name(run.cell)}.`),
  ];
}

/** The map in one sentence, for its label. */
export function mapLabel(snapshot: FabricSnapshot): string {
  const here = snapshot.cells.filter((cell) => cell.state !== 'gone').length;
  const active = snapshot.leases.filter((lease) => lease.state === 'active').length;
  const running = snapshot.runs.filter((run) => !isEnded(run.status)).length;
  return `Map of the fabric: ${plural(here, 'cell')}, ${plural(active, 'live lease')}, ${plural(running, 'run')} under way.`;
}
