import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answered, snapshotOf, type Deadline, type PageAnswer, type Tab } from '../../browser/index.ts';
import { equalBytes, fromBase64, isRunId, type CellId, type RunId } from '../../../core/index.ts';
import type { Artifacts, ContentHash, Program, RunStatus, RunTarget, RunView } from '../../../sdk/index.ts';
import { CommandError, type CommandFailure } from '../../terminal/index.ts';
import type { PlannedRun } from './plan.ts';

/** One run as `--json` prints it. */
export interface RunRecord {
  readonly runId: RunId;
  readonly program: string;
  readonly tasklet: string;
  readonly fixture?: string;
  readonly submitter: CellId;
  /** Where it ran; absent when no cell took it. */
  readonly cell?: CellId;
  readonly status: RunStatus;
  /** Which attempt came to that end: 2 when the first cell was lost. */
  readonly attempt: number;
  readonly expected: 'succeeded' | 'failed';
  /** Whether the run ended as expected, with the output expected where the program gives one. */
  readonly isAsExpected: boolean;
  readonly error?: CommandFailure;
  readonly fuelUsed: number;
  readonly fuelLimit: number;
  readonly wallMs: number;
  /** SHA-256 of the output. */
  readonly output: ContentHash;
  /** Paths relative to where the command was started. */
  readonly artifacts: { readonly response: string; readonly output: string };
}

export interface RunsOptions {
  readonly submitter: Tab;
  readonly program: Program;
  /** Cells to spread the runs over; `any` when the submitter is alone. */
  readonly targets: readonly RunTarget[];
  readonly artifactsFolder: string;
  readonly deadline: Deadline;
}

/** Makes all planned runs, the targets working side by side and each on one run at a time. In the plan's order. */
export async function makeRuns(plan: readonly PlannedRun[], options: RunsOptions): Promise<readonly RunRecord[]> {
  const records: RunRecord[] = [];
  await Promise.all(
    options.targets.map(async (target, lane) => {
      for (let index = lane; index < plan.length; index += options.targets.length) {
        const run = plan[index];
        if (run !== undefined) records[index] = await makeRun(run, target, options);
      }
    }),
  );
  return records;
}

async function makeRun(run: PlannedRun, target: RunTarget, options: RunsOptions): Promise<RunRecord> {
  const { submitter, program, deadline } = options;
  const tasklet = program.tasklets.find(({ name }) => name === run.tasklet);
  const fixture = program.fixtures.find(({ name }) => name === run.fixture);
  if (tasklet === undefined || (run.fixture !== undefined && fixture === undefined)) {
    throw CommandError.of('page_failed', `The page does not offer ${run.tasklet} of ${program.name} or its fixture.`);
  }
  const request: PageRun = { program: program.name, tasklet, target, inputUrl: fixture?.url ?? '' };
  const what = `${run.tasklet}${run.fixture === undefined ? '' : ` on ${run.fixture}`} to end`;
  const artifacts = await answered(submitter, submitter.page.evaluate(runInPage, request), deadline, what);
  return recordRun(run, artifacts, options.artifactsFolder);
}

/** Keeps the artifacts of a run, and says what it came to. */
export async function recordRun(run: PlannedRun, artifacts: Artifacts, artifactsFolder: string): Promise<RunRecord> {
  return recordOf(run, artifacts, await writeArtifacts(artifactsFolder, artifacts));
}

interface PageRun {
  readonly program: string;
  readonly tasklet: Program['tasklets'][number];
  readonly target: RunTarget;
  /** Empty for an empty input. */
  readonly inputUrl: string;
}

/** Runs inside the page, sent there as text: see `installAnswer` for what that forbids. */
function runInPage({ program, tasklet, target, inputUrl }: PageRun): Promise<PageAnswer<Artifacts>> {
  return window.grafosAnswer(
    Promise.all(
      [tasklet.moduleUrl, inputUrl].map(async (url) => {
        if (url === '') return new Uint8Array();
        const response = await fetch(url);
        if (!response.ok) throw new Error(`${url} answered ${response.status}`);
        return new Uint8Array(await response.arrayBuffer());
      }),
    ).then(([module, input]) => {
      const fabric = window.grafos?.fabric();
      if (fabric === undefined || module === undefined || input === undefined) throw new Error('the fabric is gone');
      const { name, fuel, memoryBytes, deadlineMs } = tasklet;
      return fabric.start({ program, tasklet: name, module, input, on: target, fuel, memoryBytes, deadlineMs })
        .finished;
    }),
  );
}

function recordOf(run: PlannedRun, { response, outputBase64 }: Artifacts, paths: RunRecord['artifacts']): RunRecord {
  const output = fromBase64(outputBase64);
  const isOutputRight =
    run.expectedOutput === undefined || (output !== undefined && equalBytes(output, run.expectedOutput));
  return {
    runId: response.runId,
    program: response.program,
    tasklet: response.tasklet,
    ...(run.fixture === undefined ? {} : { fixture: run.fixture }),
    submitter: response.submitter,
    ...(response.cell === undefined ? {} : { cell: response.cell }),
    status: response.status,
    attempt: response.attempt,
    expected: run.expected,
    isAsExpected: response.status === run.expected && isOutputRight,
    ...(response.error === undefined ? {} : { error: response.error }),
    fuelUsed: response.fuelUsed,
    fuelLimit: response.fuelLimit,
    wallMs: response.timings.wallMs,
    output: response.output,
    artifacts: paths,
  };
}

async function writeArtifacts(folder: string, artifacts: Artifacts): Promise<RunRecord['artifacts']> {
  const runId: string = artifacts.response.runId;
  // The page's answer becomes a path: it must be an id and nothing else.
  if (!isRunId(runId)) throw CommandError.of('page_failed', `The page answered the run id "${runId}".`);
  const runFolder = join(folder, runId);
  const paths = { response: join(runFolder, 'response.json'), output: join(runFolder, 'output.b64') };
  await mkdir(runFolder, { recursive: true });
  await writeFile(paths.response, `${JSON.stringify(artifacts.response, null, 2)}\n`);
  await writeFile(paths.output, `${artifacts.outputBase64}\n`);
  return paths;
}

/** Says each change of each run, as the submitter sees it, until told to stop. */
export function streamProgress(submitter: Tab, deadline: Deadline, say: (text: string) => void): () => Promise<void> {
  const said = new Map<RunId, string>();
  let isStopped = false;
  const look = async (): Promise<void> => {
    const { runs, cells } = await snapshotOf(submitter, deadline);
    for (const run of [...runs].reverse()) {
      const cell = cells.find(({ id }) => id === run.cell)?.name ?? 'no cell yet';
      const detail = run.status === 'running' ? shareDone(run.progress) : (run.failure?.message ?? '');
      const line = `  ${run.tasklet} on ${cell}: ${run.status}${detail === '' ? '' : ` (${detail})`}`;
      if (said.get(run.runId) !== line) say(line);
      said.set(run.runId, line);
    }
  };
  const loop = async (): Promise<void> => {
    while (!isStopped) {
      await look().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, PROGRESS_INTERVAL_MS));
    }
    await look().catch(() => undefined);
  };
  const looping = loop();
  return () => {
    isStopped = true;
    return looping;
  };
}

function shareDone(progress: RunView['progress']): string {
  return progress === undefined || progress.total === 0
    ? ''
    : `${Math.floor((100 * progress.done) / progress.total)} %`;
}

const PROGRESS_INTERVAL_MS = 200;
