import { simulateDetour, type DetourReport } from '../../../sim/index.ts';
import { EXIT_CODES, formatCount, renderTable, type Terminal } from '../../terminal/index.ts';

export interface DetourPlan {
  readonly first: number;
  readonly seeds: number;
  readonly cells: number;
}

export const DETOUR_CELLS = { min: 3, max: 32 } as const;

/** `grafos sim --scenario relay`: two cells that find no direct way to each other, and what becomes of their runs. */
export async function runDetours(terminal: Terminal, plan: DetourPlan, isJson: boolean): Promise<number> {
  const startMs = performance.now();
  const reports: DetourReport[] = [];
  for (let seed = plan.first; seed < plan.first + plan.seeds; seed++) {
    const report = await simulateDetour({ seed, cells: plan.cells });
    for (const text of report.violations) terminal.say(`seed ${seed}: ${text}`);
    reports.push(report);
  }
  const summary = { ...summaryOf(reports), cells: plan.cells, tookMs: Math.round(performance.now() - startMs) };
  terminal.print(isJson ? JSON.stringify(summary) : inWords(summary));
  return summary.violations === 0 ? EXIT_CODES.ok : EXIT_CODES.failed;
}

function summaryOf(reports: readonly DetourReport[]) {
  const spread = (read: (report: DetourReport) => number) => {
    const sorted = reports.map(read).sort((left, right) => left - right);
    return { p50: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0, max: sorted[sorted.length - 1] ?? 0 };
  };
  const runs = (stage: keyof DetourReport['runs']) => ({
    submitted: reports.reduce((sum, report) => sum + report.runs[stage].submitted, 0),
    succeeded: reports.reduce((sum, report) => sum + report.runs[stage].succeeded, 0),
  });
  return {
    scenario: 'relay',
    seeds: reports.length,
    relayedAfterMs: spread(({ relayedAfterMs }) => relayedAfterMs),
    takenOverAfterMs: spread(({ takenOverAfterMs }) => takenOverAfterMs),
    directAfterMs: spread(({ directAfterMs }) => directAfterMs),
    runs: { relayed: runs('relayed'), whileCarrierDies: runs('whileCarrierDies'), moving: runs('moving') },
    interruptions: reports.reduce((sum, { interruptions }) => sum + interruptions, 0),
    violations: reports.reduce((sum, { violations }) => sum + violations.length, 0),
    failedSeeds: reports.filter(({ violations }) => violations.length > 0).map(({ seed }) => seed),
  } as const;
}

function inWords(summary: ReturnType<typeof summaryOf> & { readonly cells: number }): string {
  const milliseconds = ({ p50, max }: { readonly p50: number; readonly max: number }) => [p50, max].map(formatCount);
  const ways = [
    ['linked through another cell (ms)', ...milliseconds(summary.relayedAfterMs)],
    ['another carries the link (ms)', ...milliseconds(summary.takenOverAfterMs)],
    ['direct, once there is a way (ms)', ...milliseconds(summary.directAfterMs)],
  ];
  const runs = Object.entries(summary.runs).map(([stage, { submitted, succeeded }]) => [
    STAGES.get(stage) ?? stage,
    ...[submitted, succeeded].map(formatCount),
  ]);
  return [
    `${summary.seeds} times ${summary.cells} cells, two of which find no direct way to each other.`,
    '',
    renderTable(['', 'p50', 'max'], ways),
    '',
    renderTable(['runs of one on the other', 'submitted', 'succeeded'], runs),
    '',
    summary.violations === 0 ? 'No violation.' : `${summary.violations} violations.`,
  ].join('\n');
}

const STAGES = new Map<string, string>([
  ['relayed', 'through another cell'],
  ['whileCarrierDies', 'while that one dies'],
  ['moving', 'while the link goes direct'],
]);
