import { defineCommand } from 'citty';
import type { RunView } from '../../../sdk/index.ts';
import { CommandError, createTerminal, EXIT_CODES, formatCount, renderTable } from '../../terminal/index.ts';
import { AUDIENCE_ARGS, withSeat } from '../fabric/index.ts';
import { interruption } from '../interruption.ts';
import { listKept } from './kept-runs.ts';

/** One run as the list shows it. */
interface ListedRun {
  readonly runId: string;
  readonly program: string;
  readonly tasklet: string;
  readonly status: string;
  readonly cell: string | null;
  readonly fuelUsed: number;
  readonly wallMs: number;
  readonly submittedWallMs: number;
  /** Whether its artifacts lie here, under `.grafos/runs`. */
  readonly isKept: boolean;
}

/** `grafos runs`: the runs that the fabric knows, and those whose artifacts lie here. */
export const runs = defineCommand({
  meta: {
    name: 'runs',
    description: 'List runs: those going on in the fabric and those kept here. Example: grafos runs --json',
  },
  args: {
    ...AUDIENCE_ARGS,
    program: { type: 'string', description: 'Directory of the program', default: '.', valueHint: 'directory' },
    json: { type: 'boolean', description: 'Print one JSON object', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    const kept = await listKept(args.program);
    const live = await liveRuns({ fabric: args.fabric, interrupted: interruption(), say: terminal.say });
    const listed = new Map<string, ListedRun>();
    for (const run of live) listed.set(run.runId, { ...shown(run, run.wallMs, run.submittedWallMs), isKept: false });
    for (const run of kept) {
      const { wallMs, submittedWallMs } = run.timings;
      listed.set(run.runId, { ...shown(run, wallMs, submittedWallMs), isKept: true });
    }
    const rows = [...listed.values()].sort((left, right) => right.submittedWallMs - left.submittedWallMs);
    terminal.print(args.json ? JSON.stringify({ runs: rows }) : tableOf(rows));
    return EXIT_CODES.ok;
  },
});

/** None when no fabric is running: what is kept can be listed without one. */
async function liveRuns(audience: Parameters<typeof withSeat>[0]): Promise<readonly RunView[]> {
  try {
    return await withSeat(audience, async (seat) => (await seat.snapshots())[0]?.runs ?? []);
  } catch (error) {
    if (error instanceof CommandError && error.failure.code === 'fabric_missing') return [];
    throw error;
  }
}

/** What lives in the fabric and what is kept say the same of a run. */
interface KnownRun {
  readonly runId: string;
  readonly program: string;
  readonly tasklet: string;
  readonly status: string;
  readonly cell?: string | undefined;
  readonly fuelUsed?: number | undefined;
}

function shown(run: KnownRun, wallMs: number, submittedWallMs: number): Omit<ListedRun, 'isKept'> {
  const { runId, program, tasklet, status, cell, fuelUsed } = run;
  return { runId, program, tasklet, status, cell: cell ?? null, fuelUsed: fuelUsed ?? 0, wallMs, submittedWallMs };
}

function tableOf(rows: readonly ListedRun[]): string {
  if (rows.length === 0) return 'There are no runs.';
  const cells = rows.map((run) => [
    run.runId,
    `${run.program}/${run.tasklet}`,
    run.status,
    run.cell?.slice(0, 8) ?? '-',
    formatCount(run.fuelUsed),
    formatCount(run.wallMs),
    run.isKept ? 'kept' : '',
  ]);
  return renderTable(['run', 'tasklet', 'status', 'cell', 'fuel', 'ms', 'artifacts'], cells);
}
