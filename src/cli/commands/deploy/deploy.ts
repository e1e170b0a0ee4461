import { readFile } from 'node:fs/promises';
import { defineCommand } from 'citty';
import { buildProgram, formatBuildProblem, servedProgram, type BuiltProgram } from '../../build/index.ts';
import { isRunId, toBase64 } from '../../../core/index.ts';
import { outputHashOf, type NodeOutcome } from '../../../sdk/index.ts';
import type { SeatProgram } from '../../seat/index.ts';
import { CommandError, createTerminal, EXIT_CODES, formatCount, renderTable } from '../../terminal/index.ts';
import { AUDIENCE_ARGS, withSeat } from '../fabric/index.ts';
import { interruption } from '../interruption.ts';
import { keptFolder, writeArtifacts } from './kept-runs.ts';

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
    if (built.value.manifest.graph.length === 0) {
      const message = 'grafos.toml declares no [graph.<node>]; `grafos deploy run` runs one tasklet by itself.';
      throw CommandError.of('argument_invalid', message);
    }
    const order = await seatProgram(built.value);
    const watch = { say: terminal.say, givenUp: interrupted };
    const audience = { fabric: args.fabric, cells: args.cells, interrupted, say: terminal.say };
    const outcomes = await withSeat(audience, (seat) => seat.runProgram(order, watch));
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

async function seatProgram(built: BuiltProgram): Promise<SeatProgram> {
  const { program, files } = servedProgram(built);
  const read = files.map(async ([url, file]) => {
    const bytes = file.kind === 'bytes' ? file.bytes : new Uint8Array(await readFile(file.path));
    return [url, toBase64(bytes)] as const;
  });
  return { program, files: Object.fromEntries(await Promise.all(read)) };
}

function reportOf(outcome: NodeOutcome): object {
  const { node, tasklet, status, runs, failure } = outcome;
  return {
    node,
    tasklet,
    status,
    output: outputHashOf(outcome),
    ...(failure === undefined ? {} : { error: failure }),
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
