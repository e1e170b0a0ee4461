import { join } from 'node:path';
import { defineCommand } from 'citty';
import { Deadline, programsOf } from '../../browser/index.ts';
import type { CellView, RunTarget } from '../../../sdk/index.ts';
import {
  CommandError,
  createTerminal,
  EXIT_CODES,
  formatCount,
  renderTable,
  type Terminal,
} from '../../terminal/index.ts';
import { interruption } from '../interruption.ts';
import { wholeNumber } from '../options.ts';
import { PROGRAMS_FOLDER } from '../project.ts';
import { withFabric, type DemoFabric, type FabricOptions } from './fabric.ts';
import { chooseProgram, listPrograms, planRuns, type ListedProgram, type PlannedRun } from './plan.ts';
import { closeTabs } from './close-tabs.ts';
import { makeRuns, streamProgress, type RunRecord } from './runs.ts';
import { bringsDemo, showDemo, type ShownDemo } from './show.ts';

const CELLS_MAX = 32;
const TIMEOUT_SECONDS_MAX = 3_600;

/** What `--json` prints. */
interface DemoReport {
  readonly fabric: { readonly id: string; readonly name: string; readonly joinUrl: string };
  readonly cells: readonly Pick<CellView, 'id' | 'name' | 'slotsTotal' | 'memoryBytesTotal'>[];
  readonly runs: readonly RunRecord[];
  /** The cells whose tabs were closed meanwhile, where that was asked for. */
  readonly closed?: readonly string[];
  /** What the program's own demo came to, where it brings one. */
  readonly demo?: Omit<ShownDemo, 'runs'>;
}

