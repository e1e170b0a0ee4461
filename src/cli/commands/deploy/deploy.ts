import { readFile } from 'node:fs/promises';
import { defineCommand } from 'citty';
import { offeredProgram, type Bundle } from '../../../bundle/index.ts';
import { buildProgram, formatBuildProblem, servedProgram, type BuiltProgram } from '../../build/index.ts';
import { isRunId, toBase64 } from '../../../core/index.ts';
import { graphReport, type NodeOutcome } from '../../../sdk/index.ts';
import type { SeatProgram } from '../../seat/index.ts';
import { CommandError, createTerminal, EXIT_CODES, formatCount, renderTable } from '../../terminal/index.ts';
import { AUDIENCE_ARGS, withSeat } from '../fabric/index.ts';
import { interruption } from '../interruption.ts';
import { readBundleFile } from '../program/index.ts';
import { keptFolder, writeArtifacts } from '../runs/index.ts';

/** `grafos deploy`: the whole program, its tasklets in the order of its graph. */
export const deploy = defineCommand({
  meta: {
    name: 'deploy',
    description:
      'Run a program as a whole, in the order of its graph: the one here, or a bundle. Example: grafos deploy my-program.grafos --json',
  },
  args: {
    bundle: {
      type: 'positional',
      description: 'A bundle to run instead of the program here',
      required: false,
      valueHint: 'file.grafos',
    },
    ...AUDIENCE_ARGS,
    cells: { type: 'string', description: 'Open a fabric of so many cells for this only', valueHint: 'number' },
    program: { type: 'string', description: 'Directory of the program', default: '.', valueHint: 'directory' },
    json: { type: 'boolean', description: 'Print one JSON object', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    const interrupted = interruption();
    const order =
      args.bundle === undefined ? await builtOrder(args.program) : bundledOrder(await readBundleFile(args.bundle));
    if (order.program.graph.length === 0) {
      const message = 'grafos.toml declares no [graph.<node>]; `grafos deploy run` runs one tasklet by itself.';
      throw CommandError.of('argument_invalid', message);
    }
    const watch = { say: terminal.say, givenUp: interrupted };
    const audience = { fabric: args.fabric, cells: args.cells, interrupted, say: terminal.say };
    const outcomes = await withSeat(audience, (seat) => seat.runProgram(order, watch));
    for (const { runs } of outcomes) {
      for (const { artifacts } of runs) {
        const { runId } = artifacts.response;
        if (isRunId(runId)) await writeArtifacts(keptFolder(args.program, runId), artifacts);
      }
    }
    const report = graphReport(order.program.name, outcomes);
    terminal.print(args.json ? JSON.stringify(report) : tableOf(outcomes));
    return report.isDone ? EXIT_CODES.ok : EXIT_CODES.failed;
  },
});

async function builtOrder(directory: string): Promise<SeatProgram> {
  const built = await buildProgram(directory);
  if (built.ok) return seatProgram(built.value);
  throw CommandError.of('build_failed', built.error.map(formatBuildProblem).join('\n'));
}

function bundledOrder({ program }: Bundle): SeatProgram {
  const tasklets = program.tasklets.map((each) => ({ ...each, url: `${each.module}.wasm` }));
  const fixtures = program.fixtures.map((each) => ({ ...each, url: `fixtures/${each.name}` }));
  const places = {
    tasklets: tasklets.map(({ declared, module, url }) => ({ declared, module, url })),
    fixtures: fixtures.map(({ name, mediaType, bytes, url }) => ({ name, mediaType, url, sizeBytes: bytes.length })),
  };
  const files = [...tasklets, ...fixtures].map(({ url, bytes }) => [url, toBase64(bytes)] as const);
  return { program: offeredProgram(program.manifest, places), files: Object.fromEntries(files) };
}

async function seatProgram(built: BuiltProgram): Promise<SeatProgram> {
  const { program, files } = servedProgram(built);
  const read = files.map(async ([url, file]) => {
    const bytes = file.kind === 'bytes' ? file.bytes : new Uint8Array(await readFile(file.path));
    return [url, toBase64(bytes)] as const;
  });
  return { program, files: Object.fromEntries(await Promise.all(read)) };
}

function tableOf(outcomes: readonly NodeOutcome[]): string {
  const rows = outcomes.flatMap(({ node, tasklet, status, runs, failure }) => [
    [node, tasklet, '', failure && runs.length === 0 ? `${status}: ${failure.message}` : status, '', '', ''],
    ...runs.map(({ input, artifacts: { response } }) => [
      '',
      '',
      clipped(input),
      response.error === undefined ? response.status : `${response.status}: ${response.error.message}`,
      response.cell?.slice(0, 8) ?? '-',
      formatCount(response.outputBytes),
      response.output.slice(0, 16),
    ]),
  ]);
  return renderTable(['node', 'tasklet', 'input', 'status', 'cell', 'bytes', 'sha-256'], rows);
}

const LABEL_LENGTH_MAX = 40;

/** An input joined of many is named after all of them. */
function clipped(label: string): string {
  return label.length > LABEL_LENGTH_MAX ? `${label.slice(0, LABEL_LENGTH_MAX)}…` : label;
}
