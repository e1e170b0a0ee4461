import type { RunView } from '../../sdk/index.ts';
import { isEnded } from '../words/index.ts';

/** A run on its way: out with its input, docked while it works, back with its output. */
export interface Shuttle {
  readonly run: RunView;
  readonly stage: 'out' | 'docked' | 'back';
  /** When this stage began, on the page's monotonic clock. */
  readonly sinceMs: number;
}

const CROSSING_MS = 1_100;
/** More than this and the map is a swarm; the list of runs has the rest. */
const SHUTTLES_MAX = 40;

/** Brings the shuttles up to date with the runs of a new snapshot. Runs that had ended before get none. */
export function nextShuttles(
  shuttles: readonly Shuttle[],
  runs: readonly RunView[],
  nowMs: number,
): readonly Shuttle[] {
  const earlier = new Map(shuttles.map((shuttle) => [shuttle.run.runId, shuttle]));
  const next: Shuttle[] = [];
  for (const run of runs) {
    const before = earlier.get(run.runId);
    const stage = stageOf(run);
    if (stage === undefined || (stage === 'back' && !before)) continue;
    const sinceMs = before?.stage === stage ? before.sinceMs : nowMs;
    const shuttle = { run, stage, sinceMs };
    if (!isHome(shuttle, nowMs)) next.push(shuttle);
    if (next.length === SHUTTLES_MAX) break;
  }
  return next;
}

/** Whether a shuttle has brought its output home and can be forgotten. */
export function isHome(shuttle: Shuttle, nowMs: number): boolean {
  return shuttle.stage === 'back' && nowMs - shuttle.sinceMs >= CROSSING_MS;
}

/** How far along its thread a shuttle is, 0 at the submitter and 1 at the executing cell. */
export function shuttleShare(shuttle: Shuttle, nowMs: number, isStill: boolean): number {
  if (shuttle.stage === 'docked') return 1;
  if (isStill) return 0.5;
  const crossed = (nowMs - shuttle.sinceMs) / CROSSING_MS;
  if (shuttle.stage === 'back') return 1 - eased(Math.min(1, crossed));
  return eased(crossed % 1);
}

function stageOf(run: RunView): Shuttle['stage'] | undefined {
  if (run.cell === undefined) return undefined;
  if (isEnded(run.status)) return 'back';
  return run.status === 'running' ? 'docked' : 'out';
}

function eased(share: number): number {
  return share < 0.5 ? 2 * share * share : 1 - (2 - 2 * share) ** 2 / 2;
}
