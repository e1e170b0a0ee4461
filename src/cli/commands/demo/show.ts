import { answered, type Deadline, type PageAnswer, type Tab } from '../../browser/index.ts';
import type { RunId } from '../../../core/index.ts';
import type { Artifacts, DemoOutcome } from '../../../sdk/index.ts';
import { CommandError } from '../../terminal/index.ts';
import { recordRun, type RunRecord } from './runs.ts';

/** What a program's own demo came to. */
export interface ShownDemo extends Omit<DemoOutcome, 'runs'> {
  readonly runs: readonly RunRecord[];
}

export interface ShowOptions {
  readonly submitter: Tab;
  readonly artifactsFolder: string;
  readonly deadline: Deadline;
}

/** Whether the page has a demo of this program's own. */
export function bringsDemo({ page }: Tab, program: string): Promise<boolean> {
  return page.evaluate((name) => window.grafos?.demos.includes(name) ?? false, program);
}

/** Has the page show a program's own demo, and keeps the artifacts of the runs it made. */
export async function showDemo(program: string, input: string | undefined, options: ShowOptions): Promise<ShownDemo> {
  const { submitter, artifactsFolder, deadline } = options;
  const showing = submitter.page.evaluate(showInPage, { program, ...(input === undefined ? {} : { input }) });
  const { runs, ...outcome } = await answered(submitter, showing, deadline, `the demo of ${program} to end`);
  const records: RunRecord[] = [];
  for (const runId of runs) {
    const fetching = submitter.page.evaluate(artifactsInPage, runId);
    const artifacts = await answered(submitter, fetching, deadline, 'the artifacts of a run');
    if (artifacts === undefined) throw CommandError.of('page_failed', `The page has no artifacts of run ${runId}.`);
    records.push(
      await recordRun({ tasklet: artifacts.response.tasklet, expected: 'succeeded' }, artifacts, artifactsFolder),
    );
  }
  return { ...outcome, runs: records };
}

// These run inside the page, sent there as text: see `installAnswer` for what that forbids.

function showInPage(order: { readonly program: string; readonly input?: string }): Promise<PageAnswer<DemoOutcome>> {
  const shown = window.grafos?.showDemo(order.program, order.input);
  return window.grafosAnswer(shown ?? Promise.reject(new Error('window.grafos is gone')));
}

function artifactsInPage(runId: RunId): Promise<PageAnswer<Artifacts | undefined>> {
  const artifacts = window.grafos?.fabric()?.artifacts(runId);
  return window.grafosAnswer(artifacts ?? Promise.reject(new Error('the fabric is gone')));
}
