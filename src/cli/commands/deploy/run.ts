import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { defineCommand } from 'citty';
import { buildProgram, formatBuildProblem } from '../../build/index.ts';
import { isCellId, isRunId, LEASE_LIMITS, TASKLET_LIMITS, toBase64 } from '../../../core/index.ts';
import { formatSize, parseDurationMs, parseSizeBytes } from '../../../manifest/index.ts';
import type { LeaseTier, RunResponse, RunTarget } from '../../../sdk/index.ts';
import { CommandError, createTerminal, EXIT_CODES, formatCount, reasonOf, unknownName } from '../../terminal/index.ts';
import { AUDIENCE_ARGS, withSeat } from '../fabric/index.ts';
import { interruption } from '../interruption.ts';
import { keptFolder, writeArtifacts, type ArtifactPaths } from '../runs/index.ts';
import { orderFor } from './order.ts';

const PAGE_BYTES = 65_536;
const TIERS: readonly LeaseTier[] = ['guaranteed', 'standard', 'scavenger'];

/** `grafos deploy run`: one tasklet of the program here, on one input, somewhere in a fabric. */
export const run = defineCommand({
  meta: {
    name: 'deploy run',
    description:
      'Run one tasklet of the program here in a fabric. Example: grafos deploy run --tasklet metadata --input fixtures/lake.png',
  },
  args: {
    tasklet: { type: 'string', description: 'Which one; the only one without it', valueHint: 'name' },
    input: { type: 'string', description: 'File that is the input; empty without it', valueHint: 'path' },
    mem: { type: 'string', description: 'Memory to lease; as the manifest says without it', valueHint: '32MiB' },
    ttl: { type: 'string', description: 'Time of the leases, renewed while it runs', valueHint: '30s' },
    priority: { type: 'string', description: 'guaranteed, standard or scavenger', valueHint: 'tier' },
    on: { type: 'string', description: 'any, other (than the submitter) or the id of a cell', default: 'any' },
    ...AUDIENCE_ARGS,
    cells: { type: 'string', description: 'Open a fabric of so many cells for this run only', valueHint: 'number' },
    program: { type: 'string', description: 'Directory of the program', default: '.', valueHint: 'directory' },
    json: { type: 'boolean', description: 'Print one JSON object', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    const interrupted = interruption();
    const [leaseTtlMs, priority] = [ttlOf(args.ttl), tierOf(args.priority)];
    const on = targetOf(args.on);
    const input = args.input === undefined ? new Uint8Array() : await inputFrom(args.input);
    const built = await buildProgram(args.program);
    if (!built.ok) throw CommandError.of('build_failed', built.error.map(formatBuildProblem).join('\n'));
    const order = await orderFor(built.value, args.tasklet);
    const memory = args.mem === undefined ? {} : { memoryBytes: memoryOf(args.mem) };
    const asked = { on, leaseTtlMs, ...memory, ...(priority === undefined ? {} : { priority }) };
    const request = { ...order, inputBase64: toBase64(input), ...asked };
    const watch = { say: terminal.say, givenUp: interrupted };
    const audience = { fabric: args.fabric, cells: args.cells, interrupted, say: terminal.say };
    const artifacts = await withSeat(audience, (seat) => seat.run(request, watch));
    const { response } = artifacts;
    // The page's answer becomes a path: it must be an id and nothing else.
    if (!isRunId(response.runId)) throw CommandError.of('page_failed', 'The page answered no run id.');
    const paths = await writeArtifacts(keptFolder(args.program, response.runId), artifacts);
    terminal.print(args.json ? JSON.stringify(reportOf(response, paths)) : textOf(response, paths));
    return response.status === 'succeeded' ? EXIT_CODES.ok : EXIT_CODES.failed;
  },
});

function memoryOf(text: string): number {
  const sizeBytes = parseSizeBytes(/^\d+$/.test(text) ? Number(text) : text);
  const max = TASKLET_LIMITS.memoryBytesMax;
  if (sizeBytes !== undefined && sizeBytes >= PAGE_BYTES && sizeBytes <= max && sizeBytes % PAGE_BYTES === 0) {
    return sizeBytes;
  }
  const range = `a multiple of ${formatSize(PAGE_BYTES)} up to ${formatSize(max)}`;
  throw CommandError.of('argument_invalid', `--mem is ${range}, such as 32MiB, not "${text}".`);
}

/** The leases' time when it is asked for; the fabric's own leases last as long as the run. */
function ttlOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ttlMs = parseDurationMs(text);
  const { ttlMsMin, ttlMsMax } = LEASE_LIMITS;
  if (ttlMs !== undefined && ttlMs >= ttlMsMin && ttlMs <= ttlMsMax) return ttlMs;
  const range = `${ttlMsMin}ms to ${ttlMsMax / 1000}s`;
  throw CommandError.of('argument_invalid', `--ttl is a time of ${range}, such as 30s, not "${text}".`);
}

function tierOf(text: string | undefined): LeaseTier | undefined {
  const tier = TIERS.find((each) => each === text);
  if (text === undefined || tier !== undefined) return tier;
  throw CommandError.of('argument_invalid', unknownName('priority', text, TIERS));
}

function targetOf(text: string): RunTarget {
  if (text === 'any' || text === 'other' || isCellId(text)) return text;
  throw CommandError.of('argument_invalid', `--on is any, other or the id of a cell, not "${text}".`);
}

async function inputFrom(path: string): Promise<Uint8Array<ArrayBuffer>> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await readFile(path));
  } catch (error) {
    throw CommandError.of('file_unreadable', `${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  const { inputBytesMax } = TASKLET_LIMITS;
  if (bytes.length <= inputBytesMax) return bytes;
  throw CommandError.of('file_unreadable', `${path} has ${bytes.length} bytes; an input has at most ${inputBytesMax}.`);
}

/** What `--json` prints: the names under which the original's own command answers first. */
function reportOf(response: RunResponse, artifacts: ArtifactPaths): object {
  const { runId, cell, ...rest } = response;
  return { run_id: runId, cell_id: cell ?? null, ...rest, artifacts };
}

function textOf(response: RunResponse, paths: ArtifactPaths): string {
  const { runId, tasklet, status, cell, error, fuelUsed, fuelLimit, timings, outputBytes } = response;
  const where = cell === undefined ? 'on no cell' : `on ${cell.slice(0, 8)}`;
  const spent = `${formatCount(fuelUsed)} of ${formatCount(fuelLimit)} fuel, ${formatCount(timings.wallMs)} ms`;
  return [
    `${runId}: ${tasklet} ${status} ${where}, ${spent}, ${formatCount(outputBytes)} bytes of output`,
    ...(error === undefined ? [] : [`  ${error.message} ${error.recovery} (${error.code})`]),
    ...(response.response === null ? [] : [`  ${JSON.stringify(response.response)}`]),
    `  ${relative('.', paths.response)}`,
    `  ${relative('.', paths.output)}`,
  ].join('\n');
}
