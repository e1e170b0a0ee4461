import { simulateScale, type ScaleReport, type ScaleSpread } from '../../../sim/index.ts';
import { EXIT_CODES, formatCount, renderTable, type Terminal } from '../../terminal/index.ts';

export interface ScalePlan {
  readonly seed: number;
  readonly cells: number;
  readonly loss: number;
}

export const SCALE_CELLS_MAX = 2_000;

/** `grafos sim --scenario scale`: what membership costs a thousand cells, and how soon all know of a death. */
export async function runScale(terminal: Terminal, plan: ScalePlan, isJson: boolean): Promise<number> {
  const startMs = performance.now();
  const report = await simulateScale(plan);
  const tookMs = Math.round(performance.now() - startMs);
  terminal.print(isJson ? JSON.stringify({ ...report, tookMs }) : inWords(report));
  for (const text of report.violations) terminal.say(text);
  return report.violations.length === 0 ? EXIT_CODES.ok : EXIT_CODES.failed;
}

function inWords(report: ScaleReport): string {
  const milliseconds = ({ p50, p99, max }: ScaleSpread): string[] => [p50, p99, max].map((each) => formatCount(each));
  const rows = [
    ['join (ms)', ...milliseconds(report.joinMs)],
    ['links of a cell', ...milliseconds(report.linksPerCell)],
    ['a crash known to all (ms)', ...milliseconds(report.deathKnownToAllMs)],
    ['a goodbye known to all (ms)', ...milliseconds(report.goodbyeKnownToAllMs)],
  ];
  const { cells, loss, controlBytesPerCellPerSecond, allKnownMs } = report;
  return [
    `${formatCount(cells)} cells that join within a minute, ${loss * 100} % of packets lost.`,
    '',
    renderTable(['', 'p50', 'p99', 'max'], rows),
    '',
    `All know all ${formatCount(allKnownMs)} ms after the last came.`,
    `At rest a cell sends ${formatCount(controlBytesPerCellPerSecond)} bytes of control messages a second.`,
    report.violations.length === 0 ? 'No violation.' : `${report.violations.length} violations.`,
  ].join('\n');
}
