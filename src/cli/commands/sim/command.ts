import { defineCommand } from 'citty';
import { CommandError, createTerminal, EXIT_CODES, unknownName, type Terminal } from '../../terminal/index.ts';
import { wholeNumber } from '../options.ts';
import { DETOUR_CELLS, runDetours } from './detour.ts';
import { faultModelOf, type SimPlan } from './plan.ts';
import { runInProcesses } from './pool.ts';
import { runScale, SCALE_CELLS_MAX } from './scale.ts';
import { runSeeds } from './seeds.ts';
import { inWords, Tally } from './summary.ts';

const SEED_MAX = 999_999_999;
const PROGRESS_MS = 5_000;

/** `grafos sim`: the fabric in a bottle, seed by seed. Ends with 1 when a rule was broken. */
export const sim = defineCommand({
  meta: {
    name: 'sim',
    description:
      'Run cells of a simulated fabric under faults, seed by seed, and check every rule. Example: grafos sim --seeds 20',
  },
  args: {
    scenario: {
      type: 'string',
      description: 'faults; scale: what membership costs many cells; relay: links through others',
      default: 'faults',
    },
    loss: { type: 'string', description: 'Of a hundred packets, how many are lost (scale)', default: '5' },
    seeds: { type: 'string', description: 'How many seeds', default: '100' },
    first: { type: 'string', description: 'The first of them', default: '1' },
    seed: { type: 'string', description: 'This seed alone' },
    cells: { type: 'string', description: 'Cells in the fabric', default: '12' },
    steps: { type: 'string', description: 'Events under faults, before healing', default: '5000' },
    faults: { type: 'string', description: 'all, none, or kinds with commas', default: 'all' },
    workers: { type: 'string', description: 'Processes', default: '2' },
    replay: { type: 'boolean', description: 'Run each seed twice; both must do the same', default: false },
    trace: { type: 'boolean', description: 'Print every event of the first seed', default: false },
    lines: { type: 'boolean', description: 'Print one JSON object a seed', default: false },
    json: { type: 'boolean', description: 'Print one JSON object', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    if (args.scenario === 'scale') {
      const seed = wholeNumber('seed', args.seed ?? '1', 0, SEED_MAX);
      const cells = wholeNumber('cells', args.cells, 2, SCALE_CELLS_MAX);
      const loss = wholeNumber('loss', args.loss, 0, 50) / 100;
      return runScale(terminal, { seed, cells, loss }, args.json);
    }
    const one = args.seed === undefined ? undefined : wholeNumber('seed', args.seed, 0, SEED_MAX);
    const first = one ?? wholeNumber('first', args.first, 0, SEED_MAX);
    const seeds = one === undefined ? wholeNumber('seeds', args.seeds, 1, 1_000_000) : 1;
    if (args.scenario === 'relay') {
      const cells = wholeNumber('cells', args.cells, DETOUR_CELLS.min, DETOUR_CELLS.max);
      return runDetours(terminal, { first, seeds, cells }, args.json);
    }
    if (args.scenario !== 'faults') {
      throw CommandError.of('argument_invalid', unknownName('scenario', args.scenario, ['faults', 'scale', 'relay']));
    }
    const plan: SimPlan = {
      first,
      seeds,
      cells: wholeNumber('cells', args.cells, 1, 32),
      steps: wholeNumber('steps', args.steps, 1, 10_000_000),
      faults: args.faults,
      isReplayed: args.replay,
    };
    faultModelOf(plan.faults);
    const workers = plan.seeds === 1 ? 1 : wholeNumber('workers', args.workers, 1, 64);
    const startMs = performance.now();
    const tally = new Tally(plan);
    if (workers > 1) await withProgress(terminal, plan, workers, tally);
    else await here(terminal, plan, tally, { isTraced: args.trace, areLines: args.lines });
    const summary = tally.summary(performance.now() - startMs);
    if (!args.lines) terminal.print(args.json ? JSON.stringify(summary) : inWords(summary));
    return summary.violations === 0 ? EXIT_CODES.ok : EXIT_CODES.failed;
  },
});

async function withProgress(terminal: Terminal, plan: SimPlan, workers: number, tally: Tally): Promise<void> {
  const timer = setInterval(() => terminal.say(tally.progress()), PROGRESS_MS);
  try {
    await runInProcesses(plan, workers, (result) => tally.add(result));
  } finally {
    clearInterval(timer);
  }
}

async function here(
  terminal: Terminal,
  plan: SimPlan,
  tally: Tally,
  { isTraced, areLines }: { readonly isTraced: boolean; readonly areLines: boolean },
): Promise<void> {
  let isFirst = true;
  for await (const report of runSeeds(plan, isTraced)) {
    tally.add(report);
    const { trace, ...result } = report;
    if (areLines) terminal.print(JSON.stringify(result));
    // What led to a broken rule is worth reading even when nobody asked.
    else if (isFirst && isTraced) terminal.say(trace.join('\n'));
    else if (plan.seeds === 1 && report.violationCount > 0) terminal.say(trace.slice(-60).join('\n'));
    if (!areLines && plan.seeds === 1) terminal.say(`seed ${report.seed}: digest ${report.digest}`);
    for (const { rule, text, step } of areLines ? [] : report.violations) {
      terminal.say(`seed ${report.seed}, step ${step}: ${rule}: ${text}`);
    }
    isFirst = false;
  }
}