/** `grafos demo`: a fabric of real tabs, a program run across them, artifacts on disk. */
export const demo = defineCommand({
  meta: {
    name: 'demo',
    description:
      'Open a fabric of real tabs without a screen and run a program across them. Example: grafos demo image-pipeline --cells 3',
  },
  args: {
    program: { type: 'positional', description: 'Program to run', default: 'image-info' },
    cells: { type: 'string', description: 'Number of tabs; the first one submits', default: '3', valueHint: 'number' },
    tasklet: { type: 'string', description: 'Run this tasklet only, also one without expected outcomes' },
    input: { type: 'string', description: "Input of the program's own demo, in place of its fixture" },
    kill: {
      type: 'string',
      description: 'Close this many tabs while they run something',
      default: '0',
      valueHint: 'number',
    },
    all: { type: 'boolean', description: 'Also make the runs that must fail', default: false },
    timeout: { type: 'string', description: 'Give up after this long', default: '180', valueHint: 'seconds' },
    headed: { type: 'boolean', description: 'Show the tabs', default: false },
    dev: { type: 'boolean', description: 'Serve the sources instead of a build', default: false },
    list: { type: 'boolean', description: 'List the programs and end', default: false },
    json: { type: 'boolean', description: 'Print one JSON object on standard output', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    const interrupted = interruption();
    const programs = await listPrograms(PROGRAMS_FOLDER);
    if (args.list) {
      terminal.print(args.json ? JSON.stringify({ programs: programs.map(listedOf) }) : listOf(programs));
      return EXIT_CODES.ok;
    }
    const cells = wholeNumber('cells', args.cells, 1, CELLS_MAX);
    const deadline = new Deadline(wholeNumber('timeout', args.timeout, 1, TIMEOUT_SECONDS_MAX) * 1000, interrupted);
    const chosen = chooseProgram(programs, args.program);
    const choice = { withFailures: args.all, ...(args.tasklet === undefined ? {} : { tasklet: args.tasklet }) };
    const plan = await deadline.bound(planRuns(chosen.directory, choice), 'the program to be built');
    const options: FabricOptions = {
      cells,
      isHeaded: args.headed,
      mode: args.dev ? 'development' : 'production',
      name: chosen.program.name,
      deadline,
      say: terminal.say,
    };
    const { input, tasklet } = args;
    const wish = {
      program: args.program,
      plan,
      isByTasklet: tasklet !== undefined,
      kill: wholeNumber('kill', args.kill, 0, cells - 1),
      ...(input === undefined ? {} : { input }),
    };
    const report = await withFabric(options, (fabric) => runAcross(fabric, wish, deadline, terminal));
    terminal.print(args.json ? JSON.stringify(report) : tableOf(report));
    return verdict(report, terminal);
  },
});

/** What is to be seen of which program. */
interface DemoWish {
  readonly program: string;
  readonly plan: readonly PlannedRun[];
  /** Somebody asked for the runs of one tasklet, and not for a demo that the program brings. */
  readonly isByTasklet: boolean;
  /** Tabs to close while they run something. */
  readonly kill: number;
  readonly input?: string;
}

async function runAcross(
  fabric: DemoFabric,
  { program: name, plan, isByTasklet, kill, input }: DemoWish,
  deadline: Deadline,
  terminal: Terminal,
): Promise<DemoReport> {
  const [submitter] = fabric.tabs;
  if (submitter === undefined) throw CommandError.of('internal', 'The fabric has no tab.');
  const program = (await programsOf(submitter, deadline)).find((each) => each.name === name);
  if (program === undefined) throw CommandError.of('page_failed', `The page does not offer the program ${name}.`);
  const others = fabric.snapshot.cells.filter(({ isSelf }) => !isSelf).map(({ id }) => id);
  const stop = streamProgress(submitter, deadline, terminal.say);
  const closing = closeTabs(fabric.tabs, kill, deadline, terminal.say);
  try {
    const shared = { submitter, artifactsFolder: join('.grafos', 'artifacts'), deadline };
    const targets: readonly RunTarget[] = others.length === 0 ? ['any'] : others;
    const isShown = !isByTasklet && (await bringsDemo(submitter, name));
    const { runs, ...demo } = isShown
      ? await showDemo(name, input, shared)
      : { runs: await makeRuns(plan, { ...shared, program, targets }) };
    const cells = fabric.snapshot.cells.map(({ id, name: cell, slotsTotal, memoryBytesTotal }) => {
      return { id, name: cell, slotsTotal, memoryBytesTotal };
    });
    const closed = await closing.stop();
    const identity = { ...fabric.snapshot.fabric, joinUrl: fabric.joinUrl };
    const about = { fabric: identity, cells, runs, ...(kill > 0 ? { closed } : {}) };
    return 'facts' in demo ? { ...about, demo } : about;
  } finally {
    await closing.stop();
    await stop();
  }
}

/** Says which runs did not end as they should. */
function verdict({ runs, demo: shown }: DemoReport, terminal: Terminal): number {
  const wrong = runs.filter(({ isAsExpected }) => !isAsExpected);
  for (const { tasklet, fixture, status, expected, error, artifacts } of wrong) {
    const reason = error?.message ?? (status === expected ? 'its output is not the expected one' : `it ${status}`);
    terminal.say(
      `grafos: ${tasklet} on ${fixture ?? 'no input'}: ${reason.replace(/[.!?]?$/, '.')} See ${artifacts.response}.`,
    );
  }
  const isShownRight = shown?.isAsExpected ?? true;
  if (!isShownRight) terminal.say('grafos: the demo did not come out as the program says it does.');
  return wrong.length === 0 && isShownRight ? EXIT_CODES.ok : EXIT_CODES.failed;
}

function tableOf({ cells, runs, demo: shown }: DemoReport): string {
  const nameOf = (id = ''): string => cells.find((cell) => cell.id === id)?.name ?? (id.slice(0, 8) || 'no cell');
  const headings = [
    'run',
    'tasklet',
    'input',
    'from',
    'on',
    'status',
    'attempt',
    'fuel',
    'of',
    'ms',
    'sha-256',
    'output',
  ];
  const rows = runs.map((run) => [
    run.runId.slice(0, 8),
    `${run.program}/${run.tasklet}`,
    run.fixture ?? '-',
    nameOf(run.submitter),
    nameOf(run.cell),
    run.isAsExpected && run.status === 'failed' ? 'failed, as it should' : run.status,
    String(run.attempt),
    formatCount(run.fuelUsed),
    formatCount(run.fuelLimit),
    formatCount(run.wallMs),
    run.output.slice(0, 16),
    run.artifacts.output,
  ]);
  const facts = Object.entries(shown?.facts ?? {}).map(([name, value]) => `${name}: ${value}`);
  return [renderTable(headings, rows), ...facts].join('\n');
}

function listedOf({ program, tasklets }: ListedProgram): Record<string, unknown> {
  const { name, version, title, summary } = program;
  return { name, version, title, summary, tasklets: tasklets.map((tasklet) => tasklet.name) };
}

function listOf(programs: readonly ListedProgram[]): string {
  const rows = programs.map(({ program, tasklets }) => [
    program.name,
    tasklets.map(({ name }) => name).join(', '),
    program.summary,
  ]);
  return renderTable(['program', 'tasklets', 'what it does'], rows);
}
