import { readFile } from 'node:fs/promises';
import { defineCommand } from 'citty';
import { buildProgram, formatBuildProblem, type BuiltProgram } from '../../build/index.ts';
import { fromBase64, isRunId, toBase64 } from '../../../core/index.ts';
import { fitsPattern, type GraphNode } from '../../../manifest/index.ts';
import type { Seat, SeatWatch } from '../../seat/index.ts';
import { CommandError, createTerminal, EXIT_CODES, formatCount, renderTable } from '../../terminal/index.ts';
import { AUDIENCE_ARGS, withSeat } from '../fabric/index.ts';
import { interruption } from '../interruption.ts';
import { runGraph, type GraphDoors, type NodeItem, type NodeOutcome } from './graph-run.ts';
import { keptFolder, writeArtifacts } from './kept-runs.ts';
import { orderFor } from './order.ts';

/** `grafos deploy`: the whole program, its tasklets in the order of its graph. */
export const deploy = defineCommand({
  meta: {
    name: 'deploy',
    description: 'Run the program here as a whole, in the order of its graph. Example: grafos deploy --json',
  },
  args: {
    ...AUDIENCE_ARGS,
    cells: { type: 'string', description: 'Open a fabric of so many cells for this only', valueHint: 'number' },
    program: { type: 'string', description: 'Directory of the program', default: '.', valueHint: 'directory' },
    json: { type: 'boolean', description: 'Print one JSON object', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    const interrupted = interruption();
    const built = await buildProgram(args.program);
    if (!built.ok) throw CommandError.of('build_failed', built.error.map(formatBuildProblem).join('\n'));
    const nodes = checkedGraph(built.value);
    const watch = { say: terminal.say, givenUp: interrupted };
    const audience = { fabric: args.fabric, cells: args.cells, interrupted, say: terminal.say };
    const outcomes = await withSeat(audience, (seat) => runGraph(nodes, doorsOf(built.value, seat, watch)));
    for (const { runs } of outcomes) {
      for (const { artifacts } of runs) {
        const { runId } = artifacts.response;
        if (isRunId(runId)) await writeArtifacts(keptFolder(args.program, runId), artifacts);
      }
    }
    const isDone = outcomes.every(({ status }) => status === 'succeeded' || status === 'degraded');
    const report = { program: built.value.manifest.program.name, isDone, nodes: outcomes.map(reportOf) };
    terminal.print(args.json ? JSON.stringify(report) : tableOf(outcomes));
    return isDone ? EXIT_CODES.ok : EXIT_CODES.failed;
  },
});

function checkedGraph({ manifest: { graph } }: BuiltProgram): readonly GraphNode[] {
  if (graph.length === 0) {
    const message = 'grafos.toml declares no [graph.<node>]; `grafos deploy run` runs one tasklet by itself.';
    throw CommandError.of('argument_invalid', message);
  }
  const leasing = graph.find(({ leases, input }) => leases.length > 0 || input.kind === 'lease');
  if (leasing === undefined) return graph;
  throw CommandError.of('not_offered', `graph.${leasing.name} uses shared leases, which deploy does not take yet.`);
}

function doorsOf(built: BuiltProgram, seat: Seat, watch: SeatWatch): GraphDoors {
  return {
    filesFor: (node) => filesFor(built, node),
    async run(node, input) {
      const order = await orderFor(built, node.tasklet);
      return seat.run({ ...order, inputBase64: toBase64(input.bytes), on: 'any' }, watch);
    },
    outputOf: ({ outputBase64 }) => fromBase64(outputBase64) ?? new Uint8Array(),
    recoveryFrom(node, code) {
      const declared = built.tasklets.find((each) => each.declared.name === node.tasklet)?.declared;
      const said = Object.entries(declared?.recovery ?? {}).find(([name]) => name === code);
      return said?.[1] ?? 'fail';
    },
  };
}

async function filesFor({ fixtures }: BuiltProgram, { input }: GraphNode): Promise<readonly NodeItem[]> {
  if (input.kind === 'none') return [{ label: '-', bytes: new Uint8Array() }];
  const wanted = fixtures.filter(({ name }) =>
    input.kind === 'fixture' ? name === input.name : fitsPattern(name, input.name),
  );
  return Promise.all(
    wanted.map(async ({ name, path }) => ({ label: name, bytes: new Uint8Array(await readFile(path)) })),
  );
}

function reportOf({ node, tasklet, status, runs }: NodeOutcome): object {
  return {
    node,
    tasklet,
    status,
    runs: runs.map(({ input, attempts, artifacts: { response } }) => ({
      run_id: response.runId,
      cell_id: response.cell ?? null,
      input,
      attempts,
      status: response.status,
      output: response.output,
      ...(response.error === undefined ? {} : { error: response.error }),
    })),
  };
}

function tableOf(outcomes: readonly NodeOutcome[]): string {
  const rows = outcomes.flatMap(({ node, tasklet, status, runs }) => [
    [node, tasklet, '', status, '', ''],
    ...runs.map(({ input, artifacts: { response } }) => [
      '',
      '',
      input,
      response.error === undefined ? response.status : `${response.status}: ${response.error.message}`,
      response.cell?.slice(0, 8) ?? '-',
      formatCount(response.outputBytes),
    ]),
  ]);
  return renderTable(['node', 'tasklet', 'input', 'status', 'cell', 'bytes'], rows);
}
