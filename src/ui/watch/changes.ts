import type { CellView, FabricSnapshot, RunView } from '../../sdk/index.ts';
import { cellName, formatDuration, isEnded, type Tone } from '../words/index.ts';

/** Something worth telling a person who looks elsewhere. */
export interface Notice {
  readonly tone: Tone;
  readonly text: string;
}

/** What happened between two snapshots that deserves a notice: cells that came or went, own runs that ended. */
export function noticesBetween(before: FabricSnapshot, after: FabricSnapshot): readonly Notice[] {
  return [...cellNotices(before.cells, after.cells), ...runNotices(before, after)];
}

function cellNotices(before: readonly CellView[], after: readonly CellView[]): readonly Notice[] {
  const known = new Map(before.map((cell) => [cell.id, cell]));
  const notices: Notice[] = [];
  for (const cell of after) {
    if (cell.isSelf) continue;
    const earlier = known.get(cell.id);
    known.delete(cell.id);
    if (cell.state === 'gone') {
      if (earlier && earlier.state !== 'gone') notices.push({ tone: 'warn', text: `${cell.name} left` });
    } else if (!earlier || earlier.state === 'gone') {
      notices.push({ tone: 'good', text: `${cell.name} joined` });
    } else if (cell.state === 'suspect' && earlier.state === 'alive') {
      notices.push({ tone: 'warn', text: `${cell.name} is not answering` });
    }
  }
  for (const cell of known.values()) {
    if (!cell.isSelf && cell.state !== 'gone') notices.push({ tone: 'warn', text: `${cell.name} left` });
  }
  return notices;
}

function runNotices(before: FabricSnapshot, after: FabricSnapshot): readonly Notice[] {
  const earlier = new Map(before.runs.map((run) => [run.runId, run.status]));
  return after.runs
    .filter((run) => run.submitter === after.self && isEnded(run.status))
    .filter((run) => {
      const status = earlier.get(run.runId);
      return status !== undefined && !isEnded(status);
    })
    .map((run) => endNotice(run, after.cells));
}

function endNotice(run: RunView, cells: readonly CellView[]): Notice {
  if (run.status === 'succeeded') {
    return {
      tone: 'good',
      text: `${run.tasklet} finished on ${cellName(cells, run.cell)} in ${formatDuration(run.wallMs)}`,
    };
  }
  if (run.status === 'cancelled') return { tone: 'warn', text: `${run.tasklet} was cancelled` };
  return { tone: 'bad', text: `${run.tasklet} failed: ${run.failure?.message ?? 'no reason was given'}` };
}
